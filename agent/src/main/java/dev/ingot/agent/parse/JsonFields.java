package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Values of JSON by their names, whichever way a version of a tool writes them. */
final class JsonFields {
  private JsonFields() {}

  /** What a value says; null if it says that there is nothing, or is a list or object. */
  static @Nullable String text(JsonNode node, String... names) {
    for (String name : names) {
      String value = text(node.path(name));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  static @Nullable String text(JsonNode value) {
    if (value.isContainer() || value.isNull() || value.isMissingNode()) {
      return null;
    }
    return Text.known(value.asString(""));
  }

  /** A whole number, also in quotes, also with a fraction of zero. */
  static @Nullable Long number(JsonNode node, String... names) {
    for (String name : names) {
      Long value = number(node.path(name));
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  static @Nullable Long number(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? Long.valueOf(value.asLong()) : null;
    }
    if (value.isNumber()) {
      double number = value.asDouble();
      return Double.isFinite(number) && Math.abs(number) < 9e18
          ? Long.valueOf(Math.round(number))
          : null;
    }
    return value.isString() ? Text.number(value.asString()) : null;
  }

  static @Nullable Double decimal(JsonNode node, String... names) {
    for (String name : names) {
      JsonNode value = node.path(name);
      if (value.isNumber()) {
        return value.asDouble();
      }
      Double read = value.isString() ? Text.decimal(value.asString()) : null;
      if (read != null) {
        return read;
      }
    }
    return null;
  }

  static @Nullable Boolean flag(JsonNode node, String... names) {
    for (String name : names) {
      JsonNode value = node.path(name);
      if (value.isBoolean()) {
        return value.asBoolean();
      }
      Boolean read =
          (value.isContainer() || value.isMissingNode()) ? null : Text.flag(value.asString(""));
      if (read != null) {
        return read;
      }
    }
    return null;
  }

  /** A list, or the one thing that stands in its place. */
  static List<JsonNode> list(JsonNode value) {
    List<JsonNode> all = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(all::add);
    } else if (!value.isMissingNode() && !value.isNull()) {
      all.add(value);
    }
    return all;
  }

  static Map<String, JsonNode> entries(JsonNode object) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    if (object.isObject()) {
      object.forEachEntry(all::put);
    }
    return all;
  }

  /** The values of an object, but for some of its keys, as the tool writes them. */
  static ObjectNode other(JsonNode object, Set<String> known) {
    Fields other = new Fields();
    entries(object)
        .forEach(
            (key, value) -> {
              if (!known.contains(key)
                  && !value.isNull()
                  && !(value.isContainer() && value.isEmpty())) {
                if (value.isString()) {
                  other.put(Text.snake(key), Text.known(value.asString()));
                } else {
                  other.put(Text.snake(key), value);
                }
              }
            });
    return other.node();
  }
}
