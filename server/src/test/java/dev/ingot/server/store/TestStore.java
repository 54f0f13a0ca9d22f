package dev.ingot.server.store;

import dev.ingot.testkit.TestDatabase;
import org.jdbi.v3.core.Jdbi;

/**
 * A migrated store of its own for one test class: {@code try (TestStore store = TestStore.open())}.
 */
public final class TestStore implements AutoCloseable {
  private final TestDatabase database;
  private final Store store;

  private TestStore(TestDatabase database, Store store) {
    this.database = database;
    this.store = store;
  }

  /** A database with the schema of today. */
  public static TestDatabase migrated() {
    return TestDatabase.copyOf(
        "ingot", (url, user, password) -> Migrations.apply(new Address(url, user, password)));
  }

  public static TestStore open() {
    TestDatabase database = migrated();
    return new TestStore(
        database,
        Store.over(
            new Address(database.url(), database.user(), database.password()),
            DatabaseSettings.DEFAULT));
  }

  /** Settings that reach the database as an external one. */
  public static DatabaseSettings settings(TestDatabase database) {
    return DatabaseSettings.DEFAULT.external(database.url(), database.user(), database.password());
  }

  public Store store() {
    return store;
  }

  public TestDatabase database() {
    return database;
  }

  public Jdbi jdbi() {
    return store.api();
  }

  @Override
  public void close() {
    store.close();
    database.close();
  }
}
