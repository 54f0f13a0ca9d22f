package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs another workflow and waits for its end. */
final class WorkflowStep implements StepType {
  private static final Duration LOOK = Duration.ofSeconds(60);
  private final SubRuns runs;

  WorkflowStep(SubRuns runs) {
    this.runs = runs;
  }

  @Override
  public String name() {
    return "workflow";
  }

  @Override
  public String summary() {
    return "Runs another workflow against the same node and waits for its end; its result are the"
        + " results of its steps.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "workflow",
        "'workflow': {'type': 'string'}, 'inputs': {'type': 'object'}, 'options': {'type':"
            + " 'object', 'description': 'By step, over its own'}");
  }

  @Override
  public Progress begin(Beginning step) {
    JsonNode inputs = step.options().get("inputs");
    JsonNode options = step.options().get("options");
    long run =
        runs.begin(
            step,
            step.text("workflow", ""),
            null,
            inputs == null ? Json.MAPPER.createObjectNode() : inputs,
            options == null ? Json.MAPPER.createObjectNode() : options);
    return waiting(
        Json.MAPPER.createObjectNode().put("run", run).put("workflow", step.text("workflow", "")));
  }

  private static Progress waiting(JsonNode memory) {
    long run = memory.path("run").asLong();
    return new Progress.Waiting(
        "run %d (%s)".formatted(run, memory.path("workflow").asString()), null, LOOK, memory);
  }

  @Override
  public Progress look(Look step) {
    long run = step.memory().path("run").asLong();
    return runs.ended(step.handle(), run)
        .map(
            ended -> {
              ObjectNode result =
                  Json.MAPPER.createObjectNode().put("run", run).put("status", ended.status());
              result.set("results", ended.results());
              return ended.status().equals("succeeded")
                  ? (Progress) new Progress.Succeeded(result)
                  : new Progress.Failed(
                      "run %d %s%s"
                          .formatted(
                              run,
                              ended.status(),
                              ended.reason() == null ? "" : ": " + ended.reason()),
                      result);
            })
        .orElseGet(() -> waiting(step.memory()));
  }

  @Override
  public void stop(Look step) {
    runs.cancel(
        step.handle(),
        step.memory().path("run").asLong(),
        "run " + step.run() + " no longer waits for it");
  }
}
