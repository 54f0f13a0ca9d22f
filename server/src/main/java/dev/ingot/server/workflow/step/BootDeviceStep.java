package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import tools.jackson.databind.JsonNode;

/** Says what the node boots. */
final class BootDeviceStep implements StepType {
  private final PowerControl power;

  BootDeviceStep(PowerControl power) {
    this.power = power;
  }

  @Override
  public String name() {
    return "boot-device";
  }

  @Override
  public String summary() {
    return "Says from what the node boots, the next time or always.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "device",
        "'device': {'enum': ['network', 'disk', 'firmware']}, 'once': {'type': 'boolean'}"
            + Protection.OPTION);
  }

  @Override
  public boolean isDestructive() {
    return true;
  }

  @Override
  public Progress begin(Beginning step) {
    Progress.Failed refusal = Protection.refusal(step);
    if (refusal != null) {
      return refusal;
    }
    return new Progress.Acting(
        "lets the node boot from " + step.text("device", ""), step.options());
  }

  @Override
  public Progress act(Act step) throws InterruptedException {
    try {
      power.bootFrom(
          String.valueOf(step.node()),
          step.memory().path("device").asString(),
          step.memory().path("once").asBoolean(true));
      return new Progress.Succeeded(Json.MAPPER.createObjectNode());
    } catch (PowerControl.PowerException e) {
      return new Progress.Failed(String.valueOf(e.getMessage()), null);
    }
  }
}
