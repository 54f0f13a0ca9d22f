package dev.ingot.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what takes the processor until the server has let the agent in, or it would be let in that
 * much later, and until the machine's drivers are loaded, or its inventory would lack what they
 * drive.
 */
final class Beginning implements AutoCloseable {
  /** The microkernel's, while it loads drivers. */
  static final Path SETTLING = Path.of("/run/ingot/settling");

  /** A server that does not answer keeps nothing from being inspected. */
  private static final long ANSWER_SECONDS = 15;

  /** A controller with many disks takes its time; one that hangs is not waited for. */
  private static final int SETTLED_SECONDS = 120;

  private static final Logger log = LoggerFactory.getLogger(Beginning.class);
  private static final long LOOK_MILLIS = 100;
  private static final long CLOSE_MILLIS = 1_000;

  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Path settling;
  private final Runnable begin;
  private final Thread thread;

  /**
   * @param settling a file that is there while drivers are loaded
   * @param begin run once, in a thread of its own
   */
  Beginning(Path settling, Runnable begin) {
    this.settling = settling;
    this.begin = begin;
    this.thread = Thread.ofPlatform().daemon().name("agent-beginning").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** The server said something, whatever it was, or could not be reached. */
  void answered() {
    answered.countDown();
  }

  private void work() {
    try {
      if (!answered.await(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        log.debug("no answer yet; the machine is inspected meanwhile");
      }
      if (isSettled() && closing.getCount() > 0) {
        begin.run();
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  /** Waits; false when the agent ends meanwhile. */
  private boolean isSettled() throws InterruptedException {
    long left = TimeUnit.SECONDS.toMillis(SETTLED_SECONDS);
    while (Files.exists(settling)) {
      if (left <= 0) {
        log.warn(
            "drivers are still being loaded after {} s; the machine is inspected as it is",
            SETTLED_SECONDS);
        return true;
      }
      if (closing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
      left -= LOOK_MILLIS;
    }
    return true;
  }

  /** After this nothing begins. */
  @Override
  public void close() {
    closing.countDown();
    answered.countDown();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
