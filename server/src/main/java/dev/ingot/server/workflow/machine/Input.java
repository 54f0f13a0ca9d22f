package dev.ingot.server.workflow.machine;

import org.jspecify.annotations.Nullable;

/** What happens to a run. */
public sealed interface Input {
  /** Time has passed. */
  record Tick() implements Input {}

  /** Something that its waiting steps may wait for has happened. */
  record Woken() implements Input {}

  /** A step was begun; answers {@link Command.Begin}. */
  record Began(int step, Progress progress) implements Input {}

  /** A waiting step was looked at; answers {@link Command.Look}. */
  record Looked(int step, Progress progress) implements Input {}

  /** A step has acted; answers {@link Command.Act} of the same fence. */
  record Acted(int step, long fence, Progress progress) implements Input {}

  /** Somebody ends it. */
  record Cancel(String reason) implements Input {}

  /** Somebody lets it stand still. */
  record Pause() implements Input {}

  /** Somebody lets it go on. */
  record Resume() implements Input {}

  /**
   * Somebody wants what failed to be tried again, and what comes after it.
   *
   * @param step null for every step that failed or was cancelled
   */
  record Retry(@Nullable Integer step) implements Input {}

  /** Somebody has a step left out, as if it had succeeded. */
  record Skip(int step, String reason) implements Input {}
}
