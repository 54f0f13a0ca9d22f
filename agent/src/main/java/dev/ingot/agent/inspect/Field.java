package dev.ingot.agent.inspect;

import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One field of a section, for the page in docs and for its class.
 *
 * @param path dotted, array elements left out, {@code *} for any one key
 * @param form {@code integer}, {@code text}, {@code list of text}, …, with its unit
 */
record Field(String path, String form, FieldClass fieldClass, String meaning) {
  static Field identity(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.IDENTITY, meaning);
  }

  static Field config(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.CONFIG, meaning);
  }

  static Field counter(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.COUNTER, meaning);
  }

  static Field reading(String path, String form, String meaning) {
    return new Field(path, form, FieldClass.READING, meaning);
  }

  /**
   * Only what is named by the fields: what a tool says beyond them is in no document. Keys stand in
   * the order in which they were found.
   */
  static JsonNode named(JsonNode content, List<Field> fields) {
    Set<String> paths = new HashSet<>();
    fields.forEach(field -> paths.add(field.path));
    return named(content, "", paths);
  }

  private static JsonNode named(JsonNode node, String path, Set<String> paths) {
    if (node.isArray()) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> kept.add(named(element, path, paths)));
      // A list of which nothing is named is none, and not one of empty objects.
      boolean nothing = kept.valueStream().allMatch(each -> each.isObject() && each.isEmpty());
      return nothing ? JsonNodeFactory.instance.arrayNode() : kept;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    node.forEachEntry(
        (key, value) -> {
          String below = path.isEmpty() ? key : path + "." + key;
          boolean leaf =
              !value.isObject()
                  && !(value.isArray() && value.valueStream().anyMatch(JsonNode::isContainer));
          if (!leaf) {
            JsonNode part = named(value, below, paths);
            if (!part.isEmpty()) {
              kept.set(key, part);
            }
          } else if (paths.contains(below) && !(value.isArray() && value.isEmpty())) {
            kept.set(key, value);
          }
        });
    return kept;
  }

  /** The classes to send with a section: config goes without saying unless a wildcard says else. */
  static FieldClasses classes(List<Field> fields) {
    boolean wildcard =
        fields.stream()
            .anyMatch(field -> field.path.contains("*") && field.fieldClass != FieldClass.CONFIG);
    Map<String, FieldClass> classes = new LinkedHashMap<>();
    for (Field field : fields) {
      if (wildcard || field.fieldClass != FieldClass.CONFIG) {
        classes.put(field.path, field.fieldClass);
      }
    }
    return new FieldClasses(classes);
  }
}
