package dev.ingot.server.store;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * For what only one process may do at a time: sequencing, retention, migration of data. PostgreSQL
 * frees the lock when its holder's connection ends, however that happens.
 */
public final class AdvisoryLock implements AutoCloseable {
  private final Handle handle;
  private final String name;

  private AdvisoryLock(Handle handle, String name) {
    this.handle = handle;
    this.name = name;
  }

  /** Whether the handle's transaction has the lock now, until it ends. */
  public static boolean inTransaction(Handle handle, String name) {
    return ask(handle, "SELECT pg_try_advisory_xact_lock(" + NUMBER + ")", name);
  }

  /** Waits for the lock; the handle's transaction has it until it ends. */
  public static void awaitInTransaction(Handle handle, String name) {
    handle
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(" + NUMBER + ")")
        .bind("name", name)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * Waits until nobody has the lock alone; others may share it, until this transaction ends. Then
   * asks a question, which sees what was committed before the lock was had.
   *
   * @param number that answers one number
   */
  public static long shareAndAsk(Handle handle, String name, String number) {
    long[] answer = new long[1];
    Together.read(
        handle
            .createQuery("SELECT 1 FROM pg_advisory_xact_lock_shared(" + NUMBER + "); " + number)
            .bind("name", name),
        2,
        (place, rows) -> {
          rows.next();
          answer[0] = rows.getLong(1);
        });
    return answer[0];
  }

  /** The lock over several transactions of this handle, empty when another has it. */
  public static Optional<AdvisoryLock> ofSession(Handle handle, String name) {
    return ask(handle, "SELECT pg_try_advisory_lock(" + NUMBER + ")", name)
        ? Optional.of(new AdvisoryLock(handle, name))
        : Optional.empty();
  }

  private static final String NUMBER = "hashtextextended('ingot.' || :name, 0)";

  private static boolean ask(Handle handle, String query, String name) {
    return handle.createQuery(query).bind("name", name).mapTo(Boolean.class).one();
  }

  @Override
  public void close() {
    ask(handle, "SELECT pg_advisory_unlock(" + NUMBER + ")", name);
  }
}
