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
    return ClassWalk.over(byPattern).below(path).found();
  }

  /**
   * The content without its counters and readings, keys sorted: two contents with equal stable
   * parts differ by no change.
   */
  public JsonNode stable(JsonNode content) {
    return stable(content, ClassWalk.over(byPattern));
  }

  private static JsonNode stable(JsonNode node, ClassWalk place) {
    return switch (node) {
      case ObjectNode object -> stableObject(object, place);
      case ArrayNode array -> {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode(array.size());
        if (place.depth() == 0
            || place.found().makesAChange()
            || array.valueStream().anyMatch(JsonNode::isContainer)) {
          array.forEach(element -> kept.add(stable(element, place)));
        }
        yield kept;
      }
      default -> node;
    };
  }

  private static ObjectNode stableObject(ObjectNode object, ClassWalk place) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    object.forEachEntry(sorted::put);
    sorted.forEach(
        (key, value) -> {
          ClassWalk below = place.below(key);
          if (!value.isContainer()) {
            if (below.found().makesAChange()) {
              kept.set(key, value);
            }
            return;
          }
          JsonNode part = stable(value, below);
          if (value.isEmpty() || !part.isEmpty()) {
            kept.set(key, part);
          }
        });
    return kept;
  }
}
