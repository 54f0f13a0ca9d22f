package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Waits until somebody who has its token calls back; what came before it began counts. */
final class WaitCallbackStep implements StepType {
  private static final Duration LOOK = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "wait-callback";
  }

  @Override
  public String summary() {
    return "Waits until somebody posts to its path, {{ callbacks.NAME.path }}; the body is its"
        + " result.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "",
        "'failOn': {'type': 'string', 'description': 'A field of the body;"
            + " when it is true the step fails'}");
  }

  @Override
  public Progress begin(Beginning step) {
    // What an earlier attempt has taken is not for this one.
    step.handle()
        .execute(
            "DELETE FROM run_callback WHERE run = ? AND step = ? AND taken",
            step.run().id(),
            step.place());
    return look(
        step.handle(),
        step.run().id(),
        step.place(),
        Json.MAPPER.createObjectNode().put("failOn", step.text("failOn", "")));
  }

  @Override
  public Progress look(Look step) {
    return look(step.handle(), step.run(), step.place(), step.memory());
  }

  private static Progress look(Handle handle, long run, int place, JsonNode memory) {
    JsonNode body =
        handle
            .createQuery(
                "UPDATE run_callback SET taken = true"
                    + " WHERE run = :run AND step = :step AND NOT taken RETURNING body")
            .bind("run", run)
            .bind("step", place)
            .mapTo(String.class)
            .findOne()
            .map(Json::read)
            .orElse(null);
    if (body == null) {
      return new Progress.Waiting("a callback", null, LOOK, memory);
    }
    String failOn = memory.path("failOn").asString("");
    return !failOn.isEmpty() && body.path(failOn).asBoolean(false)
        ? new Progress.Failed("the callback says " + failOn, body)
        : new Progress.Succeeded(body);
  }
}
