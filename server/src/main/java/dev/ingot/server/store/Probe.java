package dev.ingot.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks whether the database takes connections, with one of its own: a busy pool is not a lost
 * database. Asked by everybody who asks for readiness, so an answer is good for a second.
 */
final class Probe {
  private static final long GOOD_FOR = Duration.ofSeconds(1).toNanos();
  private static final int SECONDS = 3;

  private final Address address;
  private Optional<String> last = Optional.empty();
  private long asked;

  Probe(Address address) {
    this.address = address;
    this.asked = System.nanoTime() - GOOD_FOR;
  }

  synchronized Optional<String> trouble() {
    if (System.nanoTime() - asked >= GOOD_FOR) {
      last = ask();
      asked = System.nanoTime();
    }
    return last;
  }

  private Optional<String> ask() {
    try (Connection connection = address.connect("probe", SECONDS)) {
      return connection.isValid(SECONDS)
          ? Optional.empty()
          : Optional.of("the database does not answer");
    } catch (SQLException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return Optional.of("the database does not answer: " + why);
    }
  }
}
