package dev.ingot.amqp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How often somebody may, by name: a minute's worth at once, then evenly. */
public final class Rates {
  private static final int KNOWN = 20_000;
  private static final double NANOS_OF_A_MINUTE = 60e9;

  private final int perMinute;
  private final LongSupplier nanos;
  private final Map<String, Left> left =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
          return size() > KNOWN;
        }
      };

  /** What was left at a moment. */
  private record Left(double tokens, long at) {}

  /**
   * @param nanos a monotonic clock
   */
  public Rates(int perMinute, LongSupplier nanos) {
    this.perMinute = perMinute;
    this.nanos = nanos;
  }

  /** Whether it may once more, now. */
  public synchronized boolean take(String who) {
    long now = nanos.getAsLong();
    Left before = left.getOrDefault(who, new Left(perMinute, now));
    double earned = (now - before.at()) / NANOS_OF_A_MINUTE * perMinute;
    double tokens = Math.min(perMinute, before.tokens() + earned);
    left.put(who, new Left(tokens >= 1 ? tokens - 1 : tokens, now));
    return tokens >= 1;
  }
}
