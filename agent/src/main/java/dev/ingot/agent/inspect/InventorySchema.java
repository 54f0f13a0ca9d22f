package dev.ingot.agent.inspect;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schema (2020-12) of the documents, made from the inspectors' fields. */
final class InventorySchema {
  private InventorySchema() {}

  static ObjectNode of(List<Inspector> inspectors) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Ingot inventory document");
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("mercury_id").put("type", "string");
    properties.putObject("identity").put("type", "object");
    properties
        .putObject("failures")
        .put("type", "object")
        .putObject("additionalProperties")
        .put("type", "string");
    for (Inspector inspector : inspectors) {
      ObjectNode fields = JsonNodeFactory.instance.objectNode();
      ObjectNode section = object(fields, inspector.meaning());
      inspector.fields().forEach(field -> add(section, field));
      // A list of such, where the section is one; which it is, is in its meaning.
      ObjectNode either = properties.putObject(inspector.name());
      boolean list =
          inspector.meaning().startsWith("a list")
              || inspector.meaning().startsWith("the list")
              || inspector.meaning().contains("a list of");
      either.put("description", inspector.meaning());
      ObjectNode array = JsonNodeFactory.instance.objectNode();
      array.put("type", "array");
      array.set("items", section);
      if (list) {
        array.forEachEntry(either::set);
      } else {
        either.putArray("anyOf").add(section).add(array);
      }
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static ObjectNode object(ObjectNode properties, String description) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("type", "object");
    object.put("description", description);
    object.set("properties", properties);
    object.put("additionalProperties", false);
    return object;
  }

  private static void add(ObjectNode section, Field field) {
    ObjectNode at = section;
    String[] keys = field.path().split("\\.", -1);
    for (int i = 0; i < keys.length; i++) {
      boolean last = i == keys.length - 1;
      if (keys[i].equals("*")) {
        at.set("additionalProperties", last ? leaf(field) : group(at.path("additionalProperties")));
        at = (ObjectNode) at.path("additionalProperties");
      } else {
        ObjectNode properties = (ObjectNode) at.path("properties");
        if (last) {
          if (!properties.has(keys[i])) {
            properties.set(keys[i], leaf(field));
          }
          return;
        }
        properties.set(keys[i], group(properties.path(keys[i])));
        at = (ObjectNode) properties.path(keys[i]).path("anyOf").path(0);
      }
    }
  }

  /** Below a key with fields of its own stands one object or a list of such. */
  private static ObjectNode group(tools.jackson.databind.JsonNode before) {
    if (before.has("anyOf")) {
      return (ObjectNode) before;
    }
    ObjectNode object = object(JsonNodeFactory.instance.objectNode(), "");
    object.remove("description");
    ObjectNode group = JsonNodeFactory.instance.objectNode();
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("type", "array");
    list.set("items", object);
    group.putArray("anyOf").add(object).add(list);
    return group;
  }

  private static ObjectNode leaf(Field field) {
    ObjectNode leaf = JsonNodeFactory.instance.objectNode();
    String form = field.form().toLowerCase(Locale.ROOT);
    if (form.startsWith("list")) {
      leaf.put("type", "array");
    } else if (form.startsWith("true or false")) {
      leaf.put("type", "boolean");
    } else if (form.contains("text")
        || form.equals("mac")
        || form.contains("hexadecimal")
        || form.contains("uuid")) {
      leaf.put("type", "string");
    } else {
      leaf.put("type", "number");
    }
    leaf.put(
        "description",
        field.meaning()
            + " ("
            + field.form()
            + ", "
            + field.fieldClass().name().toLowerCase(Locale.ROOT)
            + ")");
    return leaf;
  }
}
