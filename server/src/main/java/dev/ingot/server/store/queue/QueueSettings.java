package dev.ingot.server.store.queue;

import java.time.Duration;

/**
 * How a queue treats its work.
 *
 * @param lease how long work is somebody's without a sign of life; renewed while a handler runs
 * @param attempts after so many failures it is given up
 * @param firstPause before the second attempt; doubled for each further one
 * @param longestPause between two attempts
 */
public record QueueSettings(
    Duration lease, int attempts, Duration firstPause, Duration longestPause) {
  public static final QueueSettings DEFAULT =
      new QueueSettings(Duration.ofSeconds(30), 8, Duration.ofSeconds(1), Duration.ofMinutes(5));

  Duration pauseAfter(int attempt) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(attempt - 1, 20));
    return pause.compareTo(longestPause) > 0 ? longestPause : pause;
  }
}
