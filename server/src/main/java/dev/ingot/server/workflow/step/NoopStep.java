package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import tools.jackson.databind.JsonNode;

/** Does nothing; what it is given is its result. */
final class NoopStep implements StepType {
  @Override
  public String name() {
    return "noop";
  }

  @Override
  public String summary() {
    return "Does nothing; its result is what it was given.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object("", "'result': {}");
  }

  @Override
  public Progress begin(Beginning step) {
    JsonNode result = step.options().get("result");
    return new Progress.Succeeded(result == null ? Json.MAPPER.createObjectNode() : result);
  }
}
