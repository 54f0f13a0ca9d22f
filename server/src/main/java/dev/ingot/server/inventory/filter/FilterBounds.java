package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.math.BigDecimal;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * How large one filter may be: 20 levels, 500 conditions, 2,000 objects of operators or filters,
 * 10,000 values to compare with.
 */
public final class FilterBounds {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_CONDITIONS = 500;
  private static final int MAX_LEVELS = 2000;
  private static final int MAX_VALUE_PARTS = 1000;
  private static final int MAX_PARTS = 10_000;
  private static final int MAX_DIGITS = 400;

  private int conditions;
  private int levels;
  private int parts;

  void level(String field, int depth) {
    if (depth > MAX_DEPTH) {
      throw Problem.invalid(field, "the filter nests deeper than " + MAX_DEPTH + " levels");
    }
    if (++levels > MAX_LEVELS) {
      throw Problem.invalid(field, "the filter has more than " + MAX_LEVELS + " parts");
    }
  }

  void condition(String field) {
    if (++conditions > MAX_CONDITIONS) {
      throw Problem.invalid(field, "the filter has more than " + MAX_CONDITIONS + " conditions");
    }
  }

  /** A value to compare with: bounded in size, and such that a stored document can hold it. */
  JsonNode literal(JsonNode value, String field) {
    int size = measure(value, field, 1);
    if (size > MAX_VALUE_PARTS) {
      throw Problem.invalid(field, "the value has more than " + MAX_VALUE_PARTS + " parts");
    }
    parts += size;
    if (parts > MAX_PARTS) {
      throw Problem.invalid(field, "the filter has more than " + MAX_PARTS + " values");
    }
    return value;
  }

  private static int measure(JsonNode value, String field, int depth) {
    if (depth > MAX_DEPTH) {
      throw Problem.invalid(field, "the value nests deeper than " + MAX_DEPTH + " levels");
    }
    if (value.isString() && !FieldPath.writable(value.stringValue())) {
      throw Problem.invalid(field, "the text has a character that no document can have");
    }
    if (value.isNumber() && !isReasonable(value)) {
      throw Problem.invalid(field, "the number is too large or too small");
    }
    int size = 1;
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String key = entry.getKey();
      if (key.startsWith("$")) {
        throw Problem.invalid(
            field + "." + Operators.shown(key),
            "operators and values cannot be mixed in one object");
      }
      if (!FieldPath.writable(key)) {
        throw Problem.invalid(field, "a key has a character that no document can have");
      }
      size += measure(entry.getValue(), field, depth + 1);
    }
    if (value.isArray()) {
      for (JsonNode element : value) {
        size += measure(element, field, depth + 1);
      }
    }
    return size;
  }

  /** Whether a number is other than 0, as MongoDB reads a switch. */
  public static boolean isTrue(JsonNode number) {
    return number.isIntegralNumber()
        ? number.bigIntegerValue().signum() != 0
        : number.doubleValue() != 0;
  }

  /** Whether a number is one that PostgreSQL and a double can speak of. */
  static boolean isReasonable(JsonNode number) {
    if (number.isIntegralNumber()) {
      return number.bigIntegerValue().bitLength() <= 1024;
    }
    if (!number.isBigDecimal() && !Double.isFinite(number.doubleValue())) {
      return false;
    }
    BigDecimal value = number.decimalValue();
    return Math.abs((long) value.scale()) <= MAX_DIGITS
        && value.precision() <= MAX_DIGITS
        && value.precision() - (long) value.scale() <= 309;
  }
}
