package dev.ingot.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The classes of a section's fields, by pattern: a dotted path from the section's root, array
 * elements left out, {@code *} for any one key (for cpu, a list of sockets: {@code
 * frequency.current}). A pattern covers everything below it; the longest that fits decides, of two
 * equally long the one with fewer {@code *}.
 */
public record FieldClasses(@JsonValue Map<String, FieldClass> byPattern) {
  public static final FieldClasses ALL_CONFIG = new FieldClasses(Map.of());

  @JsonCreator
  public FieldClasses {
    byPattern = Map.copyOf(byPattern);
  }

  /** The class of the field at a dotted path without array indexes. */
  public FieldClass of(String path) {
    FieldClass found = FieldClass.CONFIG;
    int closest = 0;
    String[] keys = path.split("\\.", -1);
    for (Map.Entry<String, FieldClass> entry : byPattern.entrySet()) {
      String[] pattern = entry.getKey().split("\\.", -1);
      int closeness = closeness(pattern);
      if (closeness > closest && covers(pattern, keys)) {
        closest = closeness;
        found = entry.getValue();
      }
    }
    return found;
  }

  private static int closeness(String[] pattern) {
    int literals = 0;
    for (String key : pattern) {
      if (!key.equals("*")) {
        literals++;
      }
    }
    return pattern.length * 1000 + literals;
  }

  private static boolean covers(String[] pattern, String[] keys) {
    if (pattern.length > keys.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].equals("*") && !pattern[i].equals(keys[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * The content without its counters and readings, keys sorted: two contents with equal stable
   * parts differ by no change.
   */
  public JsonNode stable(JsonNode content) {
    return stable(content, "");
  }

  private JsonNode stable(JsonNode node, String path) {
    return switch (node) {
      case ObjectNode object -> {
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        object.forEachEntry(sorted::put);
        sorted.forEach(
            (key, value) -> {
              String below = path.isEmpty() ? key : path + "." + key;
              boolean leaf = !value.isContainer();
              if (!leaf || of(below).makesAChange()) {
                JsonNode part = stable(value, below);
                if (leaf || value.isEmpty() || !part.isEmpty()) {
                  kept.set(key, part);
                }
              }
            });
        yield kept;
      }
      case ArrayNode array -> {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        if (path.isEmpty()
            || of(path).makesAChange()
            || array.valueStream().anyMatch(JsonNode::isContainer)) {
          array.forEach(element -> kept.add(stable(element, path)));
        }
        yield kept;
      }
      default -> node;
    };
  }
}
