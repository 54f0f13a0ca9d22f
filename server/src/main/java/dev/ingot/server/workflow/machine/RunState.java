package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Workflow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run.
 *
 * @param steps in the order of its workflow
 * @param cancelReason why it is to end, once somebody said so
 * @param pausedAt since when it stands still
 * @param reason why it ended so
 */
public record RunState(
    RunStatus status,
    List<StepState> steps,
    @Nullable String cancelReason,
    @Nullable Instant pausedAt,
    @Nullable String reason) {

  /** Of a run that was just made. */
  public static RunState fresh(Workflow workflow, Instant now) {
    return new RunState(
        RunStatus.RUNNING,
        Collections.nCopies(workflow.steps().size(), StepState.pending(now)),
        null,
        null,
        null);
  }

  RunState with(int step, StepState state) {
    List<StepState> changed = new ArrayList<>(steps);
    changed.set(step, state);
    return new RunState(
        status, Collections.unmodifiableList(changed), cancelReason, pausedAt, reason);
  }

  RunState with(RunStatus other, @Nullable String why) {
    return new RunState(other, steps, cancelReason, pausedAt, why);
  }

  RunState cancelled(@Nullable String why) {
    return new RunState(status, steps, why, pausedAt, reason);
  }

  RunState paused(@Nullable Instant at) {
    return new RunState(
        at == null ? RunStatus.RUNNING : RunStatus.PAUSED, steps, cancelReason, at, reason);
  }

  /** When it is to be looked at next; null when only somebody or something else moves it. */
  public @Nullable Instant due(Workflow workflow) {
    if (status != RunStatus.RUNNING) {
      return null;
    }
    Instant least = null;
    for (int i = 0; i < steps.size(); i++) {
      StepState step = steps.get(i);
      if (!step.status().isFinal()) {
        least = earlier(least, step.due());
        least = earlier(least, step.deadline());
        least = earlier(least, step.timeoutAt(workflow.steps().get(i).timeout()));
      }
    }
    return least;
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}
