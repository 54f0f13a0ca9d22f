package dev.ingot.server.webhooks;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How far each webhook is, and which server sends for it. */
final class Progress {
  private Progress() {}

  /** Another server sends for the webhook now, or somebody moved it: what we know is old. */
  static final class LeaseLost extends RuntimeException {
    LeaseLost(String name) {
      super("webhook " + name + " is no longer ours");
    }
  }

  /** A webhook for which we send. */
  record Held(Webhook hook, SigningSecret secret, long position, long fence) {}

  /** Takes those that nobody sends for, keeps those that are ours; not the paused ones. */
  static List<Held> take(Handle handle, String owner, Duration lease) {
    return handle
        .createQuery(
            """
            UPDATE webhook_progress AS p
               SET fence = p.fence + CASE WHEN p.owner = :owner THEN 0 ELSE 1 END,
                   owner = :owner, lease = now() + :lease * interval '1 ms'
              FROM webhook w
             WHERE w.id = p.webhook AND NOT w.paused
               AND (p.owner IS NULL OR p.owner = :owner OR p.lease < now())
            RETURNING w.secret, p.position, p.fence,\s\
            """
                + WebhookTable.COLUMNS)
        .bind("owner", owner)
        .bind("lease", lease.toMillis())
        .map(
            (row, _) ->
                new Held(
                    WebhookTable.webhook(row),
                    new SigningSecret(row.getString("secret")),
                    row.getLong("position"),
                    row.getLong("fence")))
        .list();
  }

  /** Gives all of ours back, so that another takes them at once. */
  static void release(Handle handle, String owner) {
    handle.execute(
        "UPDATE webhook_progress SET owner = NULL, lease = '-infinity' WHERE owner = ?", owner);
  }

  /**
   * Makes sure that the webhook is ours until the transaction ends.
   *
   * @throws LeaseLost when it is not
   */
  static void guard(Handle handle, Held held) {
    boolean ours =
        handle
            .createQuery(
                "SELECT 1 FROM webhook_progress WHERE webhook = :id AND fence = :fence FOR UPDATE")
            .bind("id", held.hook().id())
            .bind("fence", held.fence())
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (!ours) {
      throw new LeaseLost(held.hook().name());
    }
  }

  /** What happened since the last time that progress was written. */
  record Done(long delivered, long failed, @Nullable String lastError) {}

  /** Writes how far it is; the caller has guarded it. */
  static void write(Handle handle, Held held, long position, Done done) {
    int written =
        handle
            .createUpdate(
                """
                UPDATE webhook_progress
                   SET position = :position, delivered = delivered + :delivered,
                       failed = failed + :failed,
                       last_success = CASE WHEN :delivered > 0 THEN now() ELSE last_success END,
                       last_failure = CASE WHEN :failed > 0 THEN now() ELSE last_failure END,
                       last_error = coalesce(:error, last_error)
                 WHERE webhook = :id AND :position <= (SELECT last FROM event_position)
                """)
            .bind("position", position)
            .bind("delivered", done.delivered())
            .bind("failed", done.failed())
            .bind("error", done.lastError())
            .bind("id", held.hook().id())
            .execute();
    if (written == 0) { // a restored database has not come so far
      throw new LeaseLost(held.hook().name());
    }
  }

  /** Says why nothing is sent at all. */
  static void complain(Handle handle, Held held, String why) {
    handle.execute(
        "UPDATE webhook_progress SET last_failure = now(), last_error = ? WHERE webhook = ?"
            + " AND fence = ?",
        why,
        held.hook().id(),
        held.fence());
  }

  /** Skips events that are no longer kept. */
  static void lost(Handle handle, Held held, long position, long lost) {
    handle.execute(
        "UPDATE webhook_progress SET position = ?, lost = lost + ? WHERE webhook = ?",
        position,
        lost,
        held.hook().id());
  }

  /** Goes on after another position; whoever sends for it starts anew. */
  static void rewind(Handle handle, Webhook hook, long position) {
    handle.execute(
        "UPDATE webhook_progress SET position = ?, fence = fence + 1, owner = NULL,"
            + " lease = '-infinity' WHERE webhook = ?",
        position,
        hook.id());
  }

  /** Keeps all others from moving it until the transaction ends. */
  static long lock(Handle handle, Webhook hook) {
    return handle
        .createQuery("SELECT position FROM webhook_progress WHERE webhook = :id FOR UPDATE")
        .bind("id", hook.id())
        .mapTo(Long.class)
        .one();
  }

  /** Whether an event about dead letters is due: one an hour; the caller then writes it. */
  static boolean tellsOfDead(Handle handle, Held held) {
    return handle.execute(
            "UPDATE webhook_progress SET dead_told = now() WHERE webhook = ?"
                + " AND (dead_told IS NULL OR dead_told < now() - interval '1 hour')",
            held.hook().id())
        > 0;
  }

  static void died(Handle handle, Held held, int events) {
    handle.execute(
        "UPDATE webhook_progress SET dead = dead + ? WHERE webhook = ?", events, held.hook().id());
  }
}
