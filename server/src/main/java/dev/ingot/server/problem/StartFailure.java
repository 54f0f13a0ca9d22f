package dev.ingot.server.problem;

import org.jspecify.annotations.Nullable;

/** The server cannot start, for a reason that a person can act on: the message is one line. */
public final class StartFailure extends RuntimeException {
  public StartFailure(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
