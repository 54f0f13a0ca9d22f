package dev.ingot.server.problem;

import org.jspecify.annotations.Nullable;

/** The server cannot start, for a reason that a person can act on: the message is one line. */
public final class StartFailure extends RuntimeException {
  private final boolean ofSettings;

  public StartFailure(String line, @Nullable Throwable cause) {
    this(line, cause, false);
  }

  private StartFailure(String line, @Nullable Throwable cause, boolean ofSettings) {
    super(line, cause);
    this.ofSettings = ofSettings;
  }

  /** What was configured cannot be: the line names the key. */
  public static StartFailure ofSettings(String line, @Nullable Throwable cause) {
    return new StartFailure(line, cause, true);
  }

  /** Whether another configuration is what helps. */
  public boolean isOfSettings() {
    return ofSettings;
  }
}
