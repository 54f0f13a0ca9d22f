package dev.ingot.agent.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.protocol.PluginResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that really run, and what is kept of them. */
class PluginRunTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2010-09-26T02:16:29Z"), ZoneOffset.UTC);

  private final PluginRunner runner =
      new PluginRunner("origin", CLOCK, () -> System.nanoTime() / 1_000_000, new Random(1));

  @TempDir Path folder;

  private static Plugin plugin(String command, Duration timeout) {
    return new Plugin(
        "p", "", command, ShellWords.split(command), "raw", null, timeout, null, null, null, "f");
  }

  private PluginResult run(String command) throws InterruptedException {
    return runner.run(plugin(command, Duration.ofSeconds(20)), 7L, (a, b, c, d) -> {});
  }

  private static String text(PluginResult result) {
    return new String(result.output(), StandardCharsets.UTF_8);
  }

  @Test
  void noShellReadsTheCommand() throws Exception {
    PluginResult result = run("printf '%s|' '$HOME' ; '`id`' '*' a\\ b");
    assertThat(text(result)).isEqualTo("$HOME|;|`id`|*|a b|");
    assertThat(result.exit()).isZero();
    assertThat(result.task()).isEqualTo(7);
    assertThat(result.time()).isEqualTo(CLOCK.instant());
  }

  @Test
  void aFailureHasItsStatusItsReasonAndItsOutput() throws Exception {
    PluginResult result = run("sh -c 'echo out; echo because >&2; exit 3'");
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.error()).isEqualTo("exit status 3: because");
    assertThat(text(result)).isEqualTo("out\n");
    assertThat(run("sh -c 'kill -9 $$'").error()).isEqualTo("ended by signal 9");
  }

  @Test
  void whatIsNotThereOrNoProgramIsNamed() throws Exception {
    assertThat(run("no-such-program -y").error())
        .isEqualTo("no-such-program cannot be run: No such file or directory");
    assertThat(run("/etc/passwd").error())
        .isEqualTo("/etc/passwd cannot be run: Permission denied");
    assertThat(run("/etc").error()).isEqualTo("/etc cannot be run: Permission denied");
    assertThat(run("/none").exit()).isNull();
  }

  @Test
  void atItsTimeoutItIsEnded() throws Exception {
    Path left = folder.resolve("left");
    PluginResult result =
        runner.run(
            plugin(
                "sh -c 'echo early; (sleep 5; touch " + left + ") & sleep 60'",
                Duration.ofSeconds(1)),
            null,
            (a, b, c, d) -> {});
    assertThat(result.error()).isEqualTo("ran longer than 1 s");
    assertThat(result.exit()).isNull();
    assertThat(result.milliseconds()).isBetween(1000L, 15_000L);
    assertThat(left).doesNotExist();
  }

  @Test
  void tooMuchOutputIsNotTakenInPart() throws Exception {
    PluginResult result = run("head -c 3000000 /dev/zero");
    assertThat(result.output()).isEmpty();
    assertThat(result.error()).startsWith("wrote more than 1048576 bytes");
    assertThat(run("head -c 1048576 /dev/zero").output()).hasSize(1 << 20);
  }

  @Test
  void anotherUserIsRealOrSaid() throws Exception {
    Plugin asUser =
        new Plugin(
            "p",
            "",
            "id -un",
            List.of("id", "-un"),
            "raw",
            null,
            Duration.ofSeconds(20),
            null,
            null,
            "nobody",
            "f");
    PluginResult result = runner.run(asUser, null, (a, b, c, d) -> {});
    if ("root".equals(System.getProperty("user.name"))) {
      assertThat(text(result)).isEqualTo("nobody\n");
    } else {
      assertThat(result.error()).startsWith("user: the agent runs as ");
    }
  }

  private ResultSpool open(long bytes, int files) throws IOException {
    return ResultSpool.open(folder.resolve("spool"), bytes, files, new Random(2));
  }

  private static PluginResult result(int number, int size) {
    return new PluginResult(
        "id" + number, "o", "p", "raw", null, CLOCK.instant(), 1, 0, null, new byte[size], 0);
  }

  @Test
  void resultsOutliveTheProcessAndAreSaidInOrderUntilTheyAreStored() throws Exception {
    ResultSpool before = open(1 << 20, 100);
    for (int i = 0; i < 5; i++) {
      before.keep(result(i, 10));
    }
    assertThat(before.next()).isEqualTo(result(0, 10));
    assertThat(before.next()).isNull();
    ResultSpool spool = open(1 << 20, 100);
    assertThat(spool.origin()).isEqualTo(before.origin());
    List<String> said = new ArrayList<>();
    for (PluginResult next = spool.next(); next != null; next = spool.next()) {
      assertThat(spool.again()).isEqualTo(next);
      spool.stored("another", null);
      said.add(next.id());
      spool.stored(next.id(), null);
    }
    assertThat(said).containsExactly("id0", "id1", "id2", "id3", "id4");
    assertThat(open(1 << 20, 100).next()).isNull();
  }

  @Test
  void whenThereIsNoRoomTheOldestGoesAndIsCounted() throws Exception {
    ResultSpool spool = open(1 << 20, 3);
    for (int i = 0; i < 6; i++) {
      spool.keep(result(i, 10));
    }
    PluginResult first = spool.next();
    assertThat(first.id()).isEqualTo("id3");
    assertThat(first.lost()).isEqualTo(3);
    spool.stored("id3", null);
    assertThat(spool.next().lost()).isZero();
  }

  @Test
  void whoWaitsHearsWhyTheOutputIsNoValue() throws Exception {
    ResultSpool spool = open(1 << 20, 3);
    CompletableFuture<String> stored = spool.add(result(1, 1));
    spool.next();
    assertThat(stored).isNotDone();
    spool.stored("id1", "not JSON");
    assertThat(stored).isCompletedWithValue("not JSON");
  }

  @Test
  void aFileThatIsBrokenIsDroppedAndCounted() throws Exception {
    ResultSpool before = open(1 << 20, 10);
    before.keep(result(1, 1));
    before.keep(result(2, 1));
    try (var files = Files.newDirectoryStream(folder.resolve("spool"), "*1.json")) {
      for (Path file : files) {
        Files.writeString(file, "{");
      }
    }
    PluginResult next = open(1 << 20, 10).next();
    assertThat(next.id()).isEqualTo("id2");
    assertThat(next.lost()).isEqualTo(1);
  }
}
