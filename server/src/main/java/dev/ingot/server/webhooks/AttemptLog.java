package dev.ingot.server.webhooks;

import dev.ingot.server.events.Event;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** What was tried in the last days, and what came of it. */
public final class AttemptLog {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("webhook_attempt", "time", Duration.ofDays(7), 256L << 20);

  private AttemptLog() {}

  /** An attempt, on its way into the table. */
  record Attempt(Event event, int attempt, String outcome, Outcome answer) {}

  /** An attempt, for people. */
  record Shown(
      String id,
      Instant time,
      String event,
      String kind,
      @Nullable String nodeId,
      int attempt,
      String outcome,
      @Nullable Integer status,
      @Nullable String reason,
      int millis) {}

  static void add(Handle handle, long hook, Collection<Attempt> attempts) {
    if (attempts.isEmpty()) {
      return;
    }
    Update insert =
        handle.createUpdate(
            """
            INSERT INTO webhook_attempt
              (webhook, position, kind, node_id, attempt, outcome, status, reason, millis)
            SELECT :hook, * FROM unnest(:positions, :kinds, :nodes, :attempts, :outcomes, :statuses,
                                        :reasons, :millis)
            """);
    insert.bind("hook", hook);
    WaitingTable.array(insert, "positions", Long.class, attempts, each -> each.event().position());
    WaitingTable.array(
        insert,
        "kinds",
        String.class,
        attempts,
        each -> each.event().type() + "." + each.event().action());
    WaitingTable.array(insert, "nodes", String.class, attempts, each -> each.event().nodeId());
    WaitingTable.array(insert, "attempts", Integer.class, attempts, Attempt::attempt);
    WaitingTable.array(insert, "outcomes", String.class, attempts, Attempt::outcome);
    WaitingTable.array(insert, "statuses", Integer.class, attempts, each -> each.answer().status());
    WaitingTable.array(insert, "reasons", String.class, attempts, each -> each.answer().reason());
    WaitingTable.array(insert, "millis", Integer.class, attempts, each -> each.answer().millis());
    insert.execute();
  }

  /** Those before an id, the newest first. */
  static List<Shown> before(Handle handle, long hook, long id, int limit) {
    return handle
        .createQuery(
            """
            SELECT id, time, position, kind, node_id, attempt, outcome, status, reason, millis
              FROM webhook_attempt
             WHERE webhook = :hook AND id < :id ORDER BY id DESC LIMIT :limit
            """)
        .bind("hook", hook)
        .bind("id", id)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Shown(
                    row.getString("id"),
                    row.getTimestamp("time").toInstant(),
                    row.getString("position"),
                    row.getString("kind"),
                    row.getString("node_id"),
                    row.getInt("attempt"),
                    row.getString("outcome"),
                    row.getObject("status", Integer.class),
                    row.getString("reason"),
                    row.getInt("millis")))
        .list();
  }
}
