package dev.ingot.app;

import dev.ingot.cli.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This machine's agent as a process of its own, started again when it ends. It ends by itself when
 * our end of its standard input closes, so also when we are killed.
 */
final class AgentProcess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AgentProcess.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONG_RUN = Duration.ofMinutes(1);

  private final Supplier<List<String>> arguments;
  private final PrintStream out;
  private final String prefix;
  private final Consumer<String> reader;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread supervisor;
  private volatile @Nullable Process process;

  /**
   * Starts it.
   *
   * @param arguments of {@code ingot agent}, asked for at each start
   * @param out where its output goes, each line after the prefix
   * @param reader hears each line
   */
  AgentProcess(
      Supplier<List<String>> arguments, PrintStream out, String prefix, Consumer<String> reader) {
    this.arguments = arguments;
    this.out = out;
    this.prefix = prefix;
    this.reader = reader;
    // close() ends it; of the kernel, since it reads a pipe, which would keep a carrier of the
    // server's virtual threads
    this.supervisor = Thread.ofPlatform().daemon().name("agent-supervisor").start(this::supervise);
  }

  /** The same JVM and jars as ours; from a build of the launcher, with its flags for agents. */
  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    String dist = System.getProperty("ingot.dist");
    if (dist != null) {
      command.add("@" + Path.of(dist, "agent.args"));
    } else {
      command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    }
    command.add(Main.class.getName());
    command.add("agent");
    command.add(AgentCommand.WITH_PARENT);
    command.addAll(arguments);
    return List.copyOf(command);
  }

  private void supervise() {
    int failures = 0;
    try {
      while (closing.getCount() > 0) {
        long started = System.nanoTime();
        int code = runOnce();
        if (closing.getCount() == 0) {
          return;
        }
        if (code == ExitCode.USAGE) {
          log.error("the agent is not started again: its configuration is wrong");
          return;
        }
        boolean ranLong = System.nanoTime() - started > LONG_RUN.toNanos();
        failures = ranLong ? 1 : failures + 1;
        long seconds = Math.min(LONGEST_PAUSE.toSeconds(), 1L << Math.min(failures - 1, 6));
        log.warn("the agent ended with {}; it is started again in {} s", code, seconds);
        if (closing.await(seconds, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private int runOnce() throws InterruptedException {
    Process started;
    synchronized (this) {
      if (closing.getCount() == 0) {
        return ExitCode.OK;
      }
      try {
        started = new ProcessBuilder(command(arguments.get())).redirectErrorStream(true).start();
      } catch (IOException e) {
        log.error("cannot start the agent: {}", e.getMessage());
        return ExitCode.FAILED;
      }
      process = started;
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.println(prefix + line);
        reader.accept(line);
      }
    } catch (IOException e) {
      log.debug("the agent's output ended", e);
    }
    return started.waitFor();
  }

  /** Ends this run of the process; the supervisor starts the next. */
  void restart() {
    Process running = process;
    if (running != null) {
      running.destroy();
    }
  }

  /** Lets it say goodbye; within three seconds. */
  @Override
  public void close() {
    Process running;
    synchronized (this) {
      closing.countDown();
      running = process;
    }
    if (running == null) {
      return;
    }
    try {
      running.getOutputStream().close();
      if (!running.waitFor(3, TimeUnit.SECONDS)) {
        running.destroyForcibly();
      }
      supervisor.join(Duration.ofSeconds(1));
    } catch (IOException e) {
      running.destroyForcibly();
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
