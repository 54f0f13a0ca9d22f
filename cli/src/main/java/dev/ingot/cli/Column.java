package dev.ingot.cli;

import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A column of a table.
 *
 * @param title in capitals
 * @param path dotted path of the value; alternatives divided by {@code |}
 * @param text how a person reads the value, given the time
 */
public record Column(String title, String path, BiFunction<JsonNode, Instant, String> text) {
  public static Column of(String title, String path) {
    return new Column(title, path, (value, now) -> plain(value));
  }

  static Column bytes(String title, String path) {
    return new Column(
        title, path, (value, now) -> value.isNumber() ? Units.bytes(value.asLong()) : plain(value));
  }

  /** A time, shown as how long ago (or how soon) it is. */
  static Column age(String title, String path) {
    return new Column(title, path, (value, now) -> Units.age(plain(value), now));
  }

  /** An id so short that it still tells nodes apart; {@code -o name} has the whole. */
  public static Column id(String title, String path) {
    return new Column(title, path, (value, now) -> Units.shortId(plain(value)));
  }

  String text(JsonNode item, Instant now) {
    return Printable.line(text.apply(value(item), now));
  }

  /** For programs: the value as it is. */
  String raw(JsonNode item) {
    JsonNode value = value(item);
    return value.isContainer() ? value.toString() : plain(value);
  }

  private JsonNode value(JsonNode item) {
    JsonNode found = item.path("");
    for (String alternative : path.split("\\|", -1)) {
      found = at(item, alternative);
      if (!found.isMissingNode() && !found.isNull()) {
        return found;
      }
    }
    return found;
  }

  private static JsonNode at(JsonNode item, String path) {
    return at(item, List.of(path.split("\\.", -1)));
  }

  /** Walks into lists by itself: then the value is a list of what their elements have. */
  private static JsonNode at(JsonNode item, List<String> keys) {
    if (keys.isEmpty()) {
      return item;
    }
    String key = keys.getFirst();
    List<String> rest = keys.subList(1, keys.size());
    if (!item.isArray()) {
      return at(item.path(key), rest);
    }
    if (key.matches("\\d{1,9}")) {
      return at(item.path(Integer.parseInt(key)), rest);
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : item) {
      JsonNode value = at(element, keys);
      if (value.isArray()) {
        value.forEach(found::add);
      } else if (!value.isMissingNode()) {
        found.add(value);
      }
    }
    return found.isEmpty() ? item.path(key) : found;
  }

  static String plain(JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().map(Column::plain).collect(Collectors.joining(","));
    }
    if (value.isNull() || value.isMissingNode()) {
      return "";
    }
    return value.isString() ? value.asString() : value.toString();
  }
}
