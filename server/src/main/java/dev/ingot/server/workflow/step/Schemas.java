package dev.ingot.server.workflow.step;

import dev.ingot.core.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Schemas of options, written shortly. */
public final class Schemas {
  private Schemas() {}

  /**
   * An object of these properties and no others.
   *
   * @param required names, divided by blanks
   * @param properties JSON with single quotes, without the outer braces
   */
  public static JsonNode object(String required, String properties) {
    ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object");
    schema.put("additionalProperties", false);
    if (!required.isEmpty()) {
      var names = schema.putArray("required");
      for (String name : required.split(" ", -1)) {
        names.add(name);
      }
    }
    schema.set("properties", Json.read("{" + properties.replace('\'', '"') + "}"));
    return schema;
  }

  /** A time: seconds, or a text such as 90s. */
  public static final String TIME =
      "{'anyOf': [{'type': 'integer', 'minimum': 1}, {'type': 'string', 'pattern':"
          + " '^[0-9]{1,9}(ms|s|m|min|h|d)$'}]}";
}
