package dev.ingot.agent.capability;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last second before a machine restarts. */
public final class Restart {
  private static final Logger log = LoggerFactory.getLogger(Restart.class);

  /** One way at a time. */
  static final String LOCK = "restart";

  private final Duration delay;

  /**
   * @param delay so long the word that the task runs has to get out
   */
  public Restart(Duration delay) {
    this.delay = delay;
  }

  /** Runs the command that restarts the machine; when it works, the agent ends before the task. */
  Outcome by(Invocation invocation, List<String> command) throws InterruptedException {
    log.info("restarts for task {}", invocation.task());
    CountDownLatch never = new CountDownLatch(1);
    if (never.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("nobody counts it down");
    }
    try {
      int exit = Program.of(command).run(invocation.name(), invocation::write);
      if (exit != 0) {
        return Outcome.ofExit(exit);
      }
    } catch (Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    }
    // The command is taken; what ends this call is the end of the agent, or the timeout.
    never.await();
    throw new IllegalStateException("nobody counts it down");
  }
}
