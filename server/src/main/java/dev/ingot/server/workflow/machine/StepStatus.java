package dev.ingot.server.workflow.machine;

import dev.ingot.server.workflow.definition.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a step is. The order is kept in the database: add at the end only. */
public enum StepStatus {
  /** Its conditions are not decided yet. */
  PENDING(null),
  /** It may begin, and waits for what others hold. */
  HELD(null),
  /** What it will do is written, and it does it. */
  ACTING(null),
  /** It has begun, and waits for something. */
  WAITING(null),
  /** An attempt failed, and the next is not yet due. */
  BACKING_OFF(null),
  SUCCEEDED(Outcome.SUCCEEDED),
  FAILED(Outcome.FAILED),
  TIMED_OUT(Outcome.TIMED_OUT),
  CANCELLED(Outcome.CANCELLED),
  SKIPPED(Outcome.SKIPPED),
  /** Its conditions can no longer come true. */
  UNREACHED(null);

  private final @Nullable Outcome outcome;

  StepStatus(@Nullable Outcome outcome) {
    this.outcome = outcome;
  }

  /** How it ended; null while it has not, and when it was never reached. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  public boolean isFinal() {
    return outcome != null || this == UNREACHED;
  }

  /** Whether an attempt is under way. */
  public boolean isUnderWay() {
    return this == ACTING || this == WAITING;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
