package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.definition.Fields;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.machine.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Waits for a time: a length, or a moment. */
final class SleepStep implements StepType {
  @Override
  public String name() {
    return "sleep";
  }

  @Override
  public String summary() {
    return "Waits for so long, or until a moment (RFC 3339).";
  }

  @Override
  public JsonNode options() {
    ObjectNode schema =
        (ObjectNode)
            Schemas.object("", "'time': " + Schemas.TIME + ", 'until': {'type': 'string'}");
    schema.set("oneOf", Json.read("[{\"required\":[\"time\"]},{\"required\":[\"until\"]}]"));
    return schema;
  }

  @Override
  public Progress begin(Beginning step) {
    Instant until;
    if (step.options().has("until")) {
      String text = step.text("until", "");
      try {
        until = OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        return new Progress.Failed(
            "until: " + text + " is no moment such as 2026-01-02T03:04:05Z", null);
      }
    } else {
      Duration time = Fields.time(step.options().path("time"));
      until = step.now().plus(time == null ? Duration.ZERO : time);
    }
    return until(until, step.now());
  }

  private static Progress until(Instant until, Instant now) {
    ObjectNode memory = Json.MAPPER.createObjectNode().put("until", until.toString());
    return until.isAfter(now)
        ? new Progress.Waiting(
            Times.text(Duration.ofSeconds(Duration.between(now, until).plusMillis(999).toSeconds()))
                + " to pass",
            null,
            Duration.between(now, until),
            memory)
        : new Progress.Succeeded(memory);
  }

  @Override
  public Instant comesAt(JsonNode memory) {
    return Instant.parse(memory.path("until").asString());
  }

  @Override
  public Progress look(Look step) {
    return until(comesAt(step.memory()), step.now());
  }
}
