package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL processes that work in a cluster's folder although nobody owns them: their owner was
 * killed, or their postmaster. They are known by pid, start time, name and folder, and stopped;
 * never adopted, because nobody reads what they say any more.
 */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private static final Duration FAST = Duration.ofSeconds(5);
  private static final Duration HARD = Duration.ofSeconds(3);

  private Leftovers() {}

  /** One process for as long as the machine is up. */
  record Identity(long pid, long startTicks) {
    static Optional<Identity> of(long pid) {
      OptionalLong start = ProcessTable.startTicks(pid);
      return start.isPresent()
          ? Optional.of(new Identity(pid, start.getAsLong()))
          : Optional.empty();
    }

    boolean isAlive() {
      OptionalLong start = ProcessTable.startTicks(pid);
      return start.isPresent() && start.getAsLong() == startTicks;
    }
  }

  /** Stops whatever still runs in the folder; the caller has the folder's lock. */
  static void stop(Path cluster) {
    stopProcesses(cluster);
    // Nobody works here: what a killed postmaster left is stale. PostgreSQL itself believes it for
    // as long as any
    // process has the number, be it one that is dead and not yet waited for, or another one after a
    // restart.
    try {
      if (Files.deleteIfExists(cluster.resolve("postmaster.pid"))) {
        log.info("removed the postmaster.pid that a killed PostgreSQL left in {}", cluster);
      }
    } catch (IOException e) {
      throw new PostgresException(
          "remove " + cluster.resolve("postmaster.pid") + ": " + e.getMessage(), e);
    }
  }

  private static void stopProcesses(Path cluster) {
    List<Identity> found = in(cluster);
    if (found.isEmpty()) {
      return;
    }
    log.warn("stopping PostgreSQL left in {} by an owner that is gone: {}", cluster, found);
    for (String signal : List.of("INT", "QUIT", "KILL")) {
      in(cluster).forEach(process -> signal(process, signal));
      if (Waiter.until(() -> in(cluster).isEmpty(), signal.equals("INT") ? FAST : HARD)) {
        return;
      }
    }
    throw new PostgresException(
        "PostgreSQL processes in " + cluster + " do not end: " + in(cluster));
  }

  private static List<Identity> in(Path cluster) {
    return ProcessTable.inFolder(cluster, "postgres").stream()
        .flatMap(pid -> Identity.of(pid).stream())
        .toList();
  }

  /** Java itself knows only TERM and KILL; TERM would wait for every client to leave. */
  static void signal(Identity process, String signal) {
    if (process.isAlive()) {
      Command.Result sent =
          Command.run(
              Duration.ofSeconds(5),
              List.of("/bin/sh", "-c", "kill -s " + signal + " " + process.pid()));
      if (!sent.ok() && process.isAlive()) {
        throw new PostgresException(
            "stop PostgreSQL process " + process.pid() + ": " + sent.complaint());
      }
    }
  }
}
