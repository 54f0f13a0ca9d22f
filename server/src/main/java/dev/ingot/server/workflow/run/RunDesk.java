package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.machine.Input;
import dev.ingot.server.workflow.step.StepTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What people do with runs; each thing is audited. */
final class RunDesk {
  private static final int MOST_CALLBACK = 64 << 10;

  private final Definitions definitions;
  private final StepTypes types;
  private final RunStarter starter;
  private final Mover mover;
  private final RunEngine engine;
  private final Audit audit;
  private final dev.ingot.server.events.Outbox outbox;
  private final TargetResolver targets;

  RunDesk(RunParts parts, Mover mover, RunEngine engine, Audit audit, TargetResolver targets) {
    this.definitions = parts.definitions();
    this.types = parts.types();
    this.starter = parts.starter();
    this.outbox = parts.outbox();
    this.mover = mover;
    this.engine = engine;
    this.audit = audit;
    this.targets = targets;
  }

  /**
   * What {@code POST /runs} asks for.
   *
   * @param node a target that means one node; null for a run of no node
   */
  record Asked(
      String workflow,
      @Nullable Integer version,
      @Nullable String node,
      @Nullable JsonNode inputs,
      @Nullable JsonNode options,
      @Nullable Boolean dryRun) {}

  /** A run, and whether it was made now. */
  record Made(RunView run, boolean made) {}

  Made start(Handle handle, Principal who, Asked asked, @Nullable String idempotencyKey) {
    String node = null;
    if (asked.node() != null) {
      node = one(handle, who, asked.node());
    }
    ObjectNode none = Json.MAPPER.createObjectNode();
    if (asked.dryRun() == null || !asked.dryRun()) {
      starter.checkTasks(
          handle,
          asked.workflow(),
          asked.version(),
          asked.options() == null ? none : asked.options());
    }
    List<NewEvent> events = new ArrayList<>();
    Optional<Long> made =
        starter.start(
            handle,
            new RunStarter.Wanted(
                asked.workflow(),
                asked.version(),
                node,
                asked.inputs() == null ? none : asked.inputs(),
                asked.options() == null ? none : asked.options(),
                null,
                null,
                null,
                null,
                asked.dryRun() != null && asked.dryRun(),
                idempotencyKey,
                who.name()),
            events);
    outbox.appendAll(handle, events);
    long id =
        made.orElseGet(
            () ->
                handle
                    .createQuery(
                        "SELECT id FROM run WHERE created_by = :by AND idempotency_key = :key")
                    .bind("by", who.name())
                    .bind("key", idempotencyKey)
                    .mapTo(Long.class)
                    .one());
    made.ifPresent(
        run ->
            audit.record(
                handle, who, "run.start", "run:" + run, null, Json.MAPPER.valueToTree(asked)));
    return new Made(show(handle, id), made.isPresent());
  }

  /** The node whose runs somebody wants. */
  String node(Handle handle, Principal who, String reference) {
    // One that was deleted: its runs are still there.
    return reference.matches("[0-9a-f]{42}") ? reference : one(handle, who, reference);
  }

  /** The one node that somebody means, in any of the ways to name nodes. */
  private String one(Handle handle, Principal who, String reference) {
    List<String> found;
    try {
      found = targets.resolve(handle, who, reference);
    } catch (Problem e) {
      throw new Problem(Problem.Kind.INVALID, e.detail(), "node", e);
    }
    if (found.size() != 1) {
      throw Problem.invalid(
          "node",
          found.isEmpty()
              ? "no node matches"
              : "%d nodes match, and a run has one; a fleet run is for many"
                  .formatted(found.size()));
    }
    return found.getFirst();
  }

  private RunTable.Loaded require(Handle handle, long id) {
    return RunTable.find(handle, id, version -> mover.steps(handle, version))
        .orElseThrow(() -> Problem.notFound("no run " + id));
  }

  RunView show(Handle handle, long id) {
    RunTable.Loaded run = require(handle, id);
    Workflow workflow = definitions.of(handle, run.row.version());
    List<RunView.StepView> steps = new ArrayList<>();
    for (int i = 0; i < run.state.steps().size(); i++) {
      steps.add(
          RunView.StepView.of(
              workflow.steps().get(i).name(),
              workflow.steps().get(i).type(),
              run.state.steps().get(i)));
    }
    return RunView.of(
        run.row, run.state, workflow.name(), definitions.number(handle, run.row.version()), steps);
  }

  Explanation explain(Handle handle, long id) {
    RunTable.Loaded run = require(handle, id);
    Map<Integer, String> owners = new TreeMap<>();
    handle
        .createQuery("SELECT step, owner FROM run_step WHERE run = :run AND owner IS NOT NULL")
        .bind("run", id)
        .map((row, _) -> Map.entry(row.getInt("step"), row.getString("owner")))
        .forEach(each -> owners.put(each.getKey(), each.getValue()));
    String node = run.row.node();
    Long holder = node == null ? null : Holds.holder(handle, node);
    return Explanation.of(
        run.row,
        run.state,
        definitions.of(handle, run.row.version()),
        types,
        owners,
        holder == null ? null : "run " + holder + " has the node for itself");
  }

  List<Timeline.Shown> timeline(Handle handle, long id, long after, int limit) {
    require(handle, id);
    return Timeline.after(handle, id, after, limit);
  }

  /** Does something to a run, with all that follows, and shows it. */
  RunView act(
      Jdbi jdbi,
      Principal who,
      long id,
      String action,
      @Nullable JsonNode detail,
      Function<Workflow, Input> input) {
    Effects effects =
        jdbi.inTransaction(
            handle -> {
              RunTable.lock(handle, List.of(id));
              RunTable.Loaded run = require(handle, id);
              Workflow workflow = definitions.of(handle, run.row.version());
              Effects moved =
                  mover.move(
                      handle,
                      Moment.of(handle),
                      List.of(run),
                      Map.of(id, List.of(input.apply(workflow))));
              audit.record(handle, who, "run." + action, "run:" + id, null, detail);
              return moved;
            });
    engine.finish(effects);
    return jdbi.withHandle(handle -> show(handle, id));
  }

  /** The place of a step that somebody named. */
  static int place(Workflow workflow, String step) {
    Integer place = workflow.places().get(step);
    if (place == null) {
      throw Problem.invalid(
          "step",
          "the workflow "
              + workflow.name()
              + " has no step "
              + (step.length() > 64 ? step.substring(0, 64) + "…" : step));
    }
    return place;
  }

  /** Somebody who has the token says that something is done. */
  boolean callBack(Handle handle, String token, JsonNode body) {
    Problem unknown = Problem.notFound("no run waits for this token");
    CallbackToken read = CallbackToken.parse(token).orElseThrow(() -> unknown);
    RunTable.Loaded run =
        RunTable.find(handle, read.run(), version -> mover.steps(handle, version))
            .filter(each -> read.step() < each.state.steps().size() && read.isOf(each.row))
            .orElseThrow(() -> unknown);
    if (run.state.status().isFinal() || run.state.steps().get(read.step()).status().isFinal()) {
      throw Problem.conflict("the step has ended: it no longer waits for a callback");
    }
    String text = Json.write(body);
    if (text.length() > MOST_CALLBACK) {
      throw Problem.tooLarge("a callback has at most " + (MOST_CALLBACK >> 10) + " kB");
    }
    int added =
        handle
            .createUpdate(
                "INSERT INTO run_callback (run, step, body) VALUES (:run, :step, :body)"
                    + " ON CONFLICT DO NOTHING")
            .bind("run", read.run())
            .bind("step", read.step())
            .bind("body", text)
            .execute();
    Wakes.look(handle, read.run());
    return added > 0;
  }
}
