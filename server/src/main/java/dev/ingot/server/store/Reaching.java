package dev.ingot.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first connection: waits while waiting may help, and checks what answers. */
final class Reaching {
  private static final Logger log = LoggerFactory.getLogger(Reaching.class);
  private static final int OLDEST_MAJOR = 15;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** Classes and states that pass: connection trouble, starting up, too many connections. */
  private static final Set<String> PASSING = Set.of("08", "57", "53");

  private Reaching() {}

  static void reach(Address address, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    Duration pause = Duration.ofMillis(200);
    while (true) {
      try (Connection connection = address.connect("start")) {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < OLDEST_MAJOR) {
          throw new StoreException(
              "%s is PostgreSQL %d; Ingot needs %d or newer"
                  .formatted(address, major, OLDEST_MAJOR),
              null);
        }
        return;
      } catch (SQLException e) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        long left = end - System.nanoTime();
        if (!mayPass(e) || left < 0) {
          throw new StoreException("cannot use the database " + address + ": " + why, e);
        }
        log.warn(
            "the database {} does not answer ({}); trying again for {} s",
            address,
            why,
            Duration.ofNanos(left).toSeconds());
        pause(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : pause.multipliedBy(2);
      }
    }
  }

  private static boolean mayPass(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && state.length() == 5 && PASSING.contains(state.substring(0, 2));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for the database", e);
    }
  }
}
