package dev.ingot.server.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first connection: waits while waiting may help, and checks what answers. */
final class Reaching {
  private static final Logger log = LoggerFactory.getLogger(Reaching.class);
  private static final int OLDEST_MAJOR = 15;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Classes and states that pass: connection trouble, starting up, too many connections. */
  private static final Set<String> PASSING = Set.of("08", "57", "53");

  /**
   * Not let in, above all by the driver itself when there is no password: waiting changes nothing.
   */
  private static final String REJECTED = "08004";

  private Reaching() {}

  /**
   * Returns when the database can be used.
   *
   * @param unwanted whether whoever starts has been asked to stop
   */
  static void reach(Address address, Duration atMost, BooleanSupplier unwanted) {
    long end = System.nanoTime() + atMost.toNanos();
    Duration pause = Duration.ofMillis(200);
    String said = "";
    while (true) {
      try (Connection connection = address.connect("start")) {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        if (major < OLDEST_MAJOR) {
          throw new StoreException(
              "%s is PostgreSQL %d; Ingot needs %d or newer"
                  .formatted(address, major, OLDEST_MAJOR),
              null);
        }
        mustBeUtf8(address, connection);
        return;
      } catch (SQLException e) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        long left = end - System.nanoTime();
        if (!mayPass(e) || left < 0) {
          throw new StoreException("cannot use the database " + address + ": " + why, e);
        }
        if (!why.equals(said)) {
          said = why;
          log.warn(
              "the database {} does not answer ({}); trying again for {} s",
              address,
              why,
              Duration.ofNanos(left).toSeconds());
        }
        pause(pause, unwanted);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : pause.multipliedBy(2);
      }
    }
  }

  private static void mustBeUtf8(Address address, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet shown = statement.executeQuery("SHOW server_encoding")) {
      shown.next();
      String encoding = shown.getString(1);
      if (!"UTF8".equals(encoding)) {
        throw new StoreException(
            ("%s has the encoding %s, and not every name fits into it: make it with"
                    + " CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0")
                .formatted(address, encoding),
            null);
      }
    }
  }

  private static boolean mayPass(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && state.length() == 5
        && !state.equals(REJECTED)
        && PASSING.contains(state.substring(0, 2));
  }

  private static void pause(Duration time, BooleanSupplier unwanted) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() - end < 0) {
        if (unwanted.getAsBoolean()) {
          throw new StoreException("stopped while waiting for the database", null);
        }
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for the database", e);
    }
  }
}
