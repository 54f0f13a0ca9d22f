package dev.ingot.server.store.queue;

import dev.ingot.core.Json;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.WakeUps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One durable queue in the table {@code queue_item}. Work is enqueued, completed and given up in
 * the caller's transaction, so it happens together with what belongs to it, once. All times are the
 * database's.
 */
public final class Queue {
  /** What was given up. */
  public static final AppendOnlyTable DEAD =
      new AppendOnlyTable("queue_dead", "died", Duration.ofDays(30), 256L << 20);

  private static final Duration AGEING = Duration.ofSeconds(30);
  private static final int PROMOTED_AT_ONCE = 200;

  private final String name;
  private final QueueSettings settings;
  private final WakeUps wakeUps;

  /**
   * @param name of the queue, e.g. {@code webhook}
   */
  public Queue(String name, QueueSettings settings, WakeUps wakeUps) {
    this.name = name;
    this.settings = settings;
    this.wakeUps = wakeUps;
  }

  String topic() {
    return "queue." + name;
  }

  QueueSettings settings() {
    return settings;
  }

  /**
   * Adds work with the caller's transaction; workers look when it commits.
   *
   * @return false if work of that key is already waiting or being done: nothing was added
   */
  public boolean enqueue(Handle handle, NewItem item) {
    int added =
        handle
            .createUpdate(
                """
                INSERT INTO queue_item
                       (queue, key, group_key, priority, ready, turn, due, payload)
                SELECT :queue, :key, :group, :priority, :delay = 0,
                """
                    + TURN
                    + """
                    , now() + :delay * interval '1 ms', :payload::jsonb
                    ON CONFLICT (queue, key) DO NOTHING
                    """)
            .bind("queue", name)
            .bind("key", item.key())
            .bind("group", item.group())
            .bind("priority", item.priority().ordinal())
            .bind("delay", item.delay().toMillis())
            .bind("payload", Json.write(item.payload()))
            .execute();
    if (added > 0 && item.delay().isZero()) {
      wakeUps.afterCommit(handle, topic());
    }
    return added > 0;
  }

  /**
   * Start-time fair queueing: a group's next row comes one turn after its last one, and not before
   * the turn that is being served.
   */
  private static final String TURN =
      """
      greatest((SELECT max(turn) + 1 FROM queue_item
                 WHERE queue = :queue AND group_key = :group AND priority = :priority),
               (SELECT min(turn) FROM queue_item
                 WHERE queue = :queue AND ready AND priority = :priority),
               0)
      """;

  /** Makes ready what has become due: delayed work, retries, leases that ran out. */
  int promote(Handle handle) {
    return handle
        .createUpdate(
            """
            UPDATE queue_item SET ready = true, due = now()
             WHERE id IN (SELECT id FROM queue_item
                           WHERE queue = :queue AND NOT ready AND due <= now()
                           ORDER BY due LIMIT :most FOR UPDATE SKIP LOCKED)
            """)
        .bind("queue", name)
        .bind("most", PROMOTED_AT_ONCE)
        .execute();
  }

  /** Takes up to so many pieces of work that are due, those first whose turn it is. */
  List<Lease> take(Handle handle, int most, String owner) {
    return handle
        .createQuery(
            """
            WITH interactive AS (
              SELECT id, 0 AS rank, turn FROM queue_item
               WHERE queue = :queue AND ready AND priority = 0
               ORDER BY turn, id LIMIT :most FOR UPDATE SKIP LOCKED
            ), aged AS (
              SELECT id, 0 AS rank, turn FROM queue_item
               WHERE queue = :queue AND ready AND priority = 1
                 AND enqueued < now() - :ageing * interval '1 ms'
               ORDER BY enqueued LIMIT :most FOR UPDATE SKIP LOCKED
            ), bulk AS (
              SELECT id, 1 AS rank, turn FROM queue_item
               WHERE queue = :queue AND ready AND priority = 1
               ORDER BY turn, id LIMIT :most FOR UPDATE SKIP LOCKED
            ), chosen AS (
              SELECT id, min(rank) AS rank, min(turn) AS turn
                FROM (SELECT * FROM interactive UNION ALL SELECT * FROM aged
                      UNION ALL SELECT * FROM bulk) every
               GROUP BY id ORDER BY 2, 3, 1 LIMIT :most
            ), leased AS (
              UPDATE queue_item q
                 SET ready = false, due = now() + :lease * interval '1 ms', fence = fence + 1,
                     attempt = attempt + 1, owner = :owner
                FROM chosen WHERE q.id = chosen.id
              RETURNING q.id, q.fence, q.attempt, q.key, q.group_key, q.payload::text AS payload,
                        chosen.rank, chosen.turn
            )
            SELECT * FROM leased ORDER BY rank, turn, id
            """)
        .bind("queue", name)
        .bind("most", most)
        .bind("owner", owner)
        .bind("ageing", AGEING.toMillis())
        .bind("lease", settings.lease().toMillis())
        .map((row, context) -> lease(row))
        .list();
  }

  private static Lease lease(ResultSet row) throws SQLException {
    return new Lease(
        row.getLong("id"),
        row.getLong("fence"),
        row.getInt("attempt"),
        row.getString("key"),
        row.getString("group_key"),
        Json.read(row.getString("payload")));
  }

  /**
   * Ends the work with the caller's transaction, which holds what came of it.
   *
   * @throws LeaseLost when the work is no longer ours: the transaction must not commit
   */
  public void complete(Handle handle, Lease lease) {
    int gone =
        handle
            .createUpdate("DELETE FROM queue_item WHERE id = :id AND fence = :fence AND NOT ready")
            .bind("id", lease.id())
            .bind("fence", lease.fence())
            .execute();
    if (gone == 0) {
      throw new LeaseLost(lease);
    }
  }

  /** Keeps the work ours for another while; false when it no longer is. */
  boolean renew(Handle handle, Lease lease) {
    return handle
            .createUpdate(
                "UPDATE queue_item SET due = now() + :lease * interval '1 ms'"
                    + " WHERE id = :id AND fence = :fence AND NOT ready")
            .bind("lease", settings.lease().toMillis())
            .bind("id", lease.id())
            .bind("fence", lease.fence())
            .execute()
        > 0;
  }

  /** Puts the work back for later, or gives it up after its last attempt; nothing if not ours. */
  void failed(Handle handle, Lease lease, String why) {
    if (lease.attempt() >= settings.attempts()) {
      bury(handle, lease, why);
      return;
    }
    handle
        .createUpdate(
            """
            UPDATE queue_item
               SET due = now() + :pause * (0.75 + random() / 2) * interval '1 ms',
                   owner = NULL, failure = :why
             WHERE id = :id AND fence = :fence AND NOT ready
            """)
        .bind("pause", settings.pauseAfter(lease.attempt()).toMillis())
        .bind("why", why)
        .bind("id", lease.id())
        .bind("fence", lease.fence())
        .execute();
  }

  /** Whether the work was taken more often than it may, because its workers were killed by it. */
  boolean isPastItsAttempts(Lease lease) {
    return lease.attempt() > settings.attempts();
  }

  void bury(Handle handle, Lease lease, String why) {
    handle
        .createUpdate(
            """
            WITH gone AS (
              DELETE FROM queue_item WHERE id = :id AND fence = :fence AND NOT ready RETURNING *)
            INSERT INTO queue_dead (id, queue, key, group_key, enqueued, attempt, failure, payload)
            SELECT id, queue, key, group_key, enqueued, attempt, :why, payload FROM gone
            """)
        .bind("id", lease.id())
        .bind("fence", lease.fence())
        .bind("why", why)
        .execute();
  }

  /** How much waits or is being done. */
  public long size(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM queue_item WHERE queue = :queue")
        .bind("queue", name)
        .mapTo(Long.class)
        .one();
  }

  /** How long the longest waiting work has been due; empty when none waits. */
  public Optional<Duration> delay(Handle handle) {
    return handle
        .createQuery(
            "SELECT extract(epoch FROM now() - min(due)) FROM queue_item"
                + " WHERE queue = :queue AND (ready OR due <= now()) HAVING count(*) > 0")
        .bind("queue", name)
        .mapTo(Double.class)
        .findOne()
        .map(seconds -> Duration.ofMillis(Math.max(0, (long) (seconds * 1000))));
  }
}
