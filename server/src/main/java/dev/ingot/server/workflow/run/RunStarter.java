package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.Storable;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.definition.Findings;
import dev.ingot.server.workflow.definition.OptionsFit;
import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.definition.TaskOptions;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.definition.WorkflowTable;
import dev.ingot.server.workflow.machine.RunStatus;
import dev.ingot.server.workflow.machine.StepState;
import dev.ingot.server.workflow.step.Beginning;
import dev.ingot.server.workflow.step.SubRuns;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes runs. */
final class RunStarter implements SubRuns {
  /** The topic that says: look at the runs. */
  static final String TOPIC = "runs";

  private static final int DEEPEST = 8;
  private static final int LARGEST = 256 << 10;

  private final Definitions definitions;
  private final WakeUps wakeUps;

  RunStarter(Definitions definitions, WakeUps wakeUps) {
    this.definitions = definitions;
    this.wakeUps = wakeUps;
  }

  /**
   * What is to run.
   *
   * @param version null for the last
   */
  record Wanted(
      String workflow,
      @Nullable Integer version,
      @Nullable String node,
      JsonNode inputs,
      JsonNode options,
      @Nullable RunRow parent,
      @Nullable Integer parentStep,
      @Nullable RunRow escalationOf,
      @Nullable Long fleet,
      boolean dry,
      @Nullable String idempotencyKey,
      String by) {
    static Wanted of(String workflow, @Nullable String node, JsonNode inputs, String by) {
      return new Wanted(
          workflow,
          null,
          node,
          inputs,
          JsonNodeFactory.instance.objectNode(),
          null,
          null,
          null,
          null,
          false,
          null,
          by);
    }
  }

  /** A run that was made; empty when its idempotency key was used before. */
  Optional<Long> start(Handle handle, Wanted wanted, java.util.List<NewEvent> events) {
    RunRow above = wanted.parent() != null ? wanted.parent() : wanted.escalationOf();
    if (above != null && above.depth() >= DEEPEST) {
      throw Problem.conflict("runs begin each other deeper than " + DEEPEST + " levels");
    }
    WorkflowTable.Numbered version =
        WorkflowTable.number(handle, wanted.workflow(), wanted.version());
    Workflow workflow = definitions.of(handle, version.id());
    JsonNode inputs = inputs(workflow, wanted.inputs());
    checkOptions(workflow, wanted.options());
    Optional<Long> made =
        RunTable.insert(
            handle,
            new RunTable.NewRun(
                version.id(),
                wanted.node(),
                Json.write(inputs),
                Json.write(wanted.options()),
                wanted.parent(),
                wanted.parentStep(),
                wanted.escalationOf(),
                wanted.fleet(),
                wanted.dry(),
                wanted.idempotencyKey(),
                wanted.by()));
    made.ifPresent(
        id -> {
          ObjectNode data =
              Json.MAPPER
                  .createObjectNode()
                  .put("workflow", version.name())
                  .put("version", version.version())
                  .put("by", wanted.by());
          events.add(
              new NewEvent(
                  "run", "started", Severity.INFORMATION, String.valueOf(id), wanted.node(), data));
          wakeUps.afterCommit(handle, TOPIC);
        });
    return made;
  }

  static JsonNode inputs(Workflow workflow, JsonNode given) {
    if (!given.isObject()) {
      throw Problem.invalid("inputs", "must be an object");
    }
    if (Json.bytes(given).length > LARGEST) {
      throw Problem.tooLarge("inputs have at most " + (LARGEST >> 10) + " kB");
    }
    Storable.check("inputs", given);
    Findings findings = new Findings();
    ObjectNode inputs = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, Workflow.Input> each : workflow.inputs().entrySet()) {
      JsonNode value = given.get(each.getKey());
      Workflow.Input input = each.getValue();
      if (value == null) {
        value = input.otherwise();
      }
      if (value == null && input.required()) {
        findings.add("inputs." + each.getKey(), "is missing");
      } else if (value != null) {
        if (input.schema() != null) {
          OptionsFit.check(input.schema(), value, "inputs." + each.getKey(), findings);
        }
        inputs.set(each.getKey(), value);
      }
    }
    given.forEachEntry(
        (name, value) -> {
          if (workflow.isForeign()) {
            inputs.set(name, value);
          } else if (!workflow.inputs().containsKey(name)) {
            findings.add("inputs." + name, "the workflow has no such input");
          }
        });
    findings.refuse();
    return inputs;
  }

  /** RackHD refuses a graph before anything of it begins when an option is missing. */
  void checkTasks(Handle handle, String name, @Nullable Integer version, JsonNode options) {
    WorkflowTable.Version found = WorkflowTable.require(handle, name, version);
    Workflow workflow = definitions.of(handle, found.id());
    if (!workflow.isForeign() || !options.isObject()) {
      return;
    }
    Findings findings = new Findings();
    for (Step step : workflow.steps()) {
      ObjectNode filled = Facts.options(step, options);
      TaskOptions.checkThere(
          filled, "options." + filled.path("label").asString(step.name()), findings);
    }
    findings.refuse();
  }

  static void checkOptions(Workflow workflow, JsonNode options) {
    if (!options.isObject()) {
      throw Problem.invalid("options", "must be an object of steps and their options");
    }
    if (Json.bytes(options).length > LARGEST) {
      throw Problem.tooLarge("options have at most " + (LARGEST >> 10) + " kB");
    }
    Storable.check("options", options);
    options.forEachEntry(
        (step, value) -> {
          if (workflow.isForeign()) {
            return; // what it does not know it passes over, as RackHD does
          }
          if (!step.equals("defaults") && !workflow.places().containsKey(step)) {
            throw Problem.invalid("options." + step, "the workflow has no such step");
          }
          if (!value.isObject()) {
            throw Problem.invalid("options." + step, "must be an object");
          }
        });
  }

  @Override
  public long begin(
      Beginning step, String workflow, @Nullable String node, JsonNode inputs, JsonNode options) {
    Handle handle = step.handle();
    RunRow parent =
        RunTable.find(
                handle, step.run().id(), version -> definitions.of(handle, version).steps().size())
            .orElseThrow()
            .row;
    java.util.List<NewEvent> events = new java.util.ArrayList<>();
    Wanted wanted =
        new Wanted(
            workflow,
            null,
            node == null ? step.node() : node,
            inputs,
            options,
            parent,
            step.place(),
            null,
            null,
            parent.dry(),
            null,
            step.who().name());
    long id = start(handle, wanted, events).orElseThrow();
    begun.addAll(handle, events);
    return id;
  }

  /** A run of a fleet has ended. */
  void tellFleets(Handle handle) {
    wakeUps.afterCommit(handle, RunDoor.FLEETS);
  }

  /** Where events of runs that steps begin go; filled by the engine. */
  interface Begun {
    void addAll(Handle handle, java.util.List<NewEvent> events);
  }

  private Begun begun = (_, _) -> {};

  void tell(Begun listener) {
    begun = listener;
  }

  @Override
  public Optional<Ended> ended(Handle handle, long run) {
    return RunTable.find(handle, run, version -> definitions.of(handle, version).steps().size())
        .filter(each -> each.state.status().isFinal())
        .map(
            each -> {
              Workflow workflow = definitions.of(handle, each.row.version());
              ObjectNode results = Json.MAPPER.createObjectNode();
              for (int i = 0; i < each.state.steps().size(); i++) {
                StepState step = each.state.steps().get(i);
                if (step.result() != null) {
                  results.set(workflow.steps().get(i).name(), step.result());
                }
              }
              String reason = each.state.reason();
              return new Ended(
                  each.state.status().word(),
                  each.state.status() == RunStatus.SUCCEEDED ? null : reason,
                  results);
            });
  }

  @Override
  public void cancel(Handle handle, long run, String reason) {
    Wakes.cancel(handle, run, reason);
    wakeUps.afterCommit(handle, TOPIC);
  }
}
