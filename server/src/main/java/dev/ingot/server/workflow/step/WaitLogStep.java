package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Waits until the node logs a line that has a text in it, after the step began. */
final class WaitLogStep implements StepType {
  private static final Duration LOOK = Duration.ofSeconds(2);

  @Override
  public String name() {
    return "wait-log";
  }

  @Override
  public String summary() {
    return "Waits until the node logs a line that has a text in it.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "text",
        "'text': {'type': 'string', 'minLength': 1, 'maxLength': 500}, 'source': {'type':"
            + " 'string'}");
  }

  @Override
  public Progress begin(Beginning step) {
    if (step.node() == null) {
      return new Progress.Failed("wait-log needs a node, and this run has none", null);
    }
    ObjectNode memory = Json.MAPPER.createObjectNode().put("node", step.node());
    memory.put("text", step.text("text", ""));
    if (step.options().has("source")) {
      memory.put("source", step.text("source", ""));
    }
    memory.put("after", last(step.handle(), step.node()));
    return waiting(memory);
  }

  private static long last(Handle handle, String node) {
    return handle
        .createQuery("SELECT coalesce(max(id), 0) FROM log WHERE node = :node")
        .bind("node", node)
        .mapTo(Long.class)
        .one();
  }

  private static Progress waiting(JsonNode memory) {
    return new Progress.Waiting(
        "a log line of node %s with \"%s\""
            .formatted(memory.path("node").asString(), memory.path("text").asString()),
        null,
        LOOK,
        memory);
  }

  @Override
  public Progress look(Look step) {
    JsonNode memory = step.memory();
    String node = memory.path("node").asString();
    ObjectNode found =
        step.handle()
            .createQuery(
                """
                SELECT id, source, message FROM log
                 WHERE node = :node AND id > :after AND strpos(message, :text) > 0
                   AND (:source::text IS NULL OR source = :source)
                 ORDER BY id LIMIT 1
                """)
            .bind("node", node)
            .bind("after", memory.path("after").asLong())
            .bind("text", memory.path("text").asString())
            .bind("source", memory.has("source") ? memory.path("source").asString() : null)
            .map(
                (row, _) ->
                    Json.MAPPER
                        .createObjectNode()
                        .put("id", row.getLong("id"))
                        .put("source", row.getString("source"))
                        .put("message", row.getString("message")))
            .findOne()
            .orElse(null);
    return found == null ? waiting(memory) : new Progress.Succeeded(found);
  }
}
