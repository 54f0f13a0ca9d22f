package dev.ingot.server.workflow;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.claim.ClaimDesk;
import dev.ingot.server.resources.claim.ReclaimHook;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Workflows that run before a released resource is free again: {@code release.reclaim} of its kind
 * names one. The run is made with the release, and what came of it is taken down when it has ended.
 */
final class Reclaims implements ReclaimHook, AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int MOST = 50;
  private static final String BY = "reclaim";

  private static final Logger log = LoggerFactory.getLogger(Reclaims.class);

  private final Jdbi jdbi;
  private final RunDoor runs;
  private final Outbox outbox;
  private final ClaimDesk claims;
  private @Nullable Repeating looking;

  Reclaims(Jdbi jdbi, RunDoor runs, Outbox outbox, ClaimDesk claims) {
    this.jdbi = jdbi;
    this.runs = runs;
    this.outbox = outbox;
    this.claims = claims;
  }

  @Override
  public boolean knows(String reclaim) {
    return jdbi.withHandle(handle -> runs.inputs(handle, reclaim).isPresent());
  }

  @Override
  public void begin(Handle handle, Reclaiming what) {
    Map<String, String> facts =
        Map.of("kind", what.kind(), "resource", what.key(), "claim", what.claim());
    ObjectNode inputs = Json.MAPPER.createObjectNode();
    for (String name : runs.inputs(handle, what.reclaim()).orElse(List.of())) {
      if (facts.containsKey(name)) {
        inputs.put(name, facts.get(name));
      }
    }
    List<NewEvent> events = new ArrayList<>();
    long run =
        runs.begin(
            handle,
            new RunDoor.Wanted(
                what.reclaim(), null, what.node(), inputs, RunDoor.nothing(), null, false, BY),
            events);
    outbox.appendAll(handle, events);
    handle.execute(
        "INSERT INTO run_reclaim (run, kind, resource) VALUES (?, ?, ?)",
        run,
        what.kind(),
        what.resource());
  }

  /** Begins to look for ends, until it is closed. */
  void start() {
    looking =
        Repeating.every(
            LOOK,
            "reclaims",
            () -> {
              for (int i = 0; i < MOST && jdbi.inTransaction(this::one); i++) {
                // there may be another
              }
            });
  }

  private record Ended(
      long run, String kind, String resource, int status, @Nullable String reason) {}

  /** One that has ended; whether there was one. */
  private boolean one(Handle handle) {
    Optional<Ended> found =
        handle
            .createQuery(
                """
                SELECT o.run, o.kind, o.resource, coalesce(r.status, 4) AS status,
                       CASE WHEN r.id IS NULL THEN 'its run is gone' ELSE r.reason END AS reason
                  FROM run_reclaim o LEFT JOIN run r ON r.id = o.run
                 WHERE r.id IS NULL OR r.status >= 2
                 ORDER BY o.run LIMIT 1 FOR UPDATE OF o SKIP LOCKED
                """)
            .map(
                (row, _) ->
                    new Ended(
                        row.getLong("run"),
                        row.getString("kind"),
                        row.getString("resource"),
                        row.getInt("status"),
                        row.getString("reason")))
            .findOne();
    found.ifPresent(
        each -> {
          String failure =
              each.status() == 2
                  ? null
                  : "run %d: %s"
                      .formatted(
                          each.run(), each.reason() == null ? "was cancelled" : each.reason());
          try {
            claims.reclaimed(handle, Principal.SYSTEM, each.kind(), each.resource(), failure);
          } catch (Problem e) {
            // The kind is no more, so that nothing of it can be held or freed.
            log.warn("the end of run {} frees nothing: {}", each.run(), e.detail());
          }
          handle.execute("DELETE FROM run_reclaim WHERE run = ?", each.run());
        });
    return found.isPresent();
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.close();
    }
  }
}
