package dev.ingot.agent.capability;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How a call ended. That it was cancelled or took too long is said by whoever interrupted it.
 *
 * @param exit exit status of a process, 128 + n when signal n ended it
 * @param result an object as the signature's result schema says
 * @param detail why it failed, one line for people
 */
public record Outcome(
    boolean succeeded, @Nullable Integer exit, @Nullable JsonNode result, @Nullable String detail) {
  public static Outcome done(@Nullable JsonNode result) {
    return new Outcome(true, null, result, null);
  }

  /** As a program ended. */
  public static Outcome ofExit(int exit) {
    return exit == 0
        ? new Outcome(true, 0, null, null)
        : new Outcome(
            false,
            exit,
            null,
            exit > 128 && exit <= 128 + 64
                ? "ended by signal " + (exit - 128)
                : "exit status " + exit);
  }

  public static Outcome failed(String detail) {
    return new Outcome(false, null, null, detail);
  }
}
