package dev.ingot.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT as a request: the command stops what it runs and the process ends with the
 * command's own exit code. Whatever hangs, it ends in ten seconds.
 */
final class Stopping {
  private static final long MOST_SECONDS = 9;
  private static final int HUNG = 1;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode = HUNG;

  /** Takes over the process's signals, for good. */
  static Stopping onSignals() {
    Stopping stopping = new Stopping();
    Runtime.getRuntime().addShutdownHook(new Thread(stopping::end, "stopping"));
    return stopping;
  }

  /** Waits until the process is asked to stop. */
  void await() throws InterruptedException {
    asked.await();
  }

  /** Waits so long, or until the process is asked to stop; whether it was. */
  boolean await(Duration most) throws InterruptedException {
    return asked.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether the process was asked to stop. */
  boolean isAsked() {
    return asked.getCount() == 0;
  }

  /** Asks to stop, as a signal does. */
  void ask() {
    asked.countDown();
  }

  /** Everything is closed: the process may end. */
  int finished(int code) {
    exitCode = code;
    finished.countDown();
    return code;
  }

  /** A signal would end the process with 128 + its number; halt ends it with our code. */
  private void end() {
    asked.countDown();
    try {
      if (!finished.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("ingot: did not stop within " + MOST_SECONDS + " s, ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    Runtime.getRuntime().halt(exitCode);
  }
}
