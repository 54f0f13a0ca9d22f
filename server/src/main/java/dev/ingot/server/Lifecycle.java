package dev.ingot.server;

import dev.ingot.server.problem.StartFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the server in the order of their start: each starts, says whether it is ready, and
 * closes the same way; they close in reverse.
 */
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private record Part(String name, AutoCloseable closing) {}

  private final BooleanSupplier unwanted;
  private final Deque<Part> started = new ArrayDeque<>();
  private final Map<String, Supplier<@Nullable String>> checks = new LinkedHashMap<>();

  /**
   * Nothing has started yet.
   *
   * @param unwanted whether whoever starts has been asked to stop
   */
  Lifecycle(BooleanSupplier unwanted) {
    this.unwanted = unwanted;
  }

  /**
   * Starts a part; throws when all of it is no longer wanted, and the part closes like the others.
   *
   * @param notReady why it is not ready, null when it is
   */
  synchronized void start(
      String name, Runnable start, Supplier<@Nullable String> notReady, AutoCloseable closing) {
    start.run();
    started.push(new Part(name, closing));
    checks.put(name, notReady);
    if (unwanted.getAsBoolean()) {
      throw new StartFailure("stopped after the start of " + name, null);
    }
  }

  /** Each part's name with what says why it is not ready, null when it is. */
  synchronized Map<String, Supplier<@Nullable String>> checks() {
    return new LinkedHashMap<>(checks);
  }

  /** Closes what has started, the last first; one that fails does not keep the others open. */
  @Override
  public void close() {
    while (true) {
      Part part;
      synchronized (this) {
        if (started.isEmpty()) {
          return;
        }
        part = started.pop();
      }
      try {
        part.closing.close();
      } catch (Exception e) {
        LOG.warn("closing {}: {}", part.name, e.getMessage(), e);
      }
    }
  }
}
