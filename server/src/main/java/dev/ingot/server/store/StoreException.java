package dev.ingot.server.store;

import org.jspecify.annotations.Nullable;

/** The database cannot be used; the message is one line for the person who starts the server. */
public final class StoreException extends RuntimeException {
  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
