package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.workflow.machine.Progress;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Tells whoever follows events: webhooks, the broker, people. */
final class NotifyStep implements StepType {
  private final Outbox outbox;

  NotifyStep(Outbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public String name() {
    return "notify";
  }

  @Override
  public String summary() {
    return "Sends an event run.notice, which webhooks, the broker and people may follow.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "message",
        "'message': {'type': 'string', 'maxLength': 4000}, 'severity': {'enum': ['information',"
            + " 'warning', 'critical']}, 'data': {'type': 'object'}");
  }

  @Override
  public Progress begin(Beginning step) {
    ObjectNode data =
        Json.MAPPER
            .createObjectNode()
            .put("workflow", step.run().workflow())
            .put("step", step.step().name())
            .put("message", step.text("message", ""));
    if (step.options().has("data")) {
      data.set("data", step.options().path("data"));
    }
    outbox.append(
        step.handle(),
        new NewEvent(
            "run",
            "notice",
            Severity.valueOf(step.text("severity", "information").toUpperCase(Locale.ROOT)),
            String.valueOf(step.run().id()),
            step.node(),
            data));
    return new Progress.Succeeded(Json.MAPPER.createObjectNode());
  }
}
