package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Step;
import org.jspecify.annotations.Nullable;

/** What a change of a run asks of those around it. */
public sealed interface Command {
  /** Begin the next attempt of a step, in the same transaction. */
  record Begin(int step) implements Command {}

  /** Look at a step that waits, in the same transaction. */
  record Look(int step) implements Command {}

  /**
   * Let a step act, after the commit.
   *
   * @param again whether an earlier act of this attempt may have happened, its result is not known
   */
  record Act(int step, long fence, boolean again) implements Command {}

  /** What a step waits for or does is no longer wanted. */
  record Stop(int step, StepState was) implements Command {}

  /** A step no longer needs what it holds. */
  record Release(int step) implements Command {}

  /** A deadline has passed. */
  record Escalate(int step, Step.Escalation escalation) implements Command {}

  /** For the run's timeline. */
  record Note(int step, StepStatus from, StepStatus to, int attempt, @Nullable String reason)
      implements Command {}

  /** The run itself changed: for its timeline and the events. */
  record RunNote(RunStatus from, RunStatus to, @Nullable String reason) implements Command {}
}
