package dev.ingot.server.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;

/** The one clock that decides: leases, expiry, retention. Processes' own clocks only tell. */
public final class DatabaseClock {
  private DatabaseClock() {}

  /** When the handle's transaction began; the same for all of it. */
  public static Instant now(Handle handle) {
    return read(handle, "SELECT now()");
  }

  /** This very moment, also later in a transaction. */
  public static Instant moment(Handle handle) {
    return read(handle, "SELECT clock_timestamp()");
  }

  private static Instant read(Handle handle, String query) {
    return handle.createQuery(query).mapTo(OffsetDateTime.class).one().toInstant();
  }
}
