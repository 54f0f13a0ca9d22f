package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keys and values that belong together. What is taken by name is gone; the rest can be kept. */
final class Block {
  private static final int LONGEST = 64 << 10;

  private final Map<String, String> values = new LinkedHashMap<>();

  /** The place between key and value: the first colon that stands in no parentheses. */
  static int colon(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
      if (c == ':' && depth == 0) {
        return i;
      }
    }
    return text.indexOf(':');
  }

  /** Keeps {@code key: value}; false if the text is none. */
  boolean add(String text) {
    int colon = colon(text);
    if (colon <= 0) {
      return false;
    }
    put(text.substring(0, colon), text.substring(colon + 1));
    return true;
  }

  void put(String key, String value) {
    String name = Text.snake(key);
    if (!name.isEmpty()) {
      values.putIfAbsent(name, value.strip());
    }
  }

  /** Keeps a value whose blanks mean something. */
  void putRaw(String key, String value) {
    values.putIfAbsent(Text.snake(key), value);
  }

  /** Adds to the value of a key, on a line of its own; no value becomes longer than a few pages. */
  void append(String key, String value) {
    values.merge(
        Text.snake(key),
        value.strip(),
        (a, b) -> a.isEmpty() ? b : a.length() > LONGEST ? a : a + "\n" + b);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  List<String> keys() {
    return List.copyOf(values.keySet());
  }

  @Nullable String peek(String key) {
    return values.get(key);
  }

  /** The first of these keys that is there, whether or not its value says anything; it is gone. */
  @Nullable String raw(String... keys) {
    @Nullable String found = null;
    for (String key : keys) {
      String value = values.remove(key);
      found = found == null ? value : found;
    }
    return found;
  }

  /** The value of the first of these keys that says anything; all of them are gone. */
  @Nullable String take(String... keys) {
    @Nullable String found = null;
    for (String key : keys) {
      String value = Text.known(values.remove(key));
      found = found == null ? value : found;
    }
    return found;
  }

  @Nullable Long number(String... keys) {
    return Text.number(take(keys));
  }

  @Nullable Boolean flag(String... keys) {
    return Text.flag(raw(keys));
  }

  /** What was not taken goes to {@code other}, unless it says nothing. */
  Fields rest(Fields fields) {
    Fields other = new Fields();
    values.forEach(
        (key, value) -> {
          if (value.indexOf('\n') >= 0) {
            ArrayNode lines = Fields.array();
            value.lines().map(String::strip).forEach(lines::add);
            other.put(key, lines);
          } else {
            other.put(key, Text.known(value));
          }
        });
    values.clear();
    if (fields.node().path("other") instanceof ObjectNode before) {
      other.node().forEachEntry(before::set);
      return fields;
    }
    return fields.putUnlessEmpty("other", other.node());
  }
}
