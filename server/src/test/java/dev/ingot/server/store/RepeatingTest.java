package dev.ingot.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RepeatingTest {
  @Test
  void whoWaitsForTheDatabaseSaysSoOnceForEachTimeThatItIsAway() throws Exception {
    CountDownLatch turns = new CountDownLatch(12);
    try (Said said = new Said(Repeating.class)) {
      Runnable task =
          () -> {
            turns.countDown();
            if (turns.getCount() != 6) {
              throw Problem.unavailable("the database does not answer", null);
            }
          };
      try (Repeating repeating = Repeating.every(Duration.ofMillis(1), "sweeping", task)) {
        assertThat(repeating).isNotNull();
        assertThat(turns.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(said.lines())
          .containsExactly(
              "sweeping waits for the database: the database does not answer",
              "sweeping waits for the database: the database does not answer");
    }
  }

  @Test
  void whatIsWrongIsSaidEachTime() throws Exception {
    CountDownLatch turns = new CountDownLatch(3);
    try (Said said = new Said(Repeating.class)) {
      Runnable task =
          () -> {
            turns.countDown();
            throw new IllegalStateException("a defect");
          };
      try (Repeating repeating = Repeating.every(Duration.ofMillis(1), "sweeping", task)) {
        assertThat(repeating).isNotNull();
        assertThat(turns.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(said.lines()).hasSizeGreaterThanOrEqualTo(2).allMatch(x -> x.endsWith("a defect"));
    }
  }
}
