package dev.ingot.agent.link;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: full jitter between one second and a ceiling that
 * doubles up to a minute, for ever. Milliseconds.
 */
final class Backoff {
  static final long SHORTEST = 1_000;
  static final long LONGEST = 60_000;
  private static final long FIRST_CEILING = 4_000;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** After a failure. */
  long next() {
    long ceiling = Math.min(LONGEST, FIRST_CEILING << Math.min(failures, 10));
    failures++;
    return between(SHORTEST, ceiling);
  }

  /** When the server says not to come before; without such a word at the slowest pace. */
  long notBefore(long millis) {
    return millis > 0 ? between(millis, 2 * millis) : between(LONGEST / 2, LONGEST);
  }

  /** When the server says to come back within a time. */
  long within(long millis) {
    return between(SHORTEST, Math.max(SHORTEST + 1, millis));
  }

  /** The link held. */
  void reset() {
    failures = 0;
  }

  private long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }
}
