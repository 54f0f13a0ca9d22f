package dev.ingot.server.webhooks;

import dev.ingot.server.http.Reach;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How events are posted to webhooks.
 *
 * @param targets what may be posted to; null: private networks too, and loopback as long as this
 *     server listens on nothing else
 * @param caFile certificates in PEM form that are trusted beside those that Java trusts
 * @param timeout how long a receiver may take to answer
 * @param firstPause before the second attempt; doubled for each further one
 * @param longestPause between two attempts; a receiver's Retry-After counts up to this
 * @param attempts after so many an event is given up
 * @param retryFor after so long an event that failed is given up
 * @param backlog events of one webhook that wait to be sent again; more wait among the events
 * @param lease how long a server sends for a webhook without a sign of life
 */
public record WebhooksSettings(
    @Nullable Reach targets,
    @Nullable Path caFile,
    Duration timeout,
    Duration firstPause,
    Duration longestPause,
    int attempts,
    Duration retryFor,
    int backlog,
    Duration lease) {
  public static final WebhooksSettings DEFAULT =
      new WebhooksSettings(
          null,
          null,
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          200,
          Duration.ofDays(1),
          10_000,
          Duration.ofSeconds(15));

  public WebhooksSettings {
    if (timeout.toMillis() < 100 || timeout.compareTo(Duration.ofMinutes(2)) > 0) {
      throw new IllegalArgumentException("timeout must be from 100ms to 2m");
    }
    if (firstPause.toMillis() < 1 || longestPause.compareTo(firstPause) < 0) {
      throw new IllegalArgumentException("longest-pause must not be below first-pause");
    }
    if (attempts < 1 || retryFor.toMillis() < 1) {
      throw new IllegalArgumentException("attempts and retry-for must be positive");
    }
    if (backlog < 1 || backlog > 1_000_000) {
      throw new IllegalArgumentException("backlog must be from 1 to 1000000");
    }
    if (lease.toMillis() < 500 || lease.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException("lease must be from 500ms to 5m");
    }
  }

  /** The pause after an attempt that failed, before it is varied by chance. */
  Duration pauseAfter(int attempt) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(Math.max(attempt, 1) - 1, 20));
    return pause.compareTo(longestPause) > 0 ? longestPause : pause;
  }
}
