package dev.ingot.server.inventory.filter;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The words of the language. */
final class Operators {
  static final List<String> COMBINING = List.of("$and", "$or", "$nor");
  static final List<String> CONDITIONS =
      List.of(
          "$eq",
          "$ne",
          "$gt",
          "$gte",
          "$lt",
          "$lte",
          "$in",
          "$nin",
          "$not",
          "$exists",
          "$type",
          "$regex",
          "$options",
          "$all",
          "$elemMatch",
          "$size",
          "$mod");

  private static final Set<String> CODE =
      Set.of("$where", "$expr", "$function", "$accumulator", "$jsonSchema");

  /** Of MongoDB's language, and not of this one. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "$text",
          "$search",
          "$near",
          "$nearSphere",
          "$geoWithin",
          "$geoIntersects",
          "$within",
          "$bitsAllClear",
          "$bitsAllSet",
          "$bitsAnyClear",
          "$bitsAnySet",
          "$rand",
          "$sampleRate",
          "$alwaysTrue",
          "$alwaysFalse",
          "$slice",
          "$meta",
          "$vectorSearch");

  private static final int LONGEST_SHOWN = 60;

  private Operators() {}

  /** An object whose first key begins with $ holds operators, any other is a value. */
  static boolean are(JsonNode operand) {
    return operand.isObject()
        && !operand.isEmpty()
        && operand.propertyNames().iterator().next().startsWith("$");
  }

  /** Whether the operand of an {@code $elemMatch} asks for the element itself. */
  static boolean ofValue(JsonNode operand) {
    return are(operand)
        && !COMBINING.contains(operand.propertyNames().iterator().next())
        && !operand.has("$comment");
  }

  /** A key as it stands in the place that a problem names. */
  static String shown(String key) {
    return key.length() > LONGEST_SHOWN ? key.substring(0, LONGEST_SHOWN) + "…" : key;
  }

  static Problem unknown(String operator, String field, List<String> known) {
    if (CODE.contains(operator)) {
      return Problem.invalid(field, operator + " is refused: a filter cannot carry code");
    }
    if (LEFT_OUT.contains(operator)) {
      return Problem.invalid(field, operator + " is refused: the inventory does not answer it");
    }
    if (!operator.startsWith("$")) {
      return Problem.invalid(field, "operators and values cannot be mixed in one object");
    }
    String nearest = operator.length() > LONGEST_SHOWN ? null : Nearest.of(operator, known);
    return Problem.invalid(
        field,
        "unknown operator %s; %s"
            .formatted(
                shown(operator),
                nearest == null
                    ? "known are " + Problem.oneOf(known)
                    : "the nearest known is " + nearest));
  }
}
