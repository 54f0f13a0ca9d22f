package dev.ingot.server.mercury;

import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Mercury's programs take turns at the database, in the order in which they come, so that there are
 * connections for everybody else. A long answer takes a turn for each of its pages: the short ones
 * come in between.
 */
final class Turns {
  private static final int AT_ONCE = 3;

  private final Jdbi jdbi;
  private final Semaphore free = new Semaphore(AT_ONCE, true);

  Turns(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What bounds itself, and takes long, takes no turn. */
  <T extends @Nullable Object> T without(Function<Jdbi, T> work) {
    return work.apply(jdbi);
  }

  /** Works in a transaction. */
  <T extends @Nullable Object> T take(Function<Handle, T> work) {
    try {
      free.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("this server stops; ask again");
    }
    try {
      return jdbi.inTransaction(work::apply);
    } finally {
      free.release();
    }
  }
}
