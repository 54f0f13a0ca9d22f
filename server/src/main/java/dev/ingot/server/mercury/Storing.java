package dev.ingot.server.mercury;

import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What agents say is handed to the jobs; not before these have it is an agent told so. */
final class Storing {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final OwedWork owed;

  Storing(OwedWork owed) {
    this.owed = owed;
  }

  /**
   * Returns when it is committed.
   *
   * @throws Refused if it is not
   */
  void store(MercuryLink link, TaskMessage message) {
    CountDownLatch over = new CountDownLatch(1);
    AtomicBoolean written = new AtomicBoolean();
    owed.heard(
        link,
        message,
        committed -> {
          written.set(committed);
          over.countDown();
        });
    try {
      if (!over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw Refused.busy("what is said is not stored in time; say it again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refused.busy("this server stops; say it again");
    }
    if (!written.get()) {
      throw new Refused("what is said cannot be stored; the server's log has the reason");
    }
  }
}
