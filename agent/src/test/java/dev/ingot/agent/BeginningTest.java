package dev.ingot.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeginningTest {
  @TempDir private Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);

  @Test
  void whatTakesTheProcessorBeginsWhenTheServerHasAnsweredAndTheDriversAreLoaded()
      throws Exception {
    Path settling = Files.createFile(folder.resolve("settling"));
    try (Beginning beginning = new Beginning(settling, begun::countDown)) {
      beginning.start();
      beginning.answered();
      assertThat(begun.await(300, TimeUnit.MILLISECONDS)).as("drivers are loaded").isFalse();
      Files.delete(settling);
      assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void nothingBeginsBeforeTheServerHasAnswered() throws Exception {
    try (Beginning beginning = new Beginning(folder.resolve("none"), begun::countDown)) {
      beginning.start();
      assertThat(begun.await(300, TimeUnit.MILLISECONDS)).isFalse();
      beginning.answered();
      assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void nothingBeginsAfterTheEnd() throws Exception {
    Path settling = Files.createFile(folder.resolve("settling"));
    Beginning beginning = new Beginning(settling, begun::countDown);
    beginning.start();
    beginning.answered();
    beginning.close();
    Files.delete(settling);
    assertThat(begun.await(300, TimeUnit.MILLISECONDS)).isFalse();
  }
}
