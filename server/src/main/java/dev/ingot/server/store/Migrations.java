package dev.ingot.server.store;

import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** The numbered SQL files of {@code db/migration}, applied in order, each once. */
final class Migrations {
  private Migrations() {}

  /** Each feature has its own range of numbers, so a low one may come after a high one. */
  static Flyway of(Address address) {
    return configured(address).load();
  }

  private static FluentConfiguration configured(Address address) {
    return Flyway.configure()
        .dataSource(address.url(), address.user(), address.password())
        .locations("classpath:db/migration")
        .outOfOrder(true)
        .cleanDisabled(true)
        .connectRetries(0);
  }

  static void apply(Address address) {
    apply(address, () -> false);
  }

  /**
   * Brings the schema up to date.
   *
   * @param unwanted whether whoever starts has been asked to stop: what is applied by then stays
   */
  static void apply(Address address, BooleanSupplier unwanted) {
    try {
      configured(address).callbacks(new Unwanted(unwanted)).load().migrate();
      Jdbi.create(() -> address.connect("migrate")).useTransaction(Partitions::makeDefaults);
    } catch (FlywayException | JdbiException | StoreException e) {
      throw new StoreException("migrate the database " + address + ": " + firstLine(e), e);
    }
  }

  /** What the database said; Flyway's own message goes round it in many lines. */
  private static String firstLine(RuntimeException failure) {
    Throwable said = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException || cause instanceof StoreException) {
        said = cause;
      }
    }
    String line = String.valueOf(said.getMessage()).lines().findFirst().orElse("failed");
    return line.startsWith("Found non-empty schema")
        ? "something else is in it; Ingot needs a database of its own"
        : line;
  }

  /** Ends the migration before its next step. */
  private record Unwanted(BooleanSupplier asked) implements Callback {
    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      if (asked.getAsBoolean()) {
        throw new StoreException("stopped before all of it", null);
      }
    }

    @Override
    public String getCallbackName() {
      return "unwanted";
    }
  }
}
