package dev.ingot.server.mercury;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;

/**
 * Asks each agent by itself, as often as it is told, whether it is there; never twice at a time.
 */
final class Pings {
  private static final int MOST_TOGETHER = 200;

  private final Links links;
  private final Calls calls;
  private final Duration interval;
  private final LongSupplier nanos;
  private final Executor threads;
  private final LinkedBlockingQueue<MercuryLink> silent = new LinkedBlockingQueue<>();

  /**
   * @param nanos a monotonic clock
   * @param threads a thread for each agent that is asked
   */
  Pings(Links links, Calls calls, Duration interval, LongSupplier nanos, Executor threads) {
    this.links = links;
    this.calls = calls;
    this.interval = interval;
    this.nanos = nanos;
    this.threads = threads;
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
    if (calls.isThere(link.info(), () -> links.has(link))) {
      link.answered(next);
    } else if (links.has(link)) {
      silent.add(link);
    }
  }

  /**
   * Some of those that do not answer, of whom nobody has heard here yet; empty if there are none.
   */
  List<MercuryLink> silent() {
    List<MercuryLink> some = new ArrayList<>();
    silent.drainTo(some, MOST_TOGETHER);
    return some;
  }
}
