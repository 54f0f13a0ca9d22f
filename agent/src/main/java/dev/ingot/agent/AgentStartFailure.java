package dev.ingot.agent;

import org.jspecify.annotations.Nullable;

/** The agent cannot start; the message is one line that says what to change. */
public final class AgentStartFailure extends RuntimeException {
  public AgentStartFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
