package dev.ingot.server.workflow.fleet;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.target.Target;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.definition.Fields;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do with fleet runs; each thing is audited. */
public final class FleetDesk {
  private static final int MOST_NODES = 100_000;
  private static final int MOST_AT_ONCE = 10_000;
  private static final int MOST_OPEN = 200;
  private static final Duration LONGEST_PAUSE = Duration.ofDays(30);

  private final RunDoor runs;
  private final TargetResolver targets;
  private final Audit audit;
  private final Outbox outbox;
  private final WakeUps wakeUps;

  FleetDesk(RunDoor runs, TargetResolver targets, Audit audit, Outbox outbox, WakeUps wakeUps) {
    this.runs = runs;
    this.targets = targets;
    this.audit = audit;
    this.outbox = outbox;
    this.wakeUps = wakeUps;
  }

  /**
   * What {@code POST /fleets} asks for.
   *
   * @param canary how many nodes, or which share, go first; 1 by default, 0 for none
   * @param wave how many nodes, or which share, each wave has; 20 % by default
   * @param haltPercent it halts when more of a wave's nodes fail; 10 by default
   * @param pause between two waves
   * @param atOnce how many runs are open at once, 50 by default
   */
  public record Asked(
      String workflow,
      @Nullable Integer version,
      String on,
      @Nullable JsonNode inputs,
      @Nullable JsonNode options,
      @Nullable JsonNode canary,
      @Nullable JsonNode wave,
      @Nullable Integer haltPercent,
      @Nullable JsonNode pause,
      @Nullable Integer atOnce,
      @Nullable Boolean dryRun) {}

  /** A fleet run, and whether it was made now. */
  public record Made(long id, boolean made) {}

  /** What would run where. */
  record Plan(
      int version,
      Target target,
      List<String> nodes,
      List<String> leftOut,
      List<Integer> waves,
      int halt,
      Duration pause,
      int atOnce) {}

  /** Everything that is wrong with the request is said; nothing is written. */
  Plan plan(Handle handle, Principal who, Asked asked) {
    RunDoor.Checked checked = check(handle, asked);
    Target target = Target.parse(asked.on());
    List<String> nodes = resolve(handle, who, target);
    List<String> leftOut =
        checked.destructive() && !(target instanceof Target.Named)
            ? protectedOnes(handle, nodes)
            : List.of();
    if (!leftOut.isEmpty()) {
      Set<String> out = Set.copyOf(leftOut);
      nodes = nodes.stream().filter(node -> !out.contains(node)).toList();
    }
    if (nodes.isEmpty()) {
      throw Problem.invalid(
          "on",
          leftOut.isEmpty()
              ? "no node matches"
              : "matches only protected machines, which must be named");
    }
    if (nodes.size() > MOST_NODES) {
      throw Problem.invalid(
          "on", "matches %d nodes, a fleet run has at most %d".formatted(nodes.size(), MOST_NODES));
    }
    Portion canary = Portion.read("canary", asked.canary(), 0);
    Portion wave = Portion.read("wave", asked.wave(), 1);
    return new Plan(
        checked.version(),
        target,
        nodes,
        leftOut,
        Portion.waves(
            nodes.size(),
            canary == null ? new Portion(1, false) : canary,
            wave == null ? new Portion(20, true) : wave),
        number("haltPercent", asked.haltPercent(), 0, 100, 10),
        pause(asked.pause()),
        number("atOnce", asked.atOnce(), 1, MOST_AT_ONCE, 50));
  }

  /** Makes sure of everything but the nodes, and of the inputs where they are known. */
  public void check(Handle handle, Asked asked, boolean inputs) {
    if (inputs) {
      RunDoor.Checked checked = check(handle, asked);
      assert checked.version() > 0;
    } else {
      checkShape(asked);
    }
  }

  private RunDoor.Checked check(Handle handle, Asked asked) {
    checkShape(asked);
    return runs.check(
        handle, asked.workflow(), asked.version(), or(asked.inputs()), or(asked.options()));
  }

  private static void checkShape(Asked asked) {
    Target.parse(asked.on());
    Portion.read("canary", asked.canary(), 0);
    Portion.read("wave", asked.wave(), 1);
    number("haltPercent", asked.haltPercent(), 0, 100, 10);
    number("atOnce", asked.atOnce(), 1, MOST_AT_ONCE, 50);
    Duration pause = pause(asked.pause());
    assert !pause.isNegative();
  }

  private static JsonNode or(@Nullable JsonNode given) {
    return given == null || given.isNull() ? RunDoor.nothing() : given;
  }

  private static int number(
      String field, @Nullable Integer given, int least, int most, int otherwise) {
    if (given != null && (given < least || given > most)) {
      throw Problem.invalid(field, "must be from " + least + " to " + most);
    }
    return given == null ? otherwise : given;
  }

  private static Duration pause(@Nullable JsonNode given) {
    Duration pause = given == null || given.isNull() ? Duration.ZERO : Fields.time(given);
    if (pause == null || pause.compareTo(LONGEST_PAUSE) > 0) {
      throw Problem.invalid(
          "pause", "must be seconds, or a time such as 90s, 10m or 2h; at most 30d");
    }
    return Duration.ofSeconds(pause.plusMillis(999).toSeconds());
  }

  private List<String> resolve(Handle handle, Principal who, Target target) {
    try {
      return targets.resolve(handle, who, target);
    } catch (Problem e) {
      if (e.kind() == Problem.Kind.NOT_FOUND || e.kind() == Problem.Kind.CONFLICT) {
        throw new Problem(Problem.Kind.INVALID, e.detail(), "on", e);
      }
      throw e;
    }
  }

  private static List<String> protectedOnes(Handle handle, List<String> nodes) {
    return handle
        .createQuery("SELECT id FROM node WHERE protected AND id = ANY(:nodes) ORDER BY id")
        .bindArray("nodes", String.class, nodes.toArray())
        .mapTo(String.class)
        .list();
  }

  /** Makes one; {@code by} is its name in the runs and the audit. */
  public Made start(Handle handle, Principal who, Asked asked, @Nullable String idempotencyKey) {
    Optional<Long> known = known(handle, who, idempotencyKey);
    if (known.isPresent()) {
      return new Made(known.get(), false);
    }
    int open =
        handle
            .createQuery("SELECT count(*) FROM fleet WHERE status < 4")
            .mapTo(Integer.class)
            .one();
    if (open >= MOST_OPEN) {
      throw Problem.conflict("there are " + MOST_OPEN + " open fleet runs already");
    }
    Plan plan = plan(handle, who, asked);
    Optional<Long> made = insert(handle, who, asked, plan, idempotencyKey);
    if (made.isEmpty()) {
      return new Made(known(handle, who, idempotencyKey).orElseThrow(), false);
    }
    long id = made.get();
    FleetNodes.insert(handle, id, plan.nodes(), plan.waves(), plan.leftOut());
    audit.record(handle, who, "fleet.start", "fleet:" + id, null, Json.MAPPER.valueToTree(asked));
    ObjectNode data =
        Json.MAPPER.createObjectNode().put("workflow", asked.workflow()).put("on", asked.on());
    data.put("nodes", plan.nodes().size()).put("waves", plan.waves().size()).put("by", who.name());
    outbox.append(
        handle,
        new NewEvent("fleet", "started", Severity.INFORMATION, String.valueOf(id), null, data));
    wakeUps.afterCommit(handle, RunDoor.FLEETS);
    return new Made(id, true);
  }

  private static Optional<Long> known(Handle handle, Principal who, @Nullable String key) {
    return key == null
        ? Optional.empty()
        : handle
            .createQuery("SELECT id FROM fleet WHERE created_by = :by AND idempotency_key = :key")
            .bind("by", who.name())
            .bind("key", key)
            .mapTo(Long.class)
            .findOne();
  }

  private static Optional<Long> insert(
      Handle handle, Principal who, Asked asked, Plan plan, @Nullable String key) {
    return handle
        .createQuery(
            """
            INSERT INTO fleet (workflow, version, target, inputs, options, dry, waves, halt,
                               pause_seconds, at_once, created_by, idempotency_key)
            VALUES (:workflow, :version, :target, :inputs, :options, :dry, :waves, :halt,
                    :pause, :atOnce, :by, :key)
            ON CONFLICT DO NOTHING RETURNING id
            """)
        .bind("workflow", asked.workflow())
        .bind("version", plan.version())
        .bind("target", asked.on())
        .bind("inputs", Json.write(or(asked.inputs())))
        .bind("options", Json.write(or(asked.options())))
        .bind("dry", asked.dryRun() != null && asked.dryRun())
        .bindArray("waves", Integer.class, plan.waves().toArray())
        .bind("halt", plan.halt())
        .bind("pause", plan.pause().toSeconds())
        .bind("atOnce", plan.atOnce())
        .bind("by", who.name())
        .bind("key", key)
        .mapTo(Long.class)
        .findOne();
  }

  private static Fleet lock(Handle handle, long id) {
    return FleetTable.lock(handle, id).orElseThrow(() -> Problem.notFound("no fleet run " + id));
  }

  FleetView show(Handle handle, long id) {
    Fleet fleet =
        FleetTable.find(handle, id).orElseThrow(() -> Problem.notFound("no fleet run " + id));
    return FleetView.of(fleet, FleetTable.counts(handle, id), true);
  }

  void pause(Handle handle, Principal who, long id, @Nullable String reason) {
    Fleet fleet = lock(handle, id);
    if (fleet.status() != FleetStatus.RUNNING) {
      throw Problem.conflict(
          "only a fleet run that goes on can be paused; this one is " + fleet.status().word());
    }
    write(handle, fleet, FleetStatus.PAUSED, fleet.wave(), fleet.forgiven(), null);
    told(handle, who, fleet, "paused", reason);
  }

  /**
   * Goes on with what is left.
   *
   * @param retry whether what failed or was cancelled begins anew
   */
  void resume(Handle handle, Principal who, long id, boolean retry, @Nullable String reason) {
    Fleet fleet = lock(handle, id);
    boolean ended = fleet.status().isFinal();
    if (fleet.status() == FleetStatus.RUNNING
        || fleet.status() == FleetStatus.CANCELLING
        || fleet.status() == FleetStatus.SUCCEEDED
        || (ended && !retry)) {
      throw Problem.conflict(
          "this fleet run is "
              + fleet.status().word()
              + (ended ? "; only what failed can be tried again (retry)" : ""));
    }
    FleetNodes.gather(handle, id);
    FleetNodes.lookAgain(handle, id);
    int wave = retry ? FleetNodes.again(handle, id, fleet.wave()) : fleet.wave();
    int failed =
        FleetTable.counts(handle, id).getOrDefault(wave, Counts.NONE).of(NodeOutcome.FAILED);
    // A pause lets nothing pass; who goes on after a halt does.
    int forgiven = fleet.status() == FleetStatus.PAUSED && !retry ? fleet.forgiven() : failed;
    write(handle, fleet, FleetStatus.RUNNING, wave, forgiven, null);
    told(handle, who, fleet, "resumed", reason);
  }

  /** Ends it with all that it began. */
  void cancel(Handle handle, Principal who, long id, @Nullable String reason) {
    Fleet fleet = lock(handle, id);
    if (fleet.status().isFinal() || fleet.status() == FleetStatus.CANCELLING) {
      throw Problem.conflict("this fleet run is " + fleet.status().word() + " already");
    }
    String why = "cancelled by " + who.name() + (reason == null ? "" : ": " + reason);
    FleetNodes.leaveOut(handle, id, why);
    for (long run : FleetNodes.openRuns(handle, id)) {
      runs.cancel(handle, run, why);
    }
    write(handle, fleet, FleetStatus.CANCELLING, fleet.wave(), fleet.forgiven(), why);
    told(handle, who, fleet, "cancelled", reason);
  }

  private static void write(
      Handle handle,
      Fleet fleet,
      FleetStatus status,
      int wave,
      int forgiven,
      @Nullable String reason) {
    FleetTable.write(handle, fleet, status, wave, fleet.notBefore(), forgiven, reason);
  }

  private void told(
      Handle handle, Principal who, Fleet fleet, String action, @Nullable String reason) {
    List<NewEvent> events = new ArrayList<>();
    ObjectNode data = FleetEngine.data(fleet).put("by", who.name());
    events.add(
        new NewEvent(
            "fleet", action, Severity.INFORMATION, String.valueOf(fleet.id()), null, data));
    outbox.appendAll(handle, events);
    audit.record(
        handle,
        who,
        "fleet." + action,
        "fleet:" + fleet.id(),
        null,
        Json.MAPPER.createObjectNode().put("reason", reason));
    wakeUps.afterCommit(handle, RunDoor.FLEETS);
  }
}
