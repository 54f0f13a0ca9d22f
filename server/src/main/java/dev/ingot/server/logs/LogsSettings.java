package dev.ingot.server.logs;

import java.time.Duration;

/**
 * How logs are searched.
 *
 * @param queryLimit how long a search may take in the database
 */
public record LogsSettings(Duration queryLimit) {
  public static final LogsSettings DEFAULT = new LogsSettings(Duration.ofSeconds(10));

  public LogsSettings {
    if (queryLimit.toMillis() < 10 || queryLimit.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("query-limit must be from 10ms to 1m");
    }
  }
}
