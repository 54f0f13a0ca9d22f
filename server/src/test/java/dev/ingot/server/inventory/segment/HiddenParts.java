package dev.ingot.server.inventory.segment;

import dev.ingot.server.access.PathGrants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random documents of few keys and values, and others that differ from one in hidden parts alone.
 */
final class HiddenParts {
  /** What machines say. */
  static final List<String> OBSERVED =
      List.of("dmi", "cpu", "interfaces", "mem", "raid", "secret", "0");

  /** What people write: of a section that machines do not say, so that it is served. */
  static final List<String> WRITTEN = List.of("asset", "site", "contract");

  static final List<String> KEYS =
      List.of(
          "sys_vendor", "product_serial", "driver", "address", "lldp", "version", "x", "0", "1");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<String> sections;
  private final PathGrants grants;
  private final RandomGenerator random;

  HiddenParts(List<String> sections, PathGrants grants, RandomGenerator random) {
    this.sections = sections;
    this.grants = grants;
    this.random = random;
  }

  ObjectNode document() {
    ObjectNode document = JSON.objectNode();
    for (String section : sections) {
      if (random.nextInt(4) > 0) {
        document.set(section, value(3));
      }
    }
    return document;
  }

  JsonNode value(int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(4);
    return switch (kind) {
      case 0 -> scalar();
      case 1 -> {
        ArrayNode array = JSON.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          object.set(KEYS.get(random.nextInt(KEYS.size())), value(depth - 1));
        }
        yield object;
      }
    };
  }

  JsonNode scalar() {
    return switch (random.nextInt(6)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2, 3 -> JSON.numberNode(random.nextInt(3));
      default -> JSON.stringNode(random.nextBoolean() ? "a" : "b");
    };
  }

  /** Another document of which the same may be read. */
  ObjectNode other(ObjectNode document) {
    return object(document, List.of());
  }

  private ObjectNode object(ObjectNode object, List<String> path) {
    ObjectNode other = JSON.objectNode();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode value = field(entry.getValue(), below(path, entry.getKey()));
      if (value != null) {
        other.set(entry.getKey(), value);
      }
    }
    for (String key : path.isEmpty() ? sections : KEYS) {
      if (!object.has(key) && random.nextInt(3) == 0 && !grants.reaches(below(path, key))) {
        other.set(key, value(2));
      }
    }
    return other;
  }

  private @Nullable JsonNode field(JsonNode value, List<String> path) {
    if (grants.covers(path)) {
      return value;
    }
    if (!grants.reaches(path)) {
      return random.nextInt(3) == 0 ? null : value(2);
    }
    if (value.isArray()) {
      return array(value, path);
    }
    ObjectNode below =
        value instanceof ObjectNode object ? object(object, path) : JSON.objectNode();
    boolean nothing = grants.prune(at(path, below)).isEmpty();
    return !nothing || random.nextBoolean() ? below : random.nextBoolean() ? scalar() : null;
  }

  private ArrayNode array(JsonNode array, List<String> path) {
    ArrayNode other = JSON.arrayNode();
    for (JsonNode element : array) {
      other.add(
          element instanceof ObjectNode object
              ? object(object, path)
              : element.isArray() ? array(element, path) : scalar());
    }
    return other;
  }

  private static ObjectNode at(List<String> path, JsonNode value) {
    JsonNode nested = value;
    for (String key : path.reversed()) {
      nested = JSON.objectNode().set(key, nested);
    }
    return (ObjectNode) nested;
  }

  private static List<String> below(List<String> path, String key) {
    List<String> below = new ArrayList<>(path);
    below.add(key);
    return below;
  }
}
