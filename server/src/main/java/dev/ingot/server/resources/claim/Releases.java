package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource;
import dev.ingot.server.resources.stock.ResourceTable;
import dev.ingot.server.resources.stock.Stock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The ends of claims: released, expired, cancelled, timed out. */
final class Releases {
  private final Tidings tidings;
  private final Supplier<List<ReclaimHook>> hooks;
  private final Stock.Freed freed;
  private final Turns turns;

  Releases(Tidings tidings, Supplier<List<ReclaimHook>> hooks, Stock.Freed freed, Turns turns) {
    this.turns = turns;
    this.tidings = tidings;
    this.hooks = hooks;
    this.freed = freed;
  }

  /** How a claim ends. */
  enum End {
    RELEASED("released", Severity.INFORMATION),
    EXPIRED("expired", Severity.WARNING),
    CANCELLED("cancelled", Severity.INFORMATION),
    TIMED_OUT("timed-out", Severity.WARNING);

    final String word;
    final Severity severity;

    End(String word, Severity severity) {
      this.word = word;
      this.severity = severity;
    }
  }

  /**
   * Ends a claim that is locked.
   *
   * @param now leaves out what would have to run before its resources are free
   */
  Claim end(
      Handle handle,
      Principal who,
      Kind kind,
      Claim claim,
      End end,
      boolean now,
      @Nullable String detail) {
    if (claim.isWaiting()) {
      Claim ended = past(handle, who, claim, end, detail);
      tidings.tell(handle, end.word, end.severity, claim, who, detail);
      return ended;
    }
    String reclaim = kind.reclaim();
    if (reclaim != null && !now) {
      if (!claim.isHeld()) {
        throw Problem.conflict(
            "claim %s is being reclaimed already: %s runs".formatted(claim.id(), reclaim));
      }
      begin(handle, who, kind, claim, reclaim, end);
      return ClaimTable.require(handle, Long.parseLong(claim.id()));
    }
    List<Tidings.Released> released = free(handle, kind, Long.parseLong(claim.id()), null);
    tidings.freed(handle, who, kind, claim, released, end == End.RELEASED ? detail : end.word);
    Claim ended = past(handle, who, claim, end, detail);
    tidings.tell(handle, end.word, end.severity, claim, who, detail);
    freed(handle, kind);
    return ended;
  }

  private void begin(
      Handle handle, Principal who, Kind kind, Claim claim, String reclaim, End end) {
    ReclaimHook hook =
        hooks.get().stream()
            .filter(each -> each.knows(reclaim))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.conflict(
                        "%s must run before %s are free again, and this server does not know it"
                            .formatted(reclaim, kind.name())));
    handle
        .createUpdate("UPDATE holding SET reclaiming = :reclaim WHERE claim = :claim")
        .bind("reclaim", reclaim)
        .bind("claim", Long.parseLong(claim.id()))
        .execute();
    handle
        .createUpdate(
            "UPDATE claim SET state = 'reclaiming', detail = :detail, version = version + 1"
                + " WHERE id = :claim")
        .bind("detail", end.word + " by " + who.name() + "; " + reclaim + " runs")
        .bind("claim", Long.parseLong(claim.id()))
        .execute();
    for (Resource resource : ResourceTable.held(handle, Long.parseLong(claim.id()))) {
      hook.begin(
          handle,
          new ReclaimHook.Reclaiming(
              reclaim,
              kind.name(),
              resource.id(),
              resource.key(),
              resource.node() == null ? null : resource.node().id(),
              claim.id()));
    }
    tidings.tell(handle, "reclaiming", end.severity, claim, who, reclaim);
    tidings.recorded(
        handle,
        who,
        "claim.reclaim",
        claim.id(),
        Json.MAPPER.createObjectNode().put("state", "held"),
        Json.MAPPER.createObjectNode().put("state", "reclaiming").put("reclaim", reclaim));
  }

  /** One of several resources of a claim that is locked goes; with the last the claim ends. */
  void one(
      Handle handle,
      Principal who,
      Kind kind,
      Claim claim,
      Resource resource,
      @Nullable String why) {
    if (claim.resources().size() < 2 && kind.reclaim() == null) {
      Claim ended = end(handle, who, kind, claim, End.RELEASED, true, why);
      assert ended.hasEnded();
      return;
    }
    List<Tidings.Released> released = free(handle, kind, Long.parseLong(claim.id()), resource.id());
    if (released.isEmpty()) {
      throw Problem.conflict("claim " + claim.id() + " does not hold " + resource.key());
    }
    tidings.freed(handle, who, kind, claim, released, why);
    handle
        .createUpdate(
            "UPDATE claim SET resources = array_remove(resources, :key), version = version + 1"
                + " WHERE id = :claim")
        .bind("key", resource.key())
        .bind("claim", Long.parseLong(claim.id()))
        .execute();
    boolean left =
        handle
            .createQuery("SELECT EXISTS (SELECT FROM holding WHERE claim = :claim)")
            .bind("claim", Long.parseLong(claim.id()))
            .mapTo(Boolean.class)
            .one();
    if (!left) {
      Claim ended = past(handle, who, claim, End.RELEASED, why);
      assert ended.hasEnded();
      tidings.tell(handle, End.RELEASED.word, End.RELEASED.severity, claim, who, why);
    }
    freed(handle, kind);
  }

  /** Something is free: who waits is served before anybody sees it. */
  private void freed(Handle handle, Kind kind) {
    Tidings.News news = new Tidings.News();
    turns.serve(handle, kind, news);
    tidings.write(handle, news);
    freed.freed(handle, kind.name());
  }

  /** Takes the holder off resources: all of a claim, or one of them. */
  private static List<Tidings.Released> free(
      Handle handle, Kind kind, long claim, @Nullable String only) {
    List<Tidings.Released> released = new ArrayList<>();
    handle
        .createQuery(
            """
            WITH locked AS (
              SELECT r.id, r.key, r.state FROM holding h JOIN resource r ON r.id = h.resource
               WHERE h.claim = :claim AND (:only::text IS NULL OR r.id = :only)
               ORDER BY r.id FOR UPDATE OF r),
            gone AS (
              DELETE FROM holding h USING locked l WHERE h.resource = l.id RETURNING h.resource)
            UPDATE resource r SET owner = '', version = version + 1,
                   state = CASE WHEN r.state = ANY(:released) THEN coalesce(:free, r.state)
                                ELSE r.state END,
                   claimable = :any OR coalesce(
                     CASE WHEN r.state = ANY(:released) THEN coalesce(:free, r.state)
                          ELSE r.state END = ANY(:claimable), false),
                   updated = greatest(now(), r.updated)
              FROM gone g JOIN locked l ON l.id = g.resource WHERE r.id = g.resource
            RETURNING r.key, l.state AS before, r.state AS after
            """)
        .bind("claim", claim)
        .bind("only", only)
        .bindArray("released", String.class, kind.released().toArray())
        .bind("free", kind.free())
        .bind("any", kind.claimable().isEmpty())
        .bindArray("claimable", String.class, kind.claimable().toArray())
        .map(
            (row, _) ->
                new Tidings.Released(
                    row.getString("key"), row.getString("before"), row.getString("after")))
        .forEach(released::add);
    return released;
  }

  private static Claim past(
      Handle handle, Principal who, Claim claim, End end, @Nullable String detail) {
    return handle
        .createQuery(
            """
            WITH gone AS (DELETE FROM claim WHERE id = :id RETURNING *)
            INSERT INTO claim_past (id, kind, owner, reason, request, wanted, state, resources, made,
                   made_by, since, until, ended_by, detail, request_key, request_digest, version)
            SELECT id, kind, owner, reason, request, wanted, :state, :resources, made, made_by,
                   since, until, :by, :detail, request_key, request_digest, version + 1 FROM gone RETURNING\s\
            """
                + Claim.COLUMNS
                + ", ended, ended_by")
        .bind("id", Long.parseLong(claim.id()))
        .bind("state", end.word)
        .bindArray("resources", String.class, claim.resources().toArray())
        .bind("by", who.name())
        .bind("detail", detail)
        .map((row, _) -> Claim.past(row))
        .one();
  }

  /** One that was reclaimed is free, or is kept with the reason why it could not be. */
  void reclaimed(
      Handle handle,
      Principal who,
      Kind kind,
      Claim claim,
      Resource resource,
      @Nullable String failure) {
    if (failure == null) {
      one(handle, who, kind, claim, resource, kind.reclaim() + " has run");
      return;
    }
    String detail = "%s: %s failed: %s".formatted(resource.key(), kind.reclaim(), failure);
    handle
        .createUpdate("UPDATE claim SET detail = :detail, version = version + 1 WHERE id = :claim")
        .bind("detail", detail)
        .bind("claim", Long.parseLong(claim.id()))
        .execute();
    tidings.tell(handle, "reclaim-failed", Severity.CRITICAL, claim, who, detail);
  }
}
