package dev.ingot.agent.capability;

import static dev.ingot.agent.capability.Heard.give;
import static dev.ingot.agent.capability.Heard.offer;
import static dev.ingot.protocol.OutputChunk.Stream.STDERR;
import static dev.ingot.protocol.OutputChunk.Stream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs, in real process groups. */
class RunCapabilityTest {
  @TempDir Path folder;
  private final Heard heard = new Heard();
  private Executions executions;

  @BeforeEach
  void start() {
    executions = new Executions(List.of(new RunCapability(folder.resolve("scripts"))), heard);
  }

  @AfterEach
  void stop() {
    executions.close();
  }

  private TaskEnd run(long task, String arguments, int timeout) {
    give(executions, offer(task, "run", arguments, timeout));
    return heard.end(task);
  }

  private TaskEnd script(long task, String script, int timeout) {
    return run(task, Json.write(Json.MAPPER.createObjectNode().put("script", script)), timeout);
  }

  @Test
  void aProgramGetsItsArgumentsAsTheyAreAndNoShellReadsThem() {
    TaskEnd end = run(1, "{\"argv\": [\"printf\", \"%s|\", \"a b\", \"$HOME;id\", \"*\"]}", 30);
    assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(end.exit()).isZero();
    assertThat(heard.output(1, STDOUT)).isEqualTo("a b|$HOME;id|*|");
  }

  @Test
  void aScriptRunsByItsFirstLineWithItsArgumentsAndIsGoneAfterwards() throws IOException {
    assertThat(script(1, "echo $0 >&2; exit 3", 30).exit()).isEqualTo(3);
    assertThat(heard.output(1, STDERR)).contains("scripts/task-");
    TaskEnd end =
        run(2, "{\"script\": \"#!/usr/bin/env cat\\nhello\", \"arguments\": [\"-n\"]}", 30);
    assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(heard.output(2, STDOUT)).contains("2\thello");
    try (Stream<Path> left = Files.list(folder.resolve("scripts"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void onlyWhatIsGivenIsInTheEnvironmentAndInputIsRead() {
    run(1, "{\"argv\": [\"env\"], \"environment\": {\"COLOUR\": \"blue\"}}", 30);
    assertThat(heard.output(1, STDOUT).lines().map(line -> line.substring(0, line.indexOf('='))))
        .contains("PATH", "HOME", "LANG", "COLOUR", "INGOT_TASK")
        .isSubsetOf("PATH", "HOME", "LANG", "COLOUR", "INGOT_TASK", "PWD", "OLDPWD");
    run(2, "{\"argv\": [\"wc\", \"-c\"], \"input\": \"12345\", \"directory\": \"/tmp\"}", 30);
    assertThat(heard.output(2, STDOUT).strip()).isEqualTo("5");
  }

  @Test
  void whatCannotBeStartedSaysWhy() {
    assertThat(run(1, "{\"argv\": [\"no-such-program\"]}", 30))
        .satisfies(end -> assertThat(end.status()).isEqualTo(Status.FAILED))
        .satisfies(end -> assertThat(end.exit() == null || end.exit() == 127).isTrue());
    assertThat(heard.output(1, STDERR) + heard.end(1).detail()).contains("no-such-program");
    assertThat(run(2, "{\"argv\": [\"id\"], \"directory\": \"/no/such\"}", 30).detail())
        .isEqualTo("directory: /no/such is no folder");
  }

  @Test
  void atItsTimeoutAScriptThatIgnoresTheSignalEndsWithAllItsChildren() {
    TaskEnd end =
        script(1, "trap '' TERM; (trap '' TERM; sleep 1000) & setsid sleep 1001 & sleep 1002", 1);
    assertThat(end.status()).isEqualTo(Status.TIMED_OUT);
    assertThat(end.detail()).isEqualTo("ran longer than 1 s");
    assertThat(marked("task-" + ProcessHandle.current().pid() + "-1-1")).isEmpty();
  }

  @Test
  void aForkBombIsBoundedAndEnds() {
    assumeThat(Files.isWritable(Path.of("/sys/fs/cgroup")))
        .as("only where control groups can be made")
        .isTrue();
    // Doubles itself some times only, in case that it is not bounded.
    TaskEnd end =
        script(
            1, "bomb() { [ $1 -gt 0 ] || sleep 100; bomb $(($1-1)) & bomb $(($1-1)); }; bomb 7", 2);
    assertThat(end.status()).isIn(Status.TIMED_OUT, Status.FAILED);
    assertThat(marked("task-" + ProcessHandle.current().pid() + "-1-1")).isEmpty();
  }

  @Test
  void endlessOutputIsTakenUntilTheTimeout() {
    TaskEnd end = run(1, "{\"argv\": [\"yes\"]}", 1);
    assertThat(end.status()).isEqualTo(Status.TIMED_OUT);
    assertThat(heard.size(1, STDOUT)).isGreaterThan(1 << 20);
  }

  @Test
  void outputIsReadByThreadsOfTheKernelSoThatProgramsThatHangKeepNobodyElsesBack()
      throws Exception {
    List<Boolean> virtual = new CopyOnWriteArrayList<>();
    Program.of(List.of("sh", "-c", "echo out; echo err >&2"))
        .run(
            "threads-" + ProcessHandle.current().pid(),
            (stream, bytes, offset, length) -> virtual.add(Thread.currentThread().isVirtual()));
    assertThat(virtual).containsExactly(false, false);
  }

  @Test
  void whatIsLeftInTheBackgroundDoesNotHoldTheCall() {
    TaskEnd end = script(1, "sleep 60 & echo $!", 30);
    assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
    long left = Long.parseLong(heard.output(1, STDOUT).strip());
    assertThat(ProcessHandle.of(left)).hasValueSatisfying(ProcessHandle::destroyForcibly);
  }

  @Test
  void aCancelledCallEndsAsCancelled() {
    give(executions, offer(1, "run", "{\"argv\": [\"sleep\", \"1000\"]}", 1000));
    heard.awaitStart(1);
    executions.cancel(1, 1, "cancelled by alice");
    assertThat(heard.end(1).status()).isEqualTo(Status.CANCELLED);
    assertThat(heard.end(1).detail()).isEqualTo("cancelled by alice");
  }

  @Test
  void whatASignalEndedSaysWhich() {
    assertThat(script(1, "kill -9 $$", 30))
        .satisfies(end -> assertThat(end.exit()).isEqualTo(137))
        .satisfies(end -> assertThat(end.detail()).isEqualTo("ended by signal 9"));
  }

  /** Processes that live and belong to the task. */
  private static List<String> marked(String name) {
    byte[] mark = ("INGOT_TASK=" + name).getBytes(StandardCharsets.UTF_8);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .map(Path::getFileName)
          .map(Path::toString)
          .filter(process -> process.matches("[0-9]+"))
          .filter(process -> hasMark(process, new String(mark, StandardCharsets.UTF_8)))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean hasMark(String process, String mark) {
    try {
      return List.of(
              Files.readString(Path.of("/proc", process, "environ"), StandardCharsets.ISO_8859_1)
                  .split("\0"))
          .contains(mark);
    } catch (IOException e) {
      return false;
    }
  }
}
