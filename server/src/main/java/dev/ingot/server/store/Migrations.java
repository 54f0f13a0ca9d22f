package dev.ingot.server.store;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

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
      Jdbi.create(() -> address.connect("migrate")).useTransaction(Partitions::makeDefaults);
    } catch (FlywayException | JdbiException e) {
      throw new StoreException("migrate the database: " + firstLine(e), e);
    }
  }

  private static String firstLine(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("failed");
  }
}
