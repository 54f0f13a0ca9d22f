package dev.ingot.server.mercury;

import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each agent by itself, as often as it is told, whether it is there; never twice at a time.
 */
final class Pings {
  private static final Logger log = LoggerFactory.getLogger(Pings.class);

  /** Agents that are written as lost side by side: there are connections for everybody else. */
  private static final int LOST_AT_ONCE = 3;

  private final Links links;
  private final Calls calls;
  private final Duration interval;
  private final LongSupplier nanos;
  private final Executor threads;
  private final Consumer<MercuryLink> lost;
  private final Semaphore losing = new Semaphore(LOST_AT_ONCE, true);

  /**
   * @param nanos a monotonic clock
   * @param threads a thread for each agent that is asked
   * @param lost hears of those that do not answer; may block
   */
  Pings(
      Links links,
      Calls calls,
      Duration interval,
      LongSupplier nanos,
      Executor threads,
      Consumer<MercuryLink> lost) {
    this.links = links;
    this.calls = calls;
    this.interval = interval;
    this.nanos = nanos;
    this.threads = threads;
    this.lost = lost;
  }

  /** Asks those whose time it is. */
  void look() {
    long now = nanos.getAsLong();
    links.all().stream()
        .filter(link -> link.asked(now))
        .forEach(link -> threads.execute(() -> ask(link)));
  }

  private void ask(MercuryLink link) {
    long next = nanos.getAsLong() + interval.toNanos();
    try {
      if (!calls.isThere(link.info(), () -> links.has(link)) && links.has(link)) {
        losing.acquire();
        try {
          lost.accept(link);
        } finally {
          losing.release();
        }
      }
    } catch (JdbiException e) {
      // Those that are there in the database and not here are taken up again, and asked again.
      log.warn("that node {} is lost cannot be written: {}", link.node(), Transience.cause(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // this server stops
    } finally {
      link.answered(next);
    }
  }
}
