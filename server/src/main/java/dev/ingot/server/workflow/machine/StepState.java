package dev.ingot.server.workflow.machine;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is known of a step of a run.
 *
 * @param attempt the last one that began, 0 before the first; never goes back
 * @param base the attempts before its retries are counted anew
 * @param fence grows with each thing that it does; who acts with an older one is too late
 * @param since when it came to this status
 * @param began when it could first begin, from which its deadline counts
 * @param attemptBegan when the attempt that is under way began
 * @param due when something happens by itself: a look, the end of a lease or of a pause
 * @param deadline when the next escalation comes
 * @param level how many escalations there were
 * @param waitsFor what for, for people
 * @param key what wakes it
 * @param memory what its type keeps between looks
 */
public record StepState(
    StepStatus status,
    int attempt,
    int base,
    long fence,
    Instant since,
    @Nullable Instant began,
    @Nullable Instant attemptBegan,
    @Nullable Instant due,
    @Nullable Instant deadline,
    int level,
    @Nullable String waitsFor,
    @Nullable String key,
    @Nullable JsonNode memory,
    @Nullable JsonNode result,
    @Nullable String reason) {

  /** Of a run that was just made. */
  public static StepState pending(Instant now) {
    return new StepState(
        StepStatus.PENDING, 0, 0, 0, now, null, null, null, null, 0, null, null, null, null, null);
  }

  /** As if it had never begun, but for its number of attempts. */
  StepState anew(Instant now) {
    return new StepState(
        StepStatus.PENDING,
        attempt,
        attempt,
        fence + 1,
        now,
        null,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        null,
        null);
  }

  StepState begunAt(Instant now, @Nullable Duration deadlineAfter) {
    return began != null
        ? this
        : new StepState(
            status,
            attempt,
            base,
            fence,
            since,
            now,
            attemptBegan,
            due,
            deadlineAfter == null ? null : now.plus(deadlineAfter),
            level,
            waitsFor,
            key,
            memory,
            result,
            reason);
  }

  StepState held(Instant now, Instant look, String by, String wokenBy) {
    return new StepState(
        StepStatus.HELD,
        attempt,
        base,
        fence,
        status == StepStatus.HELD ? since : now,
        began,
        null,
        look,
        deadline,
        level,
        by,
        wokenBy,
        null,
        result,
        reason);
  }

  StepState nextAttempt(Instant now) {
    return new StepState(
        status,
        attempt + 1,
        base,
        fence,
        since,
        began,
        now,
        due,
        deadline,
        level,
        waitsFor,
        key,
        memory,
        result,
        reason);
  }

  StepState waiting(
      Instant now, Instant look, String on, @Nullable String wokenBy, @Nullable JsonNode kept) {
    return new StepState(
        StepStatus.WAITING,
        attempt,
        base,
        fence,
        status == StepStatus.WAITING ? since : now,
        began,
        attemptBegan,
        look,
        deadline,
        level,
        on,
        wokenBy,
        kept,
        null,
        null);
  }

  StepState acting(Instant now, Instant leaseEnd, String on, @Nullable JsonNode kept) {
    return new StepState(
        StepStatus.ACTING,
        attempt,
        base,
        fence + 1,
        status == StepStatus.ACTING ? since : now,
        began,
        attemptBegan,
        leaseEnd,
        deadline,
        level,
        on,
        null,
        kept,
        null,
        null);
  }

  StepState backingOff(Instant now, Instant until, @Nullable JsonNode last, String why) {
    return new StepState(
        StepStatus.BACKING_OFF,
        attempt,
        base,
        fence + 1,
        now,
        began,
        null,
        until,
        deadline,
        level,
        null,
        null,
        null,
        last,
        why);
  }

  StepState ended(StepStatus as, Instant now, @Nullable JsonNode last, @Nullable String why) {
    return new StepState(
        as,
        attempt,
        base,
        fence + 1,
        now,
        began,
        attemptBegan,
        null,
        null,
        level,
        null,
        null,
        null,
        last,
        why);
  }

  StepState escalated(@Nullable Instant next, boolean freshRetries) {
    return new StepState(
        status,
        attempt,
        freshRetries ? attempt : base,
        fence,
        since,
        began,
        attemptBegan,
        due,
        next,
        level + 1,
        waitsFor,
        key,
        memory,
        result,
        reason);
  }

  StepState dueAt(Instant time) {
    return new StepState(
        status,
        attempt,
        base,
        fence,
        since,
        began,
        attemptBegan,
        time,
        deadline,
        level,
        waitsFor,
        key,
        memory,
        result,
        reason);
  }

  /** Its times, moved by as long as the run stood still; leases go on. */
  StepState shifted(Duration by) {
    if (status.isFinal() || status == StepStatus.PENDING) {
      return this;
    }
    return new StepState(
        status,
        attempt,
        base,
        fence,
        since,
        began,
        attemptBegan == null ? null : attemptBegan.plus(by),
        due == null || status == StepStatus.ACTING ? due : due.plus(by),
        deadline == null ? null : deadline.plus(by),
        level,
        waitsFor,
        key,
        memory,
        result,
        reason);
  }

  /** When the attempt, or the wait for a turn, has lasted too long; null when nothing runs. */
  public @Nullable Instant timeoutAt(Duration timeout) {
    return switch (status) {
      case ACTING, WAITING -> attemptBegan == null ? null : attemptBegan.plus(timeout);
      case HELD -> since.plus(timeout);
      default -> null;
    };
  }
}
