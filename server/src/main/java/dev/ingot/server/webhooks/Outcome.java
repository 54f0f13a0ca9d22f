package dev.ingot.server.webhooks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one request.
 *
 * @param status what the receiver answered, null when it did not
 * @param reason why it failed, null when it did not; fit to be stored and shown
 * @param retryAfter how long the receiver wants to be left alone, null when it does not say
 */
record Outcome(
    Kind kind,
    @Nullable Integer status,
    @Nullable String reason,
    @Nullable Duration retryAfter,
    int millis) {
  enum Kind {
    DELIVERED,
    /** Trying again may help. */
    FAILED,
    /** The receiver has understood and does not want it: trying again does not help. */
    REFUSED
  }

  boolean delivered() {
    return kind == Kind.DELIVERED;
  }
}
