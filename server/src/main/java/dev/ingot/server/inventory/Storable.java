package dev.ingot.server.inventory;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a jsonb can hold of a value: U+0000 and halves of surrogate pairs become U+FFFD, so that one
 * odd label cannot keep a machine out of the inventory.
 */
public final class Storable {
  private Storable() {}

  /** The value itself if it can be stored as it is. */
  public static JsonNode of(JsonNode value) {
    return isStorable(value) ? value : cleaned(value);
  }

  public static String of(String text) {
    return FieldPath.writable(text) ? text : cleaned(text);
  }

  /**
   * Refuses what a jsonb cannot hold as it is, or a number that no double can.
   *
   * @param path the field that the value is of, or nothing for a whole body
   */
  public static void check(String path, JsonNode value) {
    String inside = path.isEmpty() ? "" : path + ".";
    if (value instanceof ObjectNode object) {
      object.forEachEntry(
          (key, below) -> {
            if (!FieldPath.writable(key)) {
              throw Problem.invalid(shown(path), "has a key with U+0000 or half a surrogate pair");
            }
            check(inside + key, below);
          });
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        check(inside + i, value.path(i));
      }
    } else if (value.isString() && !FieldPath.writable(value.stringValue())) {
      throw Problem.invalid(
          shown(path), "holds U+0000 or half a surrogate pair, which cannot be stored");
    } else if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw Problem.invalid(shown(path), "is a number beyond 1.8e308");
    }
  }

  static String shown(String path) {
    return path.length() > 300 ? path.substring(0, 300) + "…" : path;
  }

  private static boolean isStorable(JsonNode value) {
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (!FieldPath.writable(entry.getKey()) || !isStorable(entry.getValue())) {
          return false;
        }
      }
      return true;
    }
    if (value instanceof ArrayNode array) {
      for (JsonNode element : array) {
        if (!isStorable(element)) {
          return false;
        }
      }
      return true;
    }
    return !value.isString() || FieldPath.writable(value.stringValue());
  }

  private static JsonNode cleaned(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
          kept.set(cleaned(entry.getKey()), cleaned(entry.getValue()));
        }
        yield kept;
      }
      case ArrayNode array -> {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        array.forEach(element -> kept.add(cleaned(element)));
        yield kept;
      }
      default ->
          value.isString()
              ? JsonNodeFactory.instance.stringNode(cleaned(value.stringValue()))
              : value;
    };
  }

  private static String cleaned(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? 0xFFFD : c)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
