package dev.ingot.netboot.syslog;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * So many messages a second from each source; what is more is dropped and counted by source.
 * Bounded: sources past the limit of the table share one budget.
 */
public final class SourceLimit {
  private static final int MOST_SOURCES = 100_000;

  private final int perSecond;
  private final Map<InetAddress, Budget> budgets = new ConcurrentHashMap<>();
  private final Budget shared = new Budget();

  /**
   * @param perSecond messages a second from one source; a burst may hold three seconds' worth
   */
  public SourceLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * Whether one more message of that source is taken.
   *
   * @param second a running count of seconds
   */
  public boolean allows(InetAddress source, long second) {
    return budget(source).take(second, perSecond, 1) > 0;
  }

  /** The same for one source, for a thread that asks very often. */
  Share of(InetAddress source) {
    return new Share(budget(source));
  }

  /** What one thread may take of a source's budget: it fetches a hundredth of a second's. */
  final class Share {
    private final Budget budget;
    private int left;

    private Share(Budget budget) {
      this.budget = budget;
    }

    boolean allows(long second) {
      if (left == 0) {
        left = budget.take(second, perSecond, Math.max(1, perSecond / 100));
      }
      return left > 0 && left-- > 0;
    }
  }

  private Budget budget(InetAddress source) {
    Budget budget = budgets.get(source);
    if (budget != null) {
      return budget;
    }
    return budgets.size() >= MOST_SOURCES
        ? shared
        : budgets.computeIfAbsent(source, any -> new Budget());
  }

  /** How many messages of each source were dropped; only sources that lost some. */
  public Map<InetAddress, Long> dropped() {
    Map<InetAddress, Long> dropped = new java.util.HashMap<>();
    budgets.forEach(
        (source, budget) -> {
          if (budget.dropped.sum() > 0) {
            dropped.put(source, budget.dropped.sum());
          }
        });
    return dropped;
  }

  private static final class Budget {
    private final LongAdder dropped = new LongAdder();
    private long second;
    private long left;
    private boolean begun;

    /** As many as are left of those that are wanted; none is one that is dropped. */
    private synchronized int take(long now, int perSecond, int wanted) {
      if (!begun || now > second) {
        left = begun ? Math.min(3L * perSecond, left + (now - second) * perSecond) : 3L * perSecond;
        second = now;
        begun = true;
      }
      if (left == 0) {
        dropped.increment();
        return 0;
      }
      int taken = (int) Math.min(left, wanted);
      left -= taken;
      return taken;
    }
  }
}
