package dev.ingot.server.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The RFC 6902 operations (add, remove, replace) that turn one value into another. Of arrays the
 * equal elements at both ends stay, those between are compared by position.
 */
final class JsonDifference {
  /** Beyond this many the value is replaced as a whole. */
  private static final int MAX_OPERATIONS = 200;

  private final List<Operation> operations = new ArrayList<>();

  private JsonDifference() {}

  /**
   * One operation.
   *
   * @param path dotted, as filters write it
   * @param pointer RFC 6901
   * @param value null for a removal
   */
  record Operation(String word, String path, String pointer, @Nullable JsonNode value) {
    ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("op", word).put("path", pointer);
      if (value != null) {
        json.set("value", value);
      }
      return json;
    }
  }

  /**
   * What turns one into the other, in the order in which it must be done.
   *
   * @param name the key under which both stand in a document
   * @param from null if there was none
   * @param to null if there is none any more
   */
  static List<Operation> between(String name, @Nullable JsonNode from, @Nullable JsonNode to) {
    Place root = new Place("", "").below(name);
    JsonDifference difference = new JsonDifference();
    difference.compare(root, from, to);
    return difference.operations.size() > MAX_OPERATIONS && to != null
        ? List.of(new Operation("replace", root.path, root.pointer, to))
        : difference.operations;
  }

  private record Place(String path, String pointer) {
    Place below(String key) {
      return new Place(
          path.isEmpty() ? key : path + "." + key,
          pointer + "/" + key.replace("~", "~0").replace("/", "~1"));
    }
  }

  private void compare(Place place, @Nullable JsonNode from, @Nullable JsonNode to) {
    if (from == null && to == null) {
      return;
    }
    if (from == null) {
      operations.add(new Operation("add", place.path, place.pointer, to));
    } else if (to == null) {
      operations.add(new Operation("remove", place.path, place.pointer, null));
    } else if (from instanceof ObjectNode before && to instanceof ObjectNode after) {
      objects(place, before, after);
    } else if (from instanceof ArrayNode before && to instanceof ArrayNode after) {
      arrays(place, before, after);
    } else if (!same(from, to)) {
      operations.add(new Operation("replace", place.path, place.pointer, to));
    }
  }

  private void objects(Place place, ObjectNode from, ObjectNode to) {
    for (Map.Entry<String, JsonNode> entry : from.properties()) {
      compare(place.below(entry.getKey()), entry.getValue(), to.get(entry.getKey()));
    }
    for (Map.Entry<String, JsonNode> entry : to.properties()) {
      if (!from.has(entry.getKey())) {
        compare(place.below(entry.getKey()), null, entry.getValue());
      }
    }
  }

  private void arrays(Place place, ArrayNode from, ArrayNode to) {
    int shorter = Math.min(from.size(), to.size());
    int start = 0;
    while (start < shorter && same(from.path(start), to.path(start))) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && same(from.path(from.size() - 1 - end), to.path(to.size() - 1 - end))) {
      end++;
    }
    int common = shorter - start - end;
    for (int i = start; i < start + common; i++) {
      compare(place.below(Integer.toString(i)), from.path(i), to.path(i));
    }
    // From the last on, so that what stays keeps its index until its turn.
    for (int i = from.size() - end - 1; i >= start + common; i--) {
      compare(place.below(Integer.toString(i)), from.path(i), null);
    }
    for (int i = start + common; i < to.size() - end; i++) {
      compare(place.below(Integer.toString(i)), null, to.path(i));
    }
  }

  /** Numbers by value: PostgreSQL writes 1e2 as 100. */
  private static boolean same(JsonNode left, JsonNode right) {
    return left.equals(JsonDifference::order, right);
  }

  private static int order(JsonNode left, JsonNode right) {
    boolean equal =
        (left.isNumber() && right.isNumber())
            ? left.decimalValue().compareTo(right.decimalValue()) == 0
            : left.equals(right);
    return equal ? 0 : 1;
  }
}
