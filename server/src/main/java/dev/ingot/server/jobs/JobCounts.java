package dev.ingot.server.jobs;

import dev.ingot.server.jobs.task.Task;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.jobs.task.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks of a job are where: the column {@code job.counts}, pending ones by what they wait
 * for.
 */
final class JobCounts {
  private static final int PENDING = Waiting.values().length;
  static final int SIZE = PENDING + TaskState.values().length - 1;

  private final int[] counts;

  JobCounts(int[] counts) {
    this.counts = counts;
  }

  static int place(TaskState state, @Nullable Waiting wait) {
    return state == TaskState.PENDING
        ? (wait == null ? Waiting.TURN : wait).ordinal()
        : PENDING + state.ordinal() - 1;
  }

  static int place(Task task) {
    return place(task.state, task.wait);
  }

  void move(int from, int to, int many) {
    counts[from] -= many;
    counts[to] += many;
  }

  int of(TaskState state) {
    if (state == TaskState.PENDING) {
      return of(Waiting.TURN) + of(Waiting.NODE) + of(Waiting.BUSY);
    }
    return counts[place(state, null)];
  }

  int of(Waiting wait) {
    return counts[wait.ordinal()];
  }

  /** Tasks that a node has or is asked to take. */
  int underWay() {
    return of(TaskState.OFFERED) + of(TaskState.ACCEPTED) + of(TaskState.RUNNING);
  }

  int failures() {
    int sum = 0;
    for (TaskState state : TaskState.values()) {
      sum += state.isFailure() ? of(state) : 0;
    }
    return sum;
  }

  /** Failures of tasks that were begun: who was refused beforehand says nothing about the call. */
  int failuresOfBegun() {
    return failures() - of(TaskState.REFUSED);
  }

  /** Tasks that have not ended. */
  int open() {
    return of(TaskState.PENDING) + underWay();
  }

  int[] array() {
    return counts.clone();
  }

  /** By the names of the REST API. */
  Map<String, Integer> shown() {
    Map<String, Integer> shown = new LinkedHashMap<>();
    for (TaskState state : TaskState.values()) {
      shown.put(state == TaskState.TIMED_OUT ? "timedOut" : state.word(), of(state));
    }
    return shown;
  }
}
