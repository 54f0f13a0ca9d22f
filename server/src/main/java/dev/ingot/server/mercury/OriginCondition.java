package dev.ingot.server.mercury;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Conditions on {@code origin}, which is the same in every document: such a condition holds for all
 * of them or for none.
 */
final class OriginCondition {
  private static final int LONGEST_PATTERN = 1_000;

  private OriginCondition() {}

  /**
   * Whether it holds.
   *
   * @param path below {@code origin} or itself, with dots
   * @param condition a value, or an object of operators
   */
  static boolean holds(JsonNode origin, String path, JsonNode condition) {
    JsonNode value = origin;
    String rest = path.equals("origin") ? "" : path.substring("origin.".length());
    for (String key : rest.isEmpty() ? new String[0] : rest.split("\\.", -1)) {
      value = value.path(key);
    }
    if (!condition.isObject()
        || condition.propertyNames().stream().noneMatch(key -> key.startsWith("$"))) {
      return equal(value, condition);
    }
    JsonNode at = value;
    return condition.properties().stream()
        .allMatch(entry -> holds(at, entry.getKey(), entry.getValue(), condition, path));
  }

  private static boolean holds(
      JsonNode value, String operator, JsonNode operand, JsonNode all, String path) {
    return switch (operator) {
      case "$eq" -> equal(value, operand);
      case "$ne" -> !equal(value, operand);
      case "$in" -> operand.valueStream().anyMatch(each -> equal(value, each));
      case "$nin" -> operand.valueStream().noneMatch(each -> equal(value, each));
      case "$exists" -> operand.asBoolean(false) != value.isMissingNode();
      case "$regex" -> matches(value, operand, all.path("$options").asString(""));
      case "$options" -> all.has("$regex");
      default ->
          throw new Refused(
              "%s cannot be asked of %s here; $eq, $ne, $in, $nin, $exists and $regex can"
                  .formatted(Wording.shown(operator), Wording.shown(path)));
    };
  }

  private static boolean equal(JsonNode value, JsonNode other) {
    return (value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value).equals(other);
  }

  private static boolean matches(JsonNode value, JsonNode pattern, String options) {
    if (!pattern.isString() || pattern.stringValue().length() > LONGEST_PATTERN) {
      throw new Refused("$regex is no string of at most " + LONGEST_PATTERN + " characters");
    }
    try {
      int flags = options.contains("i") ? Pattern.CASE_INSENSITIVE : 0;
      return value.isString()
          && Pattern.compile(pattern.stringValue(), flags).matcher(value.stringValue()).find();
    } catch (PatternSyntaxException e) {
      throw new Refused("$regex is no regular expression: " + Wording.shown(e.getDescription()));
    }
  }
}
