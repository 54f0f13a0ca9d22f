package dev.ingot.server.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** The numbered SQL files of {@code db/migration}, applied in order, each once. */
final class Migrations {
  private Migrations() {}

  /** Each feature has its own range of numbers, so a low one may come after a high one. */
  static Flyway of(Address address) {
    return Flyway.configure()
        .dataSource(address.url(), address.user(), address.password())
        .locations("classpath:db/migration")
        .outOfOrder(true)
        .cleanDisabled(true)
        .connectRetries(0)
        .load();
  }

  static void apply(Address address) {
    try {
      of(address).migrate();
    } catch (FlywayException e) {
      throw new StoreException("migrate the database: " + firstLine(e), e);
    }
  }

  private static String firstLine(FlywayException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("failed");
  }
}
