package dev.ingot.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running postmaster, from its start to its end. */
final class ServerProcess {
  private static final Logger log = LoggerFactory.getLogger("dev.ingot.postgres.server");
  private static final Duration START = Duration.ofSeconds(120); // crash recovery takes its time
  private static final Duration FAST_STOP = Duration.ofSeconds(5);
  private static final Duration HARD_STOP = Duration.ofSeconds(2);
  private static final int STATUS_LINE = 7;
  private static final int LAST_LINES = 20;

  private final Process process;
  private final Path cluster;
  private final Thread reader;
  private final Deque<String> lastLines = new ArrayDeque<>();

  private ServerProcess(Process process, Path cluster) {
    this.process = process;
    this.cluster = cluster;
    // Ends with it; of the kernel, since a read of a pipe would keep a carrier of virtual threads.
    this.reader = Thread.ofPlatform().daemon().name("postgres-output").start(this::read);
  }

  /** Starts the postmaster and waits until it takes connections. */
  static ServerProcess start(List<String> command, Path cluster) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Command.cleanEnvironment(builder);
    builder.directory(Path.of("/").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    ServerProcess server = new ServerProcess(process, cluster);
    boolean ready = Waiter.until(() -> server.isReady() || !process.isAlive(), START);
    if (!ready || !process.isAlive()) {
      server.stop();
      throw new PostgresException(
          "PostgreSQL in " + cluster.getParent() + " did not start: " + server.complaint());
    }
    return server;
  }

  private boolean isReady() {
    try {
      List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
      return lines.size() > STATUS_LINE
          && lines.getFirst().strip().equals(Long.toString(process.pid()))
          && lines.get(STATUS_LINE).strip().equals("ready");
    } catch (IOException e) {
      return false; // not written yet
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.info("{}", line);
        remember(line);
      }
    } catch (IOException | UncheckedIOException e) {
      log.debug("output of PostgreSQL ended", e);
    }
  }

  private synchronized void remember(String line) {
    lastLines.addLast(line);
    if (lastLines.size() > LAST_LINES) {
      lastLines.removeFirst();
    }
  }

  /** What it said last that explains its end. */
  String complaint() {
    try {
      reader.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      return Complaint.in(List.copyOf(lastLines)).orElse(ended());
    }
  }

  private String ended() {
    return process.isAlive()
        ? "not ready within " + START.toSeconds() + " s"
        : "it ended with status " + process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /** Fast shutdown, and harder ones when that takes longer than five seconds. */
  void stop() {
    Leftovers.Identity self = Leftovers.Identity.of(process.pid()).orElse(null);
    if (self == null || stopped(self, "INT", FAST_STOP) || stopped(self, "QUIT", HARD_STOP)) {
      return;
    }
    process.destroyForcibly();
  }

  private boolean stopped(Leftovers.Identity self, String signal, Duration atMost) {
    Leftovers.signal(self, signal);
    try {
      return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
