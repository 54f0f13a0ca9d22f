package dev.ingot.amqp;

import org.jspecify.annotations.Nullable;

/** What went wrong with a broker: one line that says what was tried, on what, and why not. */
public final class BrokerException extends RuntimeException {
  public BrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
