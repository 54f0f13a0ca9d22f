package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalToolsTest {
  @TempDir Path folder;

  @Test
  void aProgramAnswersInTheCLocaleWithNothingOfOurEnvironment() throws Exception {
    program("tool", "echo \"$1|$LC_ALL|${HOME-none}|$(cat)\"");
    assertThat(tools(10_000).run("tool", "a b; exit 1")).isEqualTo("a b; exit 1|C|none|\n");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> tools(10_000).run("nothing-of-this-name"))
        .isInstanceOf(ToolUnavailable.class)
        .hasMessage("nothing-of-this-name is not installed");
  }

  @Test
  void aProgramThatFailsIsQuoted() throws IOException {
    program("tool", "echo 'unknown column: PTTYPE' >&2; exit 3");
    assertThatThrownBy(() -> tools(10_000).run("tool"))
        .isInstanceOf(ToolUnavailable.class)
        .hasMessage("tool failed with status 3: unknown column: PTTYPE");
  }

  @Test
  void whenAProgramFailedIsNoPartOfTheReason() throws IOException {
    program("tool", "echo '2026-01-02T03:04:05 [WARN/control] no socket' >&2; exit 1");
    assertThatThrownBy(() -> tools(10_000).run("tool"))
        .hasMessage("tool failed with status 1: [WARN/control] no socket");
  }

  @Test
  void aProgramThatComplainsAtLengthStillAnswers() throws Exception {
    program("tool", "head -c 300000 /dev/zero >&2; echo answer");
    assertThat(tools(10_000).run("tool")).isEqualTo("answer\n");
  }

  @Test
  void aProgramThatSaysTooMuchIsRefused() throws IOException {
    program("tool", "head -c 100000 /dev/zero");
    assertThatThrownBy(() -> new LocalTools(folders(), Duration.ofSeconds(10), 1000).run("tool"))
        .isInstanceOf(ToolUnavailable.class)
        .hasMessageContaining("more than 1000 bytes");
  }

  @Test
  void aProgramThatDoesNotEndIsKilledWithAllItStarted() throws Exception {
    Path pids = folder.resolve("pids");
    program("tool", "(sleep 600 & echo $! >>" + pids + "); echo $$ >>" + pids + "; sleep 600");
    assertThatThrownBy(() -> tools(2_000).run("tool"))
        .isInstanceOf(ToolUnavailable.class)
        .hasMessageContaining("did not end within 2000 ms");
    assertAllEnded(pids, 2);
  }

  @Test
  void whatAProgramLeavesBehindWithItsOutputOpenIsKilledToo() throws Exception {
    Path pids = folder.resolve("pids");
    program("tool", "sleep 600 & echo $! >>" + pids + "; sleep 0.5; exit 0");
    assertThatThrownBy(() -> tools(2_000).run("tool")).isInstanceOf(ToolUnavailable.class);
    assertAllEnded(pids, 1);
  }

  @Test
  void anInterruptedCallEndsItsProgram() throws Exception {
    Path pids = folder.resolve("pids");
    program("tool", "echo $$ >>" + pids + "; sleep 600");
    Thread caller =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(() -> tools(60_000).run("tool"))
                        .isInstanceOf(ToolUnavailable.class));
    await().until(() -> Files.exists(pids) && Files.size(pids) > 0);
    caller.interrupt();
    assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
    assertAllEnded(pids, 1);
  }

  private static void assertAllEnded(Path pids, int count) throws IOException {
    List<String> all = Files.readAllLines(pids);
    assertThat(all).hasSize(count);
    for (String pid : all) {
      await("end of process " + pid)
          .atMost(Duration.ofSeconds(10))
          .until(() -> !isRunning(Long.parseLong(pid)));
    }
  }

  /** A zombie has ended, whoever has yet to reap it. */
  private static boolean isRunning(long pid) throws IOException {
    Path status = Path.of("/proc/" + pid + "/stat");
    try {
      return !Files.readString(status).contains(") Z ");
    } catch (IOException e) {
      return Files.exists(status);
    }
  }

  private void program(String name, String script) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LocalTools tools(long milliseconds) {
    return new LocalTools(folders(), Duration.ofMillis(milliseconds), 1 << 20);
  }

  private List<Path> folders() {
    return List.of(folder, Path.of("/usr/bin"), Path.of("/bin"));
  }
}
