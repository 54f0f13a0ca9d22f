package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.configuration.Secret;
import dev.ingot.postgres.EmbeddedPostgres;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.problem.StartFailure;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

class StoreIT {
  @Test
  void eachPoolAnswersAndTellsNoTrouble() {
    try (TestStore test = TestStore.open()) {
      Store store = test.store();
      for (Jdbi jdbi : List.of(store.api(), store.engine(), store.ingest())) {
        assertThat(one(jdbi, "SELECT 1")).isOne();
      }
      assertThat(store.trouble()).isEmpty();
    }
  }

  @Test
  void aFullPoolRefusesAfterItsWaitAndServesAgainAfterwards() {
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings base = TestStore.settings(database);
      DatabaseSettings small =
          new DatabaseSettings(
              base.url(),
              base.user(),
              base.password(),
              Duration.ofSeconds(5),
              1,
              1,
              1,
              Duration.ofSeconds(1),
              Duration.ofSeconds(5));
      try (Store store = Store.open(small, Path.of("/nonexistent"))) {
        try (Handle held = store.api().open()) {
          assertThatThrownBy(() -> store.api().open())
              .isInstanceOfSatisfying(
                  Problem.class, p -> assertThat(p.kind()).isEqualTo(Problem.Kind.UNAVAILABLE));
          assertThat(held.select("SELECT 1").mapTo(int.class).one()).isOne();
        }
        assertThat(one(store.api(), "SELECT 2")).isEqualTo(2);
      }
    }
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNamedAfterTheWait() {
    DatabaseSettings settings =
        new DatabaseSettings(
            "postgresql://127.0.0.1:1/ingot",
            "ingot",
            new Secret("secret"),
            Duration.ofMillis(500),
            6,
            4,
            4,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    try (Said said = new Said(Reaching.class)) {
      assertThatThrownBy(() -> Store.open(settings, Path.of("/nonexistent")))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("127.0.0.1:1")
          .hasMessageNotContaining("secret");
      assertThat(said.lines()).singleElement().asString().contains("does not answer");
    }
  }

  @Test
  void aWrongPasswordIsRefusedAtOnce() {
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings wrong =
          DatabaseSettings.DEFAULT.external(database.url(), database.user(), "wrong");
      long start = System.nanoTime();
      assertThatThrownBy(() -> Store.open(wrong, Path.of("/nonexistent")))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("password authentication failed");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aMissingPasswordIsRefusedAtOnce() {
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings none =
          DatabaseSettings.DEFAULT.external(database.url(), database.user(), "");
      long start = System.nanoTime();
      assertThatThrownBy(() -> Store.open(none, Path.of("/nonexistent")))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("password");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aDatabaseOfAnotherEncodingIsRefused() throws SQLException {
    try (TestDatabase database = TestDatabase.empty();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      String name = connection.getCatalog() + "_latin";
      statement.execute(
          "CREATE DATABASE "
              + name
              + " ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
      try {
        DatabaseSettings latin =
            DatabaseSettings.DEFAULT.external(
                database.url().replaceFirst("/[^/]+$", "/" + name),
                database.user(),
                database.password());
        assertThatThrownBy(() -> Store.open(latin, Path.of("/nonexistent")))
            .isInstanceOf(StartFailure.class)
            .hasMessageContaining("LATIN1")
            .hasMessageContaining("UTF8");
      } finally {
        statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
      }
    }
  }

  @Test
  void aDatabaseThatCannotBeMigratedIsNamedWithWhatItSays() throws SQLException {
    try (TestDatabase database = TestDatabase.empty();
        Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      DatabaseSettings settings = TestStore.settings(database);
      statement.execute(
          """
          CREATE SCHEMA guard;
          CREATE FUNCTION guard.refuse() RETURNS event_trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE 'no tables here'; END $$;
          CREATE EVENT TRIGGER refuse ON ddl_command_start
            WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION guard.refuse();
          """);
      assertThatThrownBy(() -> Store.open(settings, Path.of("/nonexistent")))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(database.url())
          .hasMessageContaining("no tables here");
      statement.execute("DROP EVENT TRIGGER refuse; CREATE TABLE public.other (n int)");
      assertThatThrownBy(() -> Store.open(settings, Path.of("/nonexistent")))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(database.url())
          .hasMessageContaining("a database of its own");
    }
  }

  @Test
  void whoeverIsAskedToStopWhileItStartsWaitsForNothing() throws SQLException {
    DatabaseSettings away =
        DatabaseSettings.DEFAULT.external("postgresql://127.0.0.1:1/ingot", "ingot", "secret");
    long start = System.nanoTime();
    assertThatThrownBy(() -> Store.open(away, Path.of("/nonexistent"), () -> true))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("stopped");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings settings = TestStore.settings(database);
      assertThatThrownBy(() -> Store.open(settings, Path.of("/nonexistent"), () -> true))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("stopped");
      try (Connection connection = database.connect();
          ResultSet tables = connection.getMetaData().getTables(null, "public", "token", null)) {
        assertThat(tables.next()).isFalse();
      }
      Store.open(settings, Path.of("/nonexistent")).close(); // the next start does all of it
    }
  }

  @Test
  void whoUsesOrAwaitsAConnectionEndsSoonWhenTheServerStops() {
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings base = TestStore.settings(database);
      DatabaseSettings patient =
          new DatabaseSettings(
              base.url(),
              base.user(),
              base.password(),
              Duration.ofSeconds(5),
              1,
              1,
              1,
              Duration.ofSeconds(60),
              Duration.ofSeconds(60));
      try (Store store = Store.open(patient, Path.of("/nonexistent"));
          ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<Integer> uses =
            others.submit(() -> one(store.engine(), "SELECT 1 FROM pg_sleep(50)"));
        Store.Pool pool = store.pools().get(1);
        await().until(() -> pool.used().get() == 1);
        Future<Integer> awaits = others.submit(() -> one(store.engine(), "SELECT 1"));
        await().until(() -> pool.waiting().get() == 1);
        store.hurry();
        assertThatThrownBy(() -> awaits.get(10, TimeUnit.SECONDS))
            .hasCauseInstanceOf(Problem.class);
        assertThatThrownBy(() -> uses.get(10, TimeUnit.SECONDS))
            .hasCauseInstanceOf(JdbiException.class);
      }
    }
  }

  private static int one(Jdbi jdbi, String query) {
    return jdbi.withHandle(handle -> handle.select(query).mapTo(int.class).one());
  }

  @Test
  void theEmbeddedDatabaseIsBackAfterItWasKilledAndAfterARestart() throws Exception {
    Path folder = TestFolders.fresh("store");
    try {
      try (Store store = Store.open(DatabaseSettings.DEFAULT, folder);
          Said said = new Said(WakeUps.class);
          WakeUps wakeUps = WakeUps.start(store)) {
        assertThat(wakeUps).isNotNull();
        store.api().useHandle(handle -> handle.execute("CREATE TABLE kept AS SELECT 7 AS n"));
        long postmaster =
            Long.parseLong(
                Files.readAllLines(folder.resolve("postgres/cluster/postmaster.pid")).getFirst());
        ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
        await() // it may last a fifth of a second
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(20))
            .until(() -> store.trouble().isPresent());
        await().atMost(Duration.ofSeconds(60)).until(() -> store.trouble().isEmpty());
        await() // a connection of the dead server, used a moment ago, is handed out once more
            .ignoreExceptionsInstanceOf(JdbiException.class)
            .atMost(Duration.ofSeconds(30))
            .until(() -> one(store.api(), "SELECT n FROM kept") == 7);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> said.lines().contains("the database answers again"));
        assertThat(said.lines()).hasSize(2).first().asString().startsWith("the database does not");
      }
      try (Store store = Store.open(DatabaseSettings.DEFAULT, folder)) {
        assertThat(one(store.api(), "SELECT n FROM kept")).isEqualTo(7);
        assertThat(store.diskPressure().space()).isNotNull();
      }
    } finally {
      EmbeddedPostgres.discard(folder.resolve("postgres"));
      Files.delete(folder);
    }
  }
}
