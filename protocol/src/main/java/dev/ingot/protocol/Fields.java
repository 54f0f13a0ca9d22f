package dev.ingot.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one received object, read strictly: what is there must be of its kind and within
 * its bounds. Fields that nobody asks for are from a newer minor version and are passed over.
 */
record Fields(JsonNode object, String path) {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw new ProtocolException("malformed", path + ": an object is wanted here");
    }
    return new Fields(node, path);
  }

  private ProtocolException wrong(String field, String what) {
    return new ProtocolException("malformed", at(field) + ": " + what);
  }

  private String at(String field) {
    return path + "." + field;
  }

  private @Nullable JsonNode find(String field) {
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  private JsonNode need(String field) {
    JsonNode node = find(field);
    if (node == null) {
      throw wrong(field, "is missing");
    }
    return node;
  }

  @Nullable JsonNode value(String field) {
    return find(field);
  }

  String text(String field, int maxLength) {
    return text(field, need(field), maxLength);
  }

  @Nullable String textOrNull(String field, int maxLength) {
    JsonNode node = find(field);
    return node == null ? null : text(field, node, maxLength);
  }

  private String text(String field, JsonNode node, int maxLength) {
    if (!node.isString()) {
      throw wrong(field, "a string is wanted here");
    }
    String text = node.stringValue();
    if (text.length() > maxLength) {
      throw wrong(field, "longer than " + maxLength + " characters");
    }
    // PostgreSQL stores no NUL, and nobody prints one.
    if (text.indexOf('\0') >= 0) {
      throw wrong(field, "holds a NUL character");
    }
    return text;
  }

  /** A name: lower-case letters, digits, _ and -. */
  String word(String field) {
    String text = text(field, 64);
    if (!WORD.matcher(text).matches()) {
      throw wrong(field, "lower-case letters, digits, _ and - are wanted here");
    }
    return text;
  }

  JsonNode object(String field) {
    JsonNode node = need(field);
    if (!node.isObject()) {
      throw wrong(field, "an object is wanted here");
    }
    return node;
  }

  long number(String field, long min, long max) {
    JsonNode node = need(field);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(field, "a whole number is wanted here");
    }
    long number = node.longValue();
    if (number < min || number > max) {
      throw wrong(field, "between " + min + " and " + max + " is wanted here");
    }
    return number;
  }

  int small(String field, int min, int max) {
    return (int) number(field, min, max);
  }

  boolean flag(String field, boolean absent) {
    JsonNode node = find(field);
    if (node == null) {
      return absent;
    }
    if (!node.isBoolean()) {
      throw wrong(field, "true or false is wanted here");
    }
    return node.booleanValue();
  }

  Fields inner(String field) {
    return of(need(field), at(field));
  }

  <T> List<T> list(String field, int maxSize, Function<Fields, T> each) {
    JsonNode node = array(field, maxSize);
    List<T> list = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      list.add(each.apply(of(element, at(field) + "[" + list.size() + "]")));
    }
    return list;
  }

  List<String> texts(String field, int maxSize, int maxLength) {
    JsonNode node = array(field, maxSize);
    List<String> list = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      list.add(text(field + "[" + list.size() + "]", element, maxLength));
    }
    return list;
  }

  private JsonNode array(String field, int maxSize) {
    JsonNode node = need(field);
    if (!node.isArray()) {
      throw wrong(field, "a list is wanted here");
    }
    if (node.size() > maxSize) {
      throw wrong(field, "more than " + maxSize + " elements");
    }
    return node;
  }

  Map<String, String> textMap(String field, int maxSize, int maxLength) {
    JsonNode node = need(field);
    if (!node.isObject()) {
      throw wrong(field, "an object is wanted here");
    }
    if (node.size() > maxSize) {
      throw wrong(field, "more than " + maxSize + " fields");
    }
    Map<String, String> map = new TreeMap<>();
    node.forEachEntry(
        (key, value) -> {
          if (key.length() > maxLength) {
            throw wrong(field, "a key longer than " + maxLength + " characters");
          }
          map.put(key, text(field + "." + key, value, maxLength));
        });
    return map;
  }

  <T> T word(String field, Map<String, T> words) {
    String text = text(field, 64);
    T known = words.get(text);
    if (known == null) {
      throw wrong(field, "one of " + String.join(", ", new TreeMap<>(words).keySet()));
    }
    return known;
  }
}
