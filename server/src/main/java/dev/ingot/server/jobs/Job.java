package dev.ingot.server.jobs;

import dev.ingot.server.jobs.task.Waiting;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A row of the table {@code job}; what changes is changed while its row is locked. */
final class Job {
  /**
   * What was asked for and never changes.
   *
   * @param arguments JSON
   * @param rendered whether each task has arguments of its own
   * @param timeoutSeconds as asked, null: the capability's own
   * @param bulk whether interactive jobs go before it
   * @param concurrency tasks between offered and their end, null: no bound
   */
  record Plan(
      long id,
      String capability,
      String target,
      String arguments,
      boolean rendered,
      @Nullable Integer timeoutSeconds,
      @Nullable String instruction,
      @Nullable String preprocessor,
      boolean bulk,
      @Nullable Integer concurrency,
      @Nullable Integer canary,
      @Nullable Integer batch,
      @Nullable Integer stopFailures,
      @Nullable Integer stopPercent,
      int retries,
      int expirySeconds,
      boolean reboots,
      boolean allowProtected,
      int total,
      Instant created,
      String createdBy,
      @Nullable Long retryOf) {}

  /** Whether it still goes on, and why not. */
  enum State {
    RUNNING,
    /** Every task has ended. */
    FINISHED,
    /** Somebody ended it before. */
    CANCELLED,
    /** It ended itself after too many failures. */
    STOPPED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  final Plan plan;
  final JobCounts counts;
  State state;
  int windowEnd;
  int windowOpen;
  long revision;
  @Nullable Instant finished;
  @Nullable String cancelReason;
  @Nullable String stopReason;
  int told;
  @Nullable Instant progressTold;

  /** Whether the row is to be written. */
  boolean changed;

  Job(Plan plan, State state, JobCounts counts) {
    this.plan = plan;
    this.state = state;
    this.counts = counts;
  }

  long id() {
    return plan.id();
  }

  /** Whether nothing of it is begun any more. */
  boolean over() {
    return state != State.RUNNING || cancelReason != null || stopReason != null;
  }

  /** How many more tasks may be offered now. */
  int room() {
    Integer most = plan.concurrency();
    return most == null ? Integer.MAX_VALUE : Math.max(0, most - counts.underWay());
  }

  /** Why the rest is not to be begun, null while it is. */
  @Nullable String enoughFailures() {
    int failures = counts.failuresOfBegun();
    if (failures == 0) {
      return null;
    }
    Integer most = plan.stopFailures();
    if (most != null && failures >= most) {
      return "stopped after " + failures + (failures == 1 ? " failure" : " failures");
    }
    Integer percent = plan.stopPercent();
    if (percent != null && 100L * failures >= (long) percent * plan.total()) {
      return "stopped after %d failures, %d %% of %d"
          .formatted(failures, 100L * failures / plan.total(), plan.total());
    }
    boolean toldWhen = most != null || percent != null;
    if (!toldWhen && isOfCanary()) {
      return "stopped after %d of %d canaries failed".formatted(failures, windowEnd);
    }
    return null;
  }

  /** Whether only the canaries have begun, and others would follow. */
  private boolean isOfCanary() {
    Integer canary = plan.canary();
    return canary != null && windowEnd == canary && windowEnd < plan.total();
  }

  /** What it waits for, one line for people; null when it is over. */
  @Nullable String waitsFor() {
    if (state != State.RUNNING) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    say(text, counts.underWay(), "under way");
    say(text, counts.of(Waiting.NODE), "on nodes that are offline");
    say(text, counts.of(Waiting.BUSY), "on nodes that are busy");
    int turn = counts.of(Waiting.TURN);
    if (turn > 0) {
      say(text, turn, why());
    }
    return text.toString();
  }

  private String why() {
    if (room() == 0) {
      return "for their turn: " + plan.concurrency() + " at once";
    }
    boolean held = windowEnd < plan.total() && windowOpen > 0;
    if (held && isOfCanary()) {
      return "for the canary to end: " + windowOpen + " left of " + windowEnd;
    }
    return held ? "for their batch: " + windowOpen + " left of the one before" : "for their turn";
  }

  private static void say(StringBuilder text, int many, String what) {
    if (many > 0) {
      text.append(text.isEmpty() ? "" : "; ").append(many).append(' ').append(what);
    }
  }
}
