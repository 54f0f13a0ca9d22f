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
    try {
      do {
        turn(name, task);
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close() ran out of patience
    }
  }

  private void turn(String name, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (closed.getCount() > 0) {
        log.warn("{} failed and is tried again: {}", name, e.toString());
        log.debug("{} failed", name, e);
      }
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
