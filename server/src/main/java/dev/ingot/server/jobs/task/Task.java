package dev.ingot.server.jobs.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the table {@code task} while a transaction holds it; {@link TaskMachine} changes it. */
public final class Task {
  public final TaskKey key;
  public final int position;
  public final int timeoutSeconds;
  public TaskState state = TaskState.PENDING;
  public @Nullable Waiting wait = Waiting.TURN;
  public int attempt = 1;
  public int offers;
  public @Nullable Instant deadline;
  public Instant since = Instant.EPOCH;
  public long epoch;
  public @Nullable String incarnation;
  public @Nullable String bootId;
  public @Nullable String cancelReason;
  public @Nullable String reason;
  public @Nullable Integer exit;
  public boolean answered;
  public final long[] stored = new long[2];
  public final long[] dropped = new long[2];
  public @Nullable Instant offered;
  public @Nullable Instant accepted;
  public @Nullable Instant started;
  public @Nullable Instant finished;
  public @Nullable String late;
  public @Nullable String past;

  /** Whether the row is to be written. */
  public boolean changed;

  public Task(TaskKey key, int position, int timeoutSeconds) {
    this.key = key;
    this.position = position;
    this.timeoutSeconds = timeoutSeconds;
  }
}
