package dev.ingot.server.inventory.views;

import dev.ingot.server.problem.Problem;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts values where {@code {"$parameter": "name"}} stands. */
final class Substitution {
  private static final String WORD = "$parameter";

  private final Map<String, JsonNode> values;
  private final Set<String> used = new HashSet<>();

  Substitution(Map<String, JsonNode> values) {
    this.values = values;
  }

  /** The names that were met. */
  Set<String> used() {
    return used;
  }

  JsonNode in(JsonNode json, String field) {
    if (json instanceof ArrayNode array) {
      ArrayNode result = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        result.add(in(element, field + "." + result.size()));
      }
      return result;
    }
    if (!(json instanceof ObjectNode object)) {
      return json;
    }
    if (object.has(WORD)) {
      return value(object, field);
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    object.forEachEntry((key, below) -> result.set(key, in(below, field + "." + key)));
    return result;
  }

  private JsonNode value(ObjectNode object, String field) {
    JsonNode name = object.path(WORD);
    if (object.size() != 1 || !name.isString()) {
      throw Problem.invalid(field, "a parameter stands alone: {\"" + WORD + "\": \"its name\"}");
    }
    JsonNode value = values.get(name.stringValue());
    if (value == null) {
      throw Problem.invalid(
          field, "the parameter " + name.stringValue() + " is not among the view's parameters");
    }
    used.add(name.stringValue());
    return value;
  }
}
