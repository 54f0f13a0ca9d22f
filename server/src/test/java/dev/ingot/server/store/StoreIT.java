package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.configuration.Secret;
import dev.ingot.server.problem.Problem;
import dev.ingot.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
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
              Duration.ofMillis(300),
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
    assertThatThrownBy(() -> Store.open(settings, Path.of("/nonexistent")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("127.0.0.1:1")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aWrongPasswordIsRefusedAtOnce() {
    try (TestDatabase database = TestDatabase.empty()) {
      DatabaseSettings wrong =
          DatabaseSettings.DEFAULT.external(database.url(), database.user(), "wrong");
      long start = System.nanoTime();
      assertThatThrownBy(() -> Store.open(wrong, Path.of("/nonexistent")))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static int one(Jdbi jdbi, String query) {
    return jdbi.withHandle(handle -> handle.select(query).mapTo(int.class).one());
  }
}
