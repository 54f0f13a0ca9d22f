package dev.ingot.server.workflow.definition;

import dev.ingot.server.workflow.expression.Expression;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One vertex of a workflow.
 *
 * @param options what its type wants, with templates
 * @param ignoreFailure whether its failure does not make the run fail
 * @param timeout of one attempt
 * @param deadline of all attempts, waits included; null for none beside the attempts' own
 * @param when it is skipped where this is not true
 * @param group how many steps of a group act at once, in all runs
 * @param spread how many nodes of one place it acts on at once, in all runs
 */
public record Step(
    String name,
    String type,
    @Nullable String description,
    ObjectNode options,
    After after,
    boolean ignoreFailure,
    Retry retry,
    Duration timeout,
    @Nullable Deadline deadline,
    @Nullable Expression when,
    @Nullable Group group,
    @Nullable Spread spread) {

  /**
   * What is done after a failed attempt.
   *
   * @param times attempts beyond the first
   * @param pause before the second attempt, multiplied by the factor for each further one
   * @param when it is tried again only where this is true of {@code reason}, {@code result} and
   *     {@code attempt}
   */
  public record Retry(
      int times, Duration pause, double factor, Duration longest, @Nullable Expression when) {
    public static final Retry NONE =
        new Retry(0, Duration.ofSeconds(5), 2, Duration.ofMinutes(5), null);

    /** How long to wait after a failed attempt, the first is 1. */
    public Duration pauseAfter(int attempt) {
      double millis = pause.toMillis() * Math.pow(factor, Math.min(attempt - 1, 60));
      return Duration.ofMillis((long) Math.min(millis, (double) longest.toMillis()));
    }
  }

  /**
   * When a step takes too long.
   *
   * @param then what is done the first time that the time has passed, what the second, and so on;
   *     after the last one the step times out
   */
  public record Deadline(Duration after, List<Escalation> then) {}

  /** What a passed deadline brings. */
  public enum Escalation {
    /** An event of severity critical; the step goes on. */
    ALERT,
    /** The attempt is given up and another begun. */
    RETRY,
    /** The node is power-cycled, then another attempt is begun. */
    POWER_CYCLE,
    /** The node is set aside, and the step times out. */
    QUARANTINE,
    /** The step is left out, as a person could. */
    SKIP,
    /** The step times out. */
    FAIL
  }

  /** Steps that share a limit. */
  public record Group(String name, int most) {}

  /**
   * How much of a place may be in this step at once.
   *
   * @param of {@code rack}, {@code site}, {@code all}, or a tag
   * @param most nodes, or null
   * @param percent of the place's nodes, at least one; or null
   */
  public record Spread(String of, @Nullable Integer most, @Nullable Integer percent) {}
}
