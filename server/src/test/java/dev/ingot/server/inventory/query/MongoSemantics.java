package dev.ingot.server.inventory.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * MongoDB's filter semantics in memory, written from its manual and knowing nothing of the
 * translation that it judges.
 */
final class MongoSemantics {
  private MongoSemantics() {}

  static boolean matches(JsonNode document, JsonNode filter) {
    for (Map.Entry<String, JsonNode> entry : filter.properties()) {
      JsonNode operand = entry.getValue();
      boolean met =
          switch (entry.getKey()) {
            case "$and" -> operand.valueStream().allMatch(part -> matches(document, part));
            case "$or" -> operand.valueStream().anyMatch(part -> matches(document, part));
            case "$nor" -> operand.valueStream().noneMatch(part -> matches(document, part));
            default -> field(values(document, entry.getKey()), operand);
          };
      if (!met) {
        return false;
      }
    }
    return true;
  }

  private static boolean field(List<JsonNode> values, JsonNode operand) {
    if (!operand.isObject()
        || operand.isEmpty()
        || !operand.propertyNames().iterator().next().startsWith("$")) {
      return equal(values, operand);
    }
    for (Map.Entry<String, JsonNode> entry : operand.properties()) {
      JsonNode value = entry.getValue();
      boolean met =
          switch (entry.getKey()) {
            case "$eq" -> equal(values, value);
            case "$ne" -> !equal(values, value);
            case "$in" -> value.valueStream().anyMatch(one -> equal(values, one));
            case "$nin" -> value.valueStream().noneMatch(one -> equal(values, one));
            case "$gt" ->
                values.stream().anyMatch(v -> order(v, value) instanceof Integer o && o > 0);
            case "$gte" ->
                value.isNull()
                    ? equal(values, value)
                    : values.stream().anyMatch(v -> order(v, value) instanceof Integer o && o >= 0);
            case "$lt" ->
                values.stream().anyMatch(v -> order(v, value) instanceof Integer o && o < 0);
            case "$lte" ->
                value.isNull()
                    ? equal(values, value)
                    : values.stream().anyMatch(v -> order(v, value) instanceof Integer o && o <= 0);
            case "$exists" ->
                value.booleanValue() == values.stream().anyMatch(v -> !v.isMissingNode());
            case "$not" -> !field(values, value);
            case "$regex" -> regex(values, value.stringValue(), operand.path("$options"));
            case "$options" -> true;
            default -> throw new IllegalArgumentException(entry.getKey());
          };
      if (!met) {
        return false;
      }
    }
    return true;
  }

  private static boolean regex(List<JsonNode> values, String expression, JsonNode options) {
    String letters = options.isString() ? options.stringValue() : "";
    int flags = Pattern.UNIX_LINES;
    flags |= letters.contains("i") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
    flags |= letters.contains("m") ? Pattern.MULTILINE : 0;
    flags |= letters.contains("s") ? Pattern.DOTALL : 0;
    Pattern pattern = Pattern.compile(expression, flags);
    // Java's ^ sees no line in an empty text when there may be many, Perl's does.
    Pattern ofEmpty = Pattern.compile(expression, flags & ~Pattern.MULTILINE);
    return values.stream()
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .anyMatch(text -> (text.isEmpty() ? ofEmpty : pattern).matcher(text).find());
  }

  private static boolean equal(List<JsonNode> values, JsonNode operand) {
    return values.stream().anyMatch(v -> v.isMissingNode() ? operand.isNull() : same(v, operand));
  }

  static boolean same(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue()) == 0;
    }
    if (left.getNodeType() != right.getNodeType() || left.size() != right.size()) {
      return false;
    }
    if (left.isArray()) {
      for (int i = 0; i < left.size(); i++) {
        if (!same(left.path(i), right.path(i))) {
          return false;
        }
      }
      return true;
    }
    if (left.isObject()) {
      return left.propertyStream()
          .allMatch(e -> right.has(e.getKey()) && same(e.getValue(), right.path(e.getKey())));
    }
    return left.equals(right);
  }

  /** How a value stands to an operand of the same type; null for other types. */
  private static @Nullable Integer order(JsonNode value, JsonNode operand) {
    if (value.isNumber() && operand.isNumber()) {
      return value.decimalValue().compareTo(operand.decimalValue());
    }
    if (value.isString() && operand.isString()) {
      return value.stringValue().compareTo(operand.stringValue());
    }
    if (value.isBoolean() && operand.isBoolean()) {
      return Boolean.compare(value.booleanValue(), operand.booleanValue());
    }
    return null;
  }

  /** What conditions are tried on: the values at a path, and a missing one where it is missing. */
  static List<JsonNode> values(JsonNode document, String path) {
    List<JsonNode> values = new ArrayList<>();
    collect(document, List.of(path.split("\\.")), values);
    return values;
  }

  private static void collect(JsonNode value, List<String> keys, List<JsonNode> values) {
    if (keys.isEmpty()) {
      values.add(value);
      if (value.isArray()) {
        value.forEach(values::add);
      }
      return;
    }
    String key = keys.getFirst();
    List<String> rest = keys.subList(1, keys.size());
    if (value.isObject()) {
      if (value.has(key)) {
        collect(value.path(key), rest, values);
      } else {
        values.add(MissingNode.getInstance());
      }
    } else if (value.isArray()) {
      boolean index = key.matches("0|[1-9][0-9]{0,5}");
      for (JsonNode element : value) {
        if (element.isObject()) {
          List<JsonNode> below = new ArrayList<>();
          collect(element, keys, below);
          below.stream().filter(v -> !index || !v.isMissingNode()).forEach(values::add);
        }
      }
      if (index && value.has(Integer.parseInt(key))) {
        collect(value.path(Integer.parseInt(key)), rest, values);
      } else if (index) {
        values.add(MissingNode.getInstance());
      }
    } else {
      values.add(MissingNode.getInstance());
    }
  }
}
