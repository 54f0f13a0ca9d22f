package dev.ingot.app;

import dev.ingot.agent.inspect.LldpSource;
import dev.ingot.agent.inspect.ToolUnavailable;
import dev.ingot.agent.watch.LldpWatch;
import java.io.IOException;
import java.time.Duration;

/** LLDP neighbours for a single inspection: they speak once in half a minute. */
final class Neighbours {
  private static final Duration MOST = Duration.ofSeconds(32);

  private Neighbours() {}

  /** Listens when that is wanted; everything else is known sooner. */
  static LldpSource heardWithin(boolean wanted) {
    return () -> {
      if (!wanted) {
        throw new ToolUnavailable(
            "left out, because listening takes up to "
                + MOST.toSeconds()
                + " s: ingot inspect lldp listens");
      }
      try {
        return LldpWatch.listen(MOST, () -> System.nanoTime() / 1_000_000).frames();
      } catch (IOException e) {
        throw new ToolUnavailable("LLDP frames cannot be heard: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ToolUnavailable("stopped before a neighbour was heard");
      }
    };
  }
}
