package dev.ingot.server.inventory.classes;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * All nodes looked at again after a change of a rule, in the order of their ids. Its row is also
 * the lock of everything about classes: rules change, and nodes are classified, one at a time.
 *
 * @param after the last node that was looked at, null when all were
 */
record Sweep(long generation, @Nullable String after) {
  /**
   * How far it is.
   *
   * @param running whether nodes are still to be looked at because a rule changed
   * @param due nodes that changed and are still to be looked at
   */
  record Progress(boolean running, long done, long total, long due, @Nullable Instant started) {}

  /** Waits for the lock, which the handle's transaction then has until it ends. */
  static void lock(Handle handle) {
    handle
        .createQuery("SELECT single FROM node_class_sweep FOR UPDATE")
        .mapTo(Boolean.class)
        .findOne();
  }

  /** The same, empty when another has the lock. */
  static Optional<Sweep> tryLock(Handle handle) {
    return handle
        .createQuery("SELECT generation, after FROM node_class_sweep FOR UPDATE SKIP LOCKED")
        .map((row, _) -> new Sweep(row.getLong("generation"), row.getString("after")))
        .findOne();
  }

  /** From the first node on, whatever is under way. */
  static void begin(Handle handle) {
    handle.execute(
        """
        UPDATE node_class_sweep SET generation = generation + 1, after = '', done = 0,
          total = (SELECT count(*) FROM node), started = now()
        """);
  }

  boolean isRunning() {
    return after != null;
  }

  /** The nodes that come next. */
  List<String> next(Handle handle, int most) {
    return handle
        .createQuery("SELECT id FROM node WHERE id > :after ORDER BY id LIMIT :most")
        .bind("after", after)
        .bind("most", most)
        .mapTo(String.class)
        .list();
  }

  /** They were looked at; none means that all were. */
  static void advance(Handle handle, List<String> nodes) {
    handle
        .createUpdate("UPDATE node_class_sweep SET after = :after, done = done + :count")
        .bind("after", nodes.isEmpty() ? null : nodes.getLast())
        .bind("count", nodes.size())
        .execute();
  }

  static Progress progress(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT after IS NOT NULL AS running, done, greatest(done, total) AS total, started,
              (SELECT count(DISTINCT node) FROM node_class_due) AS due
            FROM node_class_sweep
            """)
        .map(
            (row, _) -> {
              OffsetDateTime started = row.getObject("started", OffsetDateTime.class);
              return new Progress(
                  row.getBoolean("running"),
                  row.getLong("done"),
                  row.getLong("total"),
                  row.getLong("due"),
                  started == null ? null : started.toInstant());
            })
        .one();
  }
}
