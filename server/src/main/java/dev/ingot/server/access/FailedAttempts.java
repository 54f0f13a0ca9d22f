package dev.ingot.server.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts refused secrets per address in windows of one minute, so that guessing costs the guesser
 * and not the database. Remembers a bounded number of addresses, the latest.
 */
public final class FailedAttempts {
  static final int ALLOWED = 30;
  static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int ADDRESSES = 10_000;

  private record Window(Instant ends, int count) {}

  private final InstantSource clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > ADDRESSES;
        }
      };

  public FailedAttempts(InstantSource clock) {
    this.clock = clock;
  }

  /** How long the address has to wait; null when it need not. */
  public synchronized @Nullable Duration waiting(String address) {
    Window window = windows.get(key(address));
    Instant now = clock.instant();
    return window == null || window.count < ALLOWED || over(window, now)
        ? null
        : Duration.between(now, window.ends);
  }

  /** Also when the clock was set back since: nobody waits longer than a window. */
  private static boolean over(Window window, Instant now) {
    return !now.isBefore(window.ends) || window.ends.isAfter(now.plus(WINDOW));
  }

  /** Counts one; true when it is the first of a window, which is worth a line in the log. */
  public synchronized boolean failed(String address) {
    Instant now = clock.instant();
    Window window = windows.get(key(address));
    boolean first = window == null || over(window, now);
    windows.put(
        key(address),
        first || window == null
            ? new Window(now.plus(WINDOW), 1)
            : new Window(window.ends, window.count + 1));
    return first;
  }

  synchronized int addresses() {
    return windows.size();
  }

  /** An IPv6 host has a whole /64 to ask from: it counts as one. */
  private static String key(String address) {
    if (!address.contains(":")) {
      return address;
    }
    int end = -1;
    for (int group = 0; group < 4; group++) {
      end = address.indexOf(':', end + 1);
      if (end < 0) {
        return address;
      }
    }
    return address.substring(0, end);
  }
}
