package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Waits for an event that comes after it began. It reads the events itself from the position at
 * which it began, so that none is missed however it is woken.
 */
final class WaitEventStep implements StepType {
  private static final Duration LOOK = Duration.ofSeconds(60);
  private static final int MOST = 200;

  @Override
  public String name() {
    return "wait-event";
  }

  @Override
  public String summary() {
    return "Waits for an event of a type and action, of its node or any, whose data fit.";
  }

  @Override
  public JsonNode options() {
    return Schemas.object(
        "event",
        "'event': {'type': 'string', 'pattern': '^[a-z-]+[.][a-z-]+$'}, 'ofAnyNode': {'type':"
            + " 'boolean'}, 'typeId': {'type': 'string'}, 'data': {'type': 'object', 'description':"
            + " 'Every field of it must be the same in the data of the event'}");
  }

  @Override
  public Progress begin(Beginning step) {
    ObjectNode memory = Json.MAPPER.createObjectNode();
    memory.set("wanted", step.options());
    boolean any = step.node() == null || step.options().path("ofAnyNode").asBoolean(false);
    memory.put("node", any ? null : step.node());
    long last =
        step.handle().createQuery("SELECT last FROM event_position").mapTo(Long.class).one();
    memory.put("after", last);
    return waiting(memory, Duration.ofSeconds(1));
  }

  private static Progress waiting(ObjectNode memory, Duration look) {
    String event = memory.path("wanted").path("event").asString();
    JsonNode node = memory.path("node");
    return new Progress.Waiting(
        "an event " + event + (node.isString() ? " of node " + node.asString() : ""),
        "event:" + event + (node.isString() ? ":" + node.asString() : ""),
        look,
        memory);
  }

  private record Found(long position, Map<String, JsonNode> fields) {}

  @Override
  public Progress look(Look step) {
    ObjectNode memory = (ObjectNode) step.memory().deepCopy();
    while (true) {
      List<Found> found = after(step.handle(), memory);
      for (Found each : found) {
        if (fits(memory.path("wanted"), each)) {
          ObjectNode result = Json.MAPPER.createObjectNode().put("position", each.position());
          each.fields().forEach(result::set);
          return new Progress.Succeeded(result);
        }
        memory.put("after", each.position());
      }
      if (found.size() < MOST) {
        return waiting(memory, LOOK);
      }
    }
  }

  private static List<Found> after(Handle handle, JsonNode memory) {
    String[] event = memory.path("wanted").path("event").asString().split("\\.", 2);
    return handle
        .createQuery(
            """
            SELECT position, type_id, node_id, severity, data FROM event
             WHERE position > :after AND type = :type AND action = :action
               AND (:node::text IS NULL OR node_id = :node)
             ORDER BY position LIMIT :most
            """)
        .bind("after", memory.path("after").asLong())
        .bind("type", event[0])
        .bind("action", event[1])
        .bind("node", memory.path("node").isString() ? memory.path("node").asString() : null)
        .bind("most", MOST)
        .map(
            (row, _) -> {
              String node = row.getString("node_id");
              ObjectNode fields =
                  Json.MAPPER
                      .createObjectNode()
                      .put("typeId", row.getString("type_id"))
                      .put("node", node)
                      .put("severity", row.getString("severity"));
              fields.set("data", Json.read(row.getString("data")));
              Map<String, JsonNode> all = new java.util.LinkedHashMap<>();
              fields.forEachEntry(all::put);
              return new Found(row.getLong("position"), all);
            })
        .list();
  }

  private static boolean fits(JsonNode wanted, Found event) {
    JsonNode typeId = wanted.path("typeId");
    JsonNode data = event.fields().get("data");
    return (typeId.isMissingNode() || typeId.equals(event.fields().get("typeId")))
        && wanted
            .path("data")
            .propertyStream()
            .allMatch(each -> data != null && each.getValue().equals(data.get(each.getKey())));
  }
}
