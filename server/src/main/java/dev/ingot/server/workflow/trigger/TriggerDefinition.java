package dev.ingot.server.workflow.trigger;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.Fields;
import dev.ingot.server.workflow.fleet.FleetDesk;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What begins runs by itself, as somebody gives it: exactly one of schedule, event and nodes.
 *
 * @param nodes a filter: each node once, when it matches for the first time
 * @param on the nodes that a schedule or an event is for, as a fleet run; left out: a run of the
 *     event's node, or of none
 * @param fleet how the fleet run goes
 * @param limit how many it begins at most in a time; 100 in an hour by default
 * @param perNode how long a node rests between two of its events; not at all by default
 * @param missed of a schedule whose time passed while no server ran: {@code once} or {@code skip}
 * @param overlap whether a schedule begins another while the last still runs
 * @param existing whether nodes that match already count too
 */
record TriggerDefinition(
    String workflow,
    @Nullable Integer version,
    @Nullable JsonNode inputs,
    @Nullable JsonNode options,
    @Nullable Schedule schedule,
    @Nullable EventPattern event,
    @Nullable JsonNode nodes,
    @Nullable String on,
    @Nullable Waves fleet,
    @Nullable Limit limit,
    @Nullable JsonNode perNode,
    @Nullable String missed,
    @Nullable Boolean overlap,
    @Nullable Boolean existing,
    @Nullable Boolean dryRun,
    @Nullable Boolean enabled) {
  private static final int MOST = 10_000;

  /** Times in a zone, which is UTC when it is left out. */
  record Schedule(String cron, @Nullable String zone) {
    Optional<Instant> next(Instant after) {
      return Cron.parse(cron).next(after, zoneId());
    }

    ZoneId zoneId() {
      try {
        return ZoneId.of(zone == null ? "UTC" : zone);
      } catch (DateTimeException e) {
        throw new Problem(
            Problem.Kind.INVALID,
            "there is no such time zone; Europe/Zurich is one",
            "schedule.zone",
            e);
      }
    }
  }

  /** As of {@link FleetDesk.Asked}. */
  record Waves(
      @Nullable JsonNode canary,
      @Nullable JsonNode wave,
      @Nullable Integer haltPercent,
      @Nullable JsonNode pause,
      @Nullable Integer atOnce) {}

  /** At most so many in such a time. */
  record Limit(int most, JsonNode per) {}

  String kind() {
    return schedule != null ? "schedule" : event != null ? "event" : "nodes";
  }

  /** Refuses what cannot be; whether the workflow is there is for others to say. */
  void check() {
    int kinds = (schedule == null ? 0 : 1) + (event == null ? 0 : 1) + (nodes == null ? 0 : 1);
    if (kinds != 1) {
      throw Problem.invalid(
          "schedule", "say exactly one of schedule, event and nodes, not " + kinds);
    }
    if (schedule != null) {
      ZoneId zone = schedule.zoneId();
      Cron.parse(schedule.cron()).next(Instant.EPOCH, zone);
    }
    if (event != null) {
      event.check();
    }
    if (nodes != null && !nodes.isObject()) {
      throw Problem.invalid("nodes", "must be a filter over nodes, a JSON object");
    }
    if (nodes != null && on != null) {
      throw Problem.invalid("on", "is not for nodes: each runs for itself");
    }
    if (fleet != null && on == null) {
      throw Problem.invalid("fleet", "is for those that say on which nodes (on)");
    }
    only(missed, schedule != null, "missed", "a schedule");
    only(overlap, schedule != null, "overlap", "a schedule");
    only(existing, nodes != null, "existing", "nodes");
    only(perNode, event != null, "perNode", "an event");
    if (missed != null && !missed.equals("once") && !missed.equals("skip")) {
      throw Problem.invalid("missed", "must be once or skip");
    }
    if (limit != null && (limit.most() < 1 || limit.most() > MOST)) {
      throw Problem.invalid("limit.most", "must be from 1 to " + MOST);
    }
    limitPer();
    rest();
  }

  private static void only(@Nullable Object given, boolean fits, String field, String what) {
    if (given != null && !fits) {
      throw Problem.invalid(field, "is for " + what + " only");
    }
  }

  int limitMost() {
    return limit == null ? 100 : limit.most();
  }

  Duration limitPer() {
    return limit == null ? Duration.ofHours(1) : time("limit.per", limit.per());
  }

  /** How long a node rests; null when it does not. */
  @Nullable Duration rest() {
    return perNode == null || perNode.isNull() ? null : time("perNode", perNode);
  }

  private static Duration time(String field, JsonNode value) {
    Duration time = Fields.time(value);
    if (time == null || time.isZero() || time.compareTo(Duration.ofDays(90)) > 0) {
      throw Problem.invalid(field, "must be a time such as 90s, 10m, 2h or 1d; at most 90d");
    }
    return time;
  }

  boolean isEnabled() {
    return enabled == null || enabled;
  }

  boolean isDry() {
    return dryRun != null && dryRun;
  }

  /** The fleet run that it begins. */
  FleetDesk.Asked asked(String target, JsonNode filledInputs) {
    return new FleetDesk.Asked(
        workflow,
        version,
        target,
        filledInputs,
        options,
        fleet == null ? null : fleet.canary(),
        fleet == null ? null : fleet.wave(),
        fleet == null ? null : fleet.haltPercent(),
        fleet == null ? null : fleet.pause(),
        fleet == null ? null : fleet.atOnce(),
        dryRun);
  }
}
