package dev.ingot.simulator.rack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes away what a rack has left running, whoever started it and whatever was killed in between:
 * the kernel knows what lies in its namespace, so no list of ours has to be true.
 */
final class RackRuins {
  private static final int PATIENCE_SECONDS = 5;

  private final String namespace;
  private final String cable;

  /**
   * @param name of the rack, of which there may be no other trace
   */
  RackRuins(String name) {
    this.namespace = "ingot-" + name;
    this.cable = RackSettings.cable(name);
  }

  /** Whether its namespace is there. */
  boolean standing() {
    return Programs.run(List.of("ip", "netns", "list"))
        .lines()
        .anyMatch(line -> line.equals(namespace) || line.startsWith(namespace + " "));
  }

  /** The processes that run in it. */
  List<Long> processes() {
    if (!standing()) {
      return List.of();
    }
    return Programs.run(List.of("ip", "netns", "pids", namespace))
        .lines()
        .filter(line -> line.matches("\\d+"))
        .map(Long::valueOf)
        .toList();
  }

  /**
   * Ends what runs in it, and removes it.
   *
   * @return how many processes were ended, and whether a namespace or a cable was there
   */
  Cleared clear() {
    int ended = 0;
    List<Long> running = processes();
    for (int round = 0; !running.isEmpty(); round++) {
      if (round > 3) {
        throw new RackException("processes of the rack do not end: " + running);
      }
      ended += round == 0 ? running.size() : 0;
      end(running, round > 0);
      running = processes();
    }
    boolean stood = standing();
    if (stood) {
      Programs.run(List.of("ip", "netns", "delete", namespace)); // takes its links with it
    }
    // A cable goes with its other end, unless the namespace was made and nothing else.
    boolean cableLeft = Programs.tryTo(List.of("ip", "link", "show", cable)).status() == 0;
    if (cableLeft && Programs.tryTo(List.of("ip", "link", "delete", cable)).status() != 0) {
      cableLeft = Programs.tryTo(List.of("ip", "link", "show", cable)).status() == 0;
      if (cableLeft) {
        throw new RackException("the link " + cable + " cannot be removed");
      }
    }
    return new Cleared(ended, stood);
  }

  /** What there was. */
  record Cleared(int processes, boolean namespace) {}

  private static void end(List<Long> processes, boolean hard) {
    List<CompletableFuture<ProcessHandle>> ends = new ArrayList<>();
    for (long pid : processes) {
      Optional<ProcessHandle> handle = ProcessHandle.of(pid);
      handle.ifPresent(
          process -> {
            ends.add(process.onExit());
            if (hard) {
              process.destroyForcibly();
            } else {
              process.destroy();
            }
          });
    }
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException stubborn) {
      // The next round is a harder one.
      org.slf4j.LoggerFactory.getLogger(RackRuins.class).debug("some still run", stubborn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RackException("interrupted", e);
    }
  }
}
