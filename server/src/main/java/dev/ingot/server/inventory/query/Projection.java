package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which fields of a document are shown: either those that are named or all but those. As in MongoDB
 * a path goes through arrays, and a key of digits is a key. {@code mercury_id} is shown unless it
 * is excluded.
 */
final class Projection {
  private static final int MAX_PATHS = 100;

  private final Node root;
  private final boolean including;

  private Projection(Node root, boolean including) {
    this.root = root;
    this.including = including;
  }

  /** A tree of keys; one without children stands for everything below it. */
  private record Node(Map<String, Node> children) {
    Node() {
      this(new LinkedHashMap<>());
    }
  }

  static Projection everything() {
    return new Projection(new Node(), false);
  }

  static Projection parse(JsonNode projection) {
    if (!projection.isObject() || projection.size() > MAX_PATHS) {
      throw Problem.invalid(
          "projection", "a projection is an object of at most 100 paths, e.g. {\"dmi\": 1}");
    }
    Node root = new Node();
    Boolean including = null;
    for (Map.Entry<String, JsonNode> entry : projection.properties()) {
      String field = "projection." + entry.getKey();
      boolean include = switchOf(entry.getValue(), field);
      FieldPath path = FieldPath.parse(entry.getKey(), field);
      boolean isId = path.keys().equals(java.util.List.of("mercury_id"));
      if (!isId || projection.size() == 1) {
        if (including != null && including != include) {
          throw Problem.invalid(field, "fields are either all included or all excluded");
        }
        including = include;
      }
      if (!isId || !include) {
        add(root, path, field);
      }
    }
    return including == null || !including
        ? new Projection(root, false)
        : new Projection(withoutId(root, projection), true);
  }

  private static Node withoutId(Node root, JsonNode projection) {
    JsonNode id = projection.path("mercury_id");
    root.children.remove("mercury_id");
    if (id.isMissingNode() || switchOf(id, "projection.mercury_id")) {
      root.children.put("mercury_id", new Node());
    }
    return root;
  }

  private static boolean switchOf(JsonNode value, String field) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber()) {
      return value.doubleValue() != 0;
    }
    throw Problem.invalid(field, "must be 1 or true to include, 0 or false to exclude");
  }

  private static void add(Node root, FieldPath path, String field) {
    Node at = root;
    for (int i = 0; i < path.keys().size(); i++) {
      boolean known = at.children.containsKey(path.keys().get(i));
      boolean last = i == path.keys().size() - 1;
      Node next = at.children.computeIfAbsent(path.keys().get(i), _ -> new Node());
      if (known && (last || next.children.isEmpty())) {
        throw Problem.invalid(field, "another path of the projection is above or below this one");
      }
      at = next;
    }
  }

  /** Whether the node's attributes are asked for. */
  boolean showsNode() {
    return including && root.children.containsKey("node");
  }

  boolean isEverything() {
    return !including && root.children.isEmpty();
  }

  JsonNode of(JsonNode document) {
    return isEverything()
        ? document
        : including ? included(document, root) : excluded(document, root);
  }

  private static JsonNode included(JsonNode value, Node node) {
    if (node.children.isEmpty()) {
      return value;
    }
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : array) {
        if (element.isContainer()) {
          kept.add(included(element, node));
        }
      }
      return kept;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    value.forEachEntry(
        (key, below) -> {
          Node child = node.children.get(key);
          if (child != null && (child.children.isEmpty() || below.isContainer())) {
            kept.set(key, included(below, child));
          }
        });
    return kept;
  }

  private static JsonNode excluded(JsonNode value, Node node) {
    if (value instanceof ArrayNode array) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      array.forEach(element -> kept.add(excluded(element, node)));
      return kept;
    }
    if (!value.isObject()) {
      return value;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    value.forEachEntry(
        (key, below) -> {
          Node child = node.children.get(key);
          if (child == null) {
            kept.set(key, below);
          } else if (!child.children.isEmpty()) {
            kept.set(key, excluded(below, child));
          }
        });
    return kept;
  }
}
