package dev.ingot.server.jobs.task;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.ingot.server.problem.Problem;
import java.util.Arrays;
import java.util.Locale;

/** Where a task is. The order is that of the column {@code task.state}. */
public enum TaskState {
  /** Nobody has it: it waits for its turn or for its node. */
  PENDING,
  /** Its node was asked whether it takes it. */
  OFFERED,
  /** Its node has it, and that is committed; it waits there for its start. */
  ACCEPTED,
  RUNNING,
  SUCCEEDED,
  FAILED,
  TIMED_OUT,
  CANCELLED,
  /** Its node accepted it and does not know it any more: it may have run. */
  LOST,
  /** Its node cannot or may not do it: it did not run. */
  REFUSED;

  private static final TaskState[] ALL = values();

  public static TaskState of(int number) {
    return ALL[number];
  }

  /** Whether it stays as it is for ever. */
  public boolean isFinal() {
    return ordinal() >= SUCCEEDED.ordinal();
  }

  /** Whether the job counts it as a failure. */
  public boolean isFailure() {
    return this == FAILED || this == TIMED_OUT || this == LOST || this == REFUSED;
  }

  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The state of that word; {@code timed-out} and {@code timed_out} are taken too. */
  public static TaskState parse(String field, String text) {
    String word = text.toLowerCase(Locale.ROOT).replace('-', ' ').replace('_', ' ');
    for (TaskState state : ALL) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    throw Problem.invalid(
        field, "must be " + Problem.oneOf(Arrays.stream(ALL).map(TaskState::word).toList()));
  }
}
