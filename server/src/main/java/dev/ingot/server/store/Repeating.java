package dev.ingot.server.store;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that runs at once and then again and again, on one virtual thread, until it is closed. A
 * failure is logged and the next turn comes.
 */
public final class Repeating implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repeating.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Repeating(String name, Duration pause, Runnable task) {
    this.thread = Thread.ofVirtual().name(name).start(() -> run(name, pause, task));
  }

  /** Starts it. */
  public static Repeating every(Duration pause, String name, Runnable task) {
    return new Repeating(name, pause, task);
  }

  private void run(String name, Duration pause, Runnable task) {
    boolean waiting = false;
    try {
      do {
        waiting = turn(name, task, waiting);
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() ran out of patience
    }
  }

  /** Returns whether it waits for the database, which is said once. */
  private boolean turn(String name, Runnable task, boolean waiting) {
    try {
      task.run();
      return false;
    } catch (RuntimeException e) {
      boolean passes = Transience.passes(e);
      if (closed.getCount() > 0 && passes && !waiting) {
        log.warn("{} waits for the database: {}", name, Transience.cause(e));
      } else if (closed.getCount() > 0 && !passes) {
        log.warn("{} failed and is tried again: {}", name, e.toString());
      }
      log.debug("{} failed", name, e);
      return passes;
    }
  }

  /** Lets a running turn end, for five seconds. */
  @Override
  public void close() {
    closed.countDown();
    try {
      if (!thread.join(PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
