package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Switches the node. Nothing else does while the run has it, so that switching it again after a
 * server's death does no more than the first time: it ends as it was asked to.
 */
final class PowerStep implements StepType {
  private final PowerControl power;

  PowerStep(PowerControl power) {
    this.power = power;
  }

  @Override
  public String name() {
    return "power";
  }

  @Override
  public String summary() {
    return "Switches the node on or off, or off and on again (cycle).";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "action", "'action': {'enum': ['on', 'off', 'cycle', 'status']}" + Protection.OPTION);
  }

  @Override
  public boolean isDestructive() {
    return true;
  }

  @Override
  public Progress begin(Beginning step) {
    String node = step.node();
    if (node == null) {
      return new Progress.Failed("power needs a node, and this run has none", null);
    }
    Progress.Failed refusal = Protection.refusal(step);
    if (refusal != null) {
      return refusal;
    }
    ObjectNode memory = Json.MAPPER.createObjectNode().put("action", step.text("action", "status"));
    // What waits for the node to be back can tell by it.
    WaitAgentStep.presence(step.handle(), node)
        .ifPresent(now -> memory.put("bootIdBefore", now.bootId()));
    return new Progress.Acting("switches node " + node + ": " + step.text("action", ""), memory);
  }

  @Override
  public Progress act(Act step) throws InterruptedException {
    String node = String.valueOf(step.node());
    ObjectNode result = Json.MAPPER.createObjectNode();
    result.put("bootIdBefore", step.memory().path("bootIdBefore").asString(""));
    try {
      switch (step.memory().path("action").asString()) {
        case "on" -> power.set(node, true);
        case "off" -> power.set(node, false);
        case "cycle" -> {
          power.set(node, false);
          power.set(node, true);
        }
        default -> {}
      }
      return new Progress.Succeeded(result.put("on", power.isOn(node)));
    } catch (PowerControl.PowerException e) {
      return new Progress.Failed(String.valueOf(e.getMessage()), null);
    }
  }
}
