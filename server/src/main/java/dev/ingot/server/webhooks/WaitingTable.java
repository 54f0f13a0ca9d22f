package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * Events that failed and those that wait behind them. Of a lane's rows exactly one has a time at
 * which it is due; when it is settled, the lane's next one is. All writers hold the lock of the
 * webhook's progress.
 */
final class WaitingTable {
  private WaitingTable() {}

  /** An event that waits to be sent again. */
  record Waiting(Event event, int attempt, boolean old) {
    String lane() {
      return lane(event);
    }

    static String lane(Event event) {
      String node = event.nodeId();
      return node == null ? "" : node;
    }
  }

  /** An event on its way into the table. */
  record Parked(Event event, int attempt, @Nullable String reason, @Nullable Integer status) {
    static Parked behind(Event event) {
      return new Parked(event, 0, null, null);
    }
  }

  /** Adds events, in order; what is the first of its lane is due after the pause. */
  static void add(Handle handle, long hook, Collection<Parked> parked, Duration pause) {
    Update insert =
        handle.createUpdate(
            """
            INSERT INTO webhook_waiting
              (webhook, position, lane, event, attempt, due, reason, status)
            SELECT :hook, position, lane, event::jsonb, attempt,
                   CASE WHEN row_number() OVER (PARTITION BY lane ORDER BY position) = 1
                             AND NOT EXISTS (SELECT FROM webhook_waiting present
                                              WHERE present.webhook = :hook
                                                AND present.lane = given.lane)
                        THEN now() + CASE WHEN attempt > 0 THEN :pause ELSE 0 END
                                     * interval '1 ms' END,
                   reason, status
              FROM unnest(:positions, :lanes, :events, :attempts, :reasons, :statuses)
                AS given (position, lane, event, attempt, reason, status)
            ON CONFLICT (webhook, position) DO NOTHING
            """);
    insert.bind("hook", hook).bind("pause", pause.toMillis());
    array(insert, "positions", Long.class, parked, each -> each.event().position());
    array(insert, "lanes", String.class, parked, each -> Waiting.lane(each.event()));
    array(insert, "events", String.class, parked, each -> Json.write(each.event()));
    array(insert, "attempts", Integer.class, parked, Parked::attempt);
    array(insert, "reasons", String.class, parked, Parked::reason);
    array(insert, "statuses", Integer.class, parked, Parked::status);
    insert.execute();
  }

  static <T, V> void array(
      Update update,
      String name,
      Class<V> type,
      Collection<T> rows,
      Function<T, @Nullable V> value) {
    update.bindArray(name, type, rows.stream().map(value).toArray());
  }

  /** The lanes that have something waiting. */
  static Set<String> lanes(Handle handle, long hook) {
    return handle
        .createQuery("SELECT DISTINCT lane FROM webhook_waiting WHERE webhook = :hook")
        .bind("hook", hook)
        .mapTo(String.class)
        .set();
  }

  static long count(Handle handle, long hook) {
    return handle
        .createQuery("SELECT count(*) FROM webhook_waiting WHERE webhook = :hook")
        .bind("hook", hook)
        .mapTo(Long.class)
        .one();
  }

  /**
   * What is due, the longest due first.
   *
   * @param age of an event that is old
   */
  static List<Waiting> due(Handle handle, long hook, Duration age, int most) {
    return handle
        .createQuery(
            """
            SELECT event, attempt, since < now() - :age * interval '1 ms' AS old
              FROM webhook_waiting
             WHERE webhook = :hook AND due <= now() ORDER BY due, position LIMIT :most
            """)
        .bind("hook", hook)
        .bind("age", age.toMillis())
        .bind("most", most)
        .map((row, _) -> waiting(row))
        .list();
  }

  private static Waiting waiting(ResultSet row) throws SQLException {
    return new Waiting(event(row.getString("event")), row.getInt("attempt"), row.getBoolean("old"));
  }

  static Event event(String json) {
    return Json.MAPPER.readValue(json, Event.class);
  }

  /** How long until something is due; null when nothing waits. */
  static @Nullable Duration untilDue(Handle handle, long hook) {
    return handle
        .createQuery(
            """
            SELECT greatest(0, ceil(extract(epoch FROM min(due) - clock_timestamp()) * 1000))::bigint
              FROM webhook_waiting WHERE webhook = :hook AND due IS NOT NULL
             HAVING count(*) > 0
            """)
        .bind("hook", hook)
        .mapTo(Long.class)
        .findOne()
        .map(Duration::ofMillis)
        .orElse(null);
  }

  /** It failed once more. */
  static void failed(Handle handle, long hook, Event event, Outcome outcome, Duration pause) {
    handle
        .createUpdate(
            """
            UPDATE webhook_waiting
               SET attempt = attempt + 1, due = now() + :pause * interval '1 ms',
                   reason = :reason, status = :status
             WHERE webhook = :hook AND position = :position
            """)
        .bind("pause", pause.toMillis())
        .bind("reason", outcome.reason())
        .bind("status", outcome.status())
        .bind("hook", hook)
        .bind("position", event.position())
        .execute();
  }

  /** Takes a settled event out; false when nothing waits behind it. */
  static boolean settled(Handle handle, long hook, Waiting waiting) {
    handle.execute(
        "DELETE FROM webhook_waiting WHERE webhook = ? AND position = ?",
        hook,
        waiting.event().position());
    return promote(handle, hook, waiting.lane());
  }

  private static boolean promote(Handle handle, long hook, String lane) {
    return handle.execute(
            """
            UPDATE webhook_waiting SET due = coalesce(due, now())
             WHERE webhook = ? AND position =
               (SELECT position FROM webhook_waiting
                 WHERE webhook = ? AND lane = ? ORDER BY position LIMIT 1)
            """,
            hook,
            hook,
            lane)
        > 0;
  }

  /** Makes everything due that does not wait because its receiver asked for it. */
  static void hurry(Handle handle, long hook) {
    handle.execute(
        "UPDATE webhook_waiting SET due = now() WHERE webhook = ? AND due > now()"
            + " AND status IS DISTINCT FROM 429",
        hook);
  }

  /** One that waits, for people. */
  record Shown(
      Event event,
      Instant since,
      int attempts,
      @Nullable Instant next,
      @Nullable String reason,
      @Nullable Integer status) {}

  /** Those after a position, in order. */
  static List<Shown> after(Handle handle, long hook, long position, int limit) {
    return handle
        .createQuery(
            """
            SELECT event, since, attempt, due, reason, status FROM webhook_waiting
             WHERE webhook = :hook AND position > :position ORDER BY position LIMIT :limit
            """)
        .bind("hook", hook)
        .bind("position", position)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Shown(
                    event(row.getString("event")),
                    row.getTimestamp("since").toInstant(),
                    row.getInt("attempt"),
                    row.getTimestamp("due") == null
                        ? null
                        : row.getObject("due", OffsetDateTime.class).toInstant(),
                    row.getString("reason"),
                    row.getObject("status", Integer.class)))
        .list();
  }
}
