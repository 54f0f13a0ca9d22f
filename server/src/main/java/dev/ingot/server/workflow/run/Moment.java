package dev.ingot.server.workflow.run;

import dev.ingot.server.store.DatabaseClock;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * When runs are moved.
 *
 * @param now the database's time
 * @param since this process's nanoTime, not after it
 */
record Moment(Instant now, long since) {
  static Moment of(Handle handle) {
    long since = System.nanoTime();
    return new Moment(DatabaseClock.moment(handle), since);
  }
}
