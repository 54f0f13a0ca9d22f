package dev.ingot.postgres;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL cannot do what was asked; the message is one line for a person. */
public class PostgresException extends RuntimeException {
  public PostgresException(String message) {
    this(message, null);
  }

  public PostgresException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
