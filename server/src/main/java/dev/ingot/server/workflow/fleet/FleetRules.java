package dev.ingot.server.workflow.fleet;

import java.time.Instant;

/** What a fleet run does next; pure. */
final class FleetRules {
  private FleetRules() {}

  /** What is to be done. */
  sealed interface Decision {
    /** Nothing, until something changes. */
    record Wait() implements Decision {}

    /** Begin so many runs of the wave. */
    record Begin(int most) implements Decision {}

    /** The wave has ended: the next, after the pause. */
    record NextWave() implements Decision {}

    record Halt(String reason) implements Decision {}

    record End(FleetStatus as) implements Decision {}
  }

  /**
   * Decides.
   *
   * @param wave of the nodes of the wave that is under way
   * @param all of all nodes
   */
  static Decision decide(Fleet fleet, Counts wave, Counts all, Instant now) {
    int running = all.of(NodeOutcome.RUNNING);
    return switch (fleet.status()) {
      case CANCELLING ->
          running == 0 ? new Decision.End(FleetStatus.CANCELLED) : new Decision.Wait();
      case RUNNING -> running(fleet, wave, all, now);
      case PAUSED, HALTED, SUCCEEDED, PARTLY_FAILED, FAILED, CANCELLED -> new Decision.Wait();
    };
  }

  private static Decision running(Fleet fleet, Counts wave, Counts all, Instant now) {
    int failed = wave.of(NodeOutcome.FAILED) - fleet.forgiven();
    boolean last = fleet.wave() >= fleet.waves().size();
    int open = wave.of(NodeOutcome.PENDING) + wave.of(NodeOutcome.RUNNING);
    // At the very end there is nothing left to hold back.
    boolean nothingLeft = all.of(NodeOutcome.PENDING) == 0 && all.of(NodeOutcome.RUNNING) == 0;
    if (!nothingLeft && failed * 100L > (long) fleet.halt() * wave.total()) {
      return new Decision.Halt(
          "%d of the %d nodes of wave %d failed, more than %d %%"
              .formatted(wave.of(NodeOutcome.FAILED), wave.total(), fleet.wave(), fleet.halt()));
    }
    if (open == 0) {
      return last ? new Decision.End(end(all)) : new Decision.NextWave();
    }
    Instant from = fleet.notBefore();
    if (from != null && from.isAfter(now)) {
      return new Decision.Wait();
    }
    int most = Math.min(wave.of(NodeOutcome.PENDING), fleet.atOnce() - all.of(NodeOutcome.RUNNING));
    return most > 0 ? new Decision.Begin(most) : new Decision.Wait();
  }

  private static FleetStatus end(Counts all) {
    int succeeded = all.of(NodeOutcome.SUCCEEDED);
    if (succeeded == all.total() - all.of(NodeOutcome.LEFT_OUT) && succeeded > 0) {
      return FleetStatus.SUCCEEDED;
    }
    return succeeded == 0 ? FleetStatus.FAILED : FleetStatus.PARTLY_FAILED;
  }
}
