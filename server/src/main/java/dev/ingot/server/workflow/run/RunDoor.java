package dev.ingot.server.workflow.run;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.definition.WorkflowTable;
import dev.ingot.server.workflow.step.StepType;
import dev.ingot.server.workflow.step.StepTypes;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** How the rest of the feature begins and ends runs, within its own transactions. */
public final class RunDoor {
  /** The topic that says: a run of a fleet has ended. */
  public static final String FLEETS = "fleets";

  private final RunStarter starter;
  private final Definitions definitions;
  private final StepTypes types;

  RunDoor(RunStarter starter, Definitions definitions, StepTypes types) {
    this.starter = starter;
    this.definitions = definitions;
    this.types = types;
  }

  /**
   * A run that is wanted.
   *
   * @param fleet the fleet run that it belongs to
   */
  public record Wanted(
      String workflow,
      @Nullable Integer version,
      @Nullable String node,
      JsonNode inputs,
      JsonNode options,
      @Nullable Long fleet,
      boolean dry,
      String by) {}

  /**
   * A workflow that can be run so.
   *
   * @param destructive whether a step of it needs the node for itself, or may begin one that does
   */
  public record Checked(int version, boolean destructive) {}

  /**
   * Makes sure that a run could be made.
   *
   * @throws dev.ingot.server.problem.Problem that says what is wrong with it
   */
  public Checked check(
      Handle handle,
      String workflow,
      @Nullable Integer version,
      JsonNode inputs,
      JsonNode options) {
    WorkflowTable.Version found = WorkflowTable.require(handle, workflow, version);
    Workflow read = definitions.of(handle, found.id());
    RunStarter.inputs(read, inputs);
    RunStarter.checkOptions(read, options);
    boolean destructive =
        read.steps().stream()
            .anyMatch(
                step -> {
                  StepType type = types.find(step.type());
                  return type != null
                      && (type.isDestructive()
                          || type.name().equals("workflow")
                          || type.name().equals("rackhd"));
                });
    return new Checked(found.version(), destructive);
  }

  /** Makes sure that there is such a workflow. */
  public void exists(Handle handle, String workflow, @Nullable Integer version) {
    WorkflowTable.Version found = WorkflowTable.require(handle, workflow, version);
    assert found.version() > 0;
  }

  /** The names of a workflow's inputs; empty when there is no such workflow. */
  public Optional<List<String>> inputs(Handle handle, String workflow) {
    return WorkflowTable.find(handle, workflow, null)
        .map(found -> List.copyOf(definitions.of(handle, found.id()).inputs().keySet()));
  }

  /** Makes a run; its events are added to those that the caller writes. */
  public long begin(Handle handle, Wanted wanted, List<NewEvent> events) {
    return starter
        .start(
            handle,
            new RunStarter.Wanted(
                wanted.workflow(),
                wanted.version(),
                wanted.node(),
                wanted.inputs(),
                wanted.options(),
                null,
                null,
                null,
                wanted.fleet(),
                wanted.dry(),
                null,
                wanted.by()),
            events)
        .orElseThrow();
  }

  /** Ends a run once this is committed. */
  public void cancel(Handle handle, long run, String reason) {
    starter.cancel(handle, run, reason);
  }

  /** An empty object: no inputs, no options. */
  public static JsonNode nothing() {
    return JsonNodeFactory.instance.objectNode();
  }
}
