package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Events that were given up, with the reason; kept to be replayed. */
public final class DeadLetters {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("webhook_dead", "died", Duration.ofDays(30), 256L << 20);

  private DeadLetters() {}

  /** One of them, for people. */
  record Shown(Event event, Instant died, int attempts, String reason, @Nullable Integer status) {}

  static void add(
      Handle handle, long hook, Event event, int attempts, Outcome outcome, String why) {
    handle
        .createUpdate(
            """
            INSERT INTO webhook_dead (webhook, position, event, attempt, reason, status)
            VALUES (:hook, :position, :event::jsonb, :attempt, :reason, :status)
            """)
        .bind("hook", hook)
        .bind("position", event.position())
        .bind("event", Json.write(event))
        .bind("attempt", attempts)
        .bind("reason", why)
        .bind("status", outcome.status())
        .execute();
  }

  /** Those after a position, in order. */
  static List<Shown> after(Handle handle, long hook, long position, int limit) {
    return handle
        .createQuery(
            """
            SELECT event, died, attempt, reason, status FROM webhook_dead
             WHERE webhook = :hook AND position > :position ORDER BY position LIMIT :limit
            """)
        .bind("hook", hook)
        .bind("position", position)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Shown(
                    WaitingTable.event(row.getString("event")),
                    row.getTimestamp("died").toInstant(),
                    row.getInt("attempt"),
                    row.getString("reason"),
                    row.getObject("status", Integer.class)))
        .list();
  }

  /** Takes out the oldest ones, or those of the positions. */
  static List<Event> take(Handle handle, long hook, @Nullable List<Long> positions, int most) {
    return handle
        .createQuery(
            """
            WITH chosen AS (
              SELECT position FROM webhook_dead
               WHERE webhook = :hook AND (:all OR position = ANY (:positions))
               ORDER BY position LIMIT :most),
            gone AS (
              DELETE FROM webhook_dead
               WHERE webhook = :hook AND position IN (SELECT position FROM chosen)
              RETURNING position, event)
            SELECT DISTINCT ON (position) event FROM gone ORDER BY position
            """)
        .bind("hook", hook)
        .bind("all", positions == null)
        .bindArray("positions", Long.class, positions == null ? List.of() : positions)
        .bind("most", most)
        .mapTo(String.class)
        .map(WaitingTable::event)
        .list();
  }
}
