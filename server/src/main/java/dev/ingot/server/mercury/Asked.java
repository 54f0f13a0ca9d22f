package dev.ingot.server.mercury;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Questions to Mercury's inventory as questions to ours: {@code _id} is {@code mercury_id}, and
 * {@code active} is there exactly while the node is connected ({@code node.online}). What Mercury
 * keeps below {@code active} and {@code boot} is shown, not searched; {@code origin} is the same in
 * all documents.
 */
final class Asked {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> SHOWN_ONLY = Set.of("active", "boot");
  private static final Set<String> LOGICAL = Set.of("$and", "$or", "$nor");
  private static final int DEEPEST = 32;

  private Asked() {}

  /**
   * A filter.
   *
   * @param origin what every document says of where it is
   */
  static ObjectNode filter(JsonNode filter, JsonNode origin) {
    return filter(filter, origin, 0);
  }

  private static ObjectNode filter(JsonNode filter, JsonNode origin, int depth) {
    if (!filter.isObject()) {
      throw new Refused("the query is not a map");
    }
    if (depth > DEEPEST) {
      throw new Refused("the query is deeper than " + DEEPEST);
    }
    List<JsonNode> conditions = new ArrayList<>();
    filter.forEachEntry((key, value) -> conditions.add(condition(key, value, origin, depth)));
    if (conditions.size() == 1 && conditions.getFirst() instanceof ObjectNode only) {
      return only;
    }
    ObjectNode all = NODES.objectNode();
    if (!conditions.isEmpty()) {
      all.putArray("$and").addAll(conditions);
    }
    return all;
  }

  private static ObjectNode condition(String key, JsonNode value, JsonNode origin, int depth) {
    if (LOGICAL.contains(key) && value.isArray()) {
      ArrayNode each = NODES.arrayNode();
      value.forEach(one -> each.add(filter(one, origin, depth + 1)));
      return one(key, each);
    }
    if (key.equals("active")) {
      return one("node.online", NODES.booleanNode(active(value)));
    }
    String first = key.contains(".") ? key.substring(0, key.indexOf('.')) : key;
    if (first.equals("origin")) {
      // An empty condition holds for all; no document has an empty id.
      return OriginCondition.holds(origin, key, value)
          ? NODES.objectNode()
          : one("mercury_id", NODES.stringNode(""));
    }
    if (SHOWN_ONLY.contains(first)) {
      throw new Refused(
          Wording.shown(key) + " cannot be searched here; active alone can, for null or not null");
    }
    return one(path(key), value);
  }

  private static ObjectNode one(String key, JsonNode value) {
    ObjectNode object = NODES.objectNode();
    object.set(key, value);
    return object;
  }

  /** Whether a condition on {@code active} wants one that is there. */
  private static boolean active(JsonNode value) {
    if (value.isNull()) {
      return false;
    }
    if (value.isObject() && value.size() == 1) {
      JsonNode operand = value.iterator().next();
      String operator = value.propertyNames().iterator().next();
      if (operator.equals("$ne") && operand.isNull()) {
        return true;
      }
      if (operator.equals("$eq") && operand.isNull()) {
        return false;
      }
      if (operator.equals("$exists") && operand.isBoolean()) {
        return operand.booleanValue();
      }
    }
    throw new Refused("active can be null, {\"$eq\": null}, {\"$ne\": null} or {\"$exists\": …}");
  }

  private static String path(String path) {
    return path.equals("_id") ? "mercury_id" : path;
  }

  /**
   * The keys that a page is sorted by: one, then the id.
   *
   * @param key null: by id
   */
  static ObjectNode sort(@Nullable String key, boolean descending) {
    if (key != null && (SHOWN_ONLY.contains(key) || key.equals("origin"))) {
      throw new Refused(key + " cannot be sorted by");
    }
    return NODES.objectNode().put(key == null ? "mercury_id" : path(key), descending ? -1 : 1);
  }

  /**
   * What follows the last page, as Mercury has it: what sorts after a value.
   *
   * @return the filter with it, or as it was when it asks for that key itself
   */
  static ObjectNode after(
      ObjectNode filter, JsonNode query, @Nullable String key, boolean descending, JsonNode last) {
    String theirs = key == null ? "_id" : key;
    if (query.has(theirs)) {
      return filter;
    }
    String path = path(theirs);
    ObjectNode both = NODES.objectNode();
    ArrayNode conditions = both.putArray("$and").add(filter);
    conditions.addObject().putObject(path).set(descending ? "$lt" : "$gt", last);
    return both;
  }
}
