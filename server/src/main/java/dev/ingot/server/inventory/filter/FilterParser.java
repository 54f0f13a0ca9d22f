package dev.ingot.server.inventory.filter;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.inventory.filter.Condition.Comparison;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Reads a filter written in MongoDB's query language. Bounded: 20 levels, 500 conditions, 1,000
 * operands of an {@code $in}. What it does not know it refuses, with the place and the nearest word
 * that it knows.
 */
public final class FilterParser {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_CONDITIONS = 500;
  private static final int MAX_OPERANDS = 1000;
  private static final int MAX_OPERAND_SIZE = 1000;

  private static final List<String> COMBINING = List.of("$and", "$or", "$nor");
  private static final List<String> CONDITIONS =
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
          "$regex",
          "$options");

  /** Of MongoDB's language, and not of this one. */
  private static final List<String> CODE = List.of("$where", "$expr", "$function", "$accumulator");

  private int conditions;

  private FilterParser() {}

  /**
   * Reads a filter.
   *
   * @param field the name under which it was sent, for problems
   */
  public static Filter parse(JsonNode json, String field) {
    return new FilterParser().filter(json, field, 1);
  }

  private Filter filter(JsonNode json, String field, int depth) {
    if (!json.isObject()) {
      throw Problem.invalid(field, "a filter is an object, e.g. {\"dmi.sys_vendor\": \"Dell\"}");
    }
    bound(field, depth);
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      String place = field + "." + key;
      if (key.startsWith("$")) {
        parts.add(combining(key, entry.getValue(), place, depth));
      } else {
        parts.add(field(FieldPath.parse(key, place), entry.getValue(), place, depth));
      }
    }
    return all(parts);
  }

  private Filter combining(String operator, JsonNode operand, String field, int depth) {
    if (operator.equals("$comment")) {
      return Filter.EVERYTHING;
    }
    if (!COMBINING.contains(operator)) {
      throw CONDITIONS.contains(operator)
          ? Problem.invalid(
              field, operator + " stands below a field: {\"mem.MemTotal\": {" + operator + ": …}}")
          : unknown(operator, field, COMBINING);
    }
    if (!operand.isArray() || operand.isEmpty()) {
      throw Problem.invalid(field, operator + " needs a list of at least one filter");
    }
    List<Filter> parts = new ArrayList<>();
    for (JsonNode part : operand) {
      parts.add(filter(part, field + "." + parts.size(), depth + 1));
    }
    return switch (operator) {
      case "$and" -> all(parts);
      case "$or" -> new Filter.Or(parts);
      default -> new Filter.Not(new Filter.Or(parts));
    };
  }

  private Filter field(FieldPath path, JsonNode operand, String field, int depth) {
    return isOperators(operand)
        ? operators(path, operand, field, depth)
        : condition(path, new Condition.Equal(literal(operand, field)), field);
  }

  /** An object whose first key begins with $ holds operators, any other is a value. */
  private static boolean isOperators(JsonNode operand) {
    return operand.isObject()
        && !operand.isEmpty()
        && operand.propertyNames().iterator().next().startsWith("$");
  }

  private Filter operators(FieldPath path, JsonNode operators, String field, int depth) {
    bound(field, depth);
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : operators.properties()) {
      String operator = entry.getKey();
      JsonNode operand = entry.getValue();
      String place = field + "." + operator;
      switch (operator) {
        case "$eq" -> parts.add(equal(path, operand, place));
        case "$ne" -> parts.add(new Filter.Not(equal(path, operand, place)));
        case "$gt" -> parts.add(compare(path, Comparison.GREATER, operand, place));
        case "$gte" -> parts.add(compare(path, Comparison.GREATER_OR_EQUAL, operand, place));
        case "$lt" -> parts.add(compare(path, Comparison.LESS, operand, place));
        case "$lte" -> parts.add(compare(path, Comparison.LESS_OR_EQUAL, operand, place));
        case "$in" -> parts.add(in(path, operand, operator, place));
        case "$nin" -> parts.add(new Filter.Not(in(path, operand, operator, place)));
        case "$not" -> parts.add(not(path, operand, place, depth));
        case "$exists" -> parts.add(exists(path, operand, place));
        case "$regex" -> {
          JsonNode options = operators.get("$options");
          RegularExpression expression = RegularExpression.read(operand, options, place);
          parts.add(condition(path, new Condition.Matches(expression), place));
        }
        case "$options" -> {
          if (!operators.has("$regex")) {
            throw Problem.invalid(place, "$options needs a $regex beside it");
          }
        }
        default -> throw unknown(operator, place, CONDITIONS);
      }
    }
    return all(parts);
  }

  private Filter equal(FieldPath path, JsonNode operand, String field) {
    return condition(path, new Condition.Equal(literal(operand, field)), field);
  }

  private Filter compare(FieldPath path, Comparison comparison, JsonNode operand, String field) {
    JsonNode literal = literal(operand, field);
    if (literal.isContainer()) {
      throw Problem.invalid(
          field, comparison.operator + " compares a number, a string, a boolean or null");
    }
    return condition(path, new Condition.Compare(comparison, literal), field);
  }

  private Filter in(FieldPath path, JsonNode operand, String operator, String field) {
    if (!operand.isArray()) {
      throw Problem.invalid(field, operator + " needs a list of values");
    }
    if (operand.size() > MAX_OPERANDS) {
      throw Problem.invalid(field, operator + " takes at most " + MAX_OPERANDS + " values");
    }
    List<JsonNode> operands = new ArrayList<>();
    for (JsonNode value : operand) {
      String place = field + "." + operands.size();
      if (isOperators(value)) {
        throw Problem.invalid(place, operator + " takes values, not operators");
      }
      operands.add(literal(value, place));
    }
    return condition(path, new Condition.In(operands), field);
  }

  private Filter not(FieldPath path, JsonNode operand, String field, int depth) {
    if (!isOperators(operand)) {
      throw Problem.invalid(
          field, "$not needs operators, e.g. {\"$not\": {\"$regex\": \"^QEMU\"}}");
    }
    return new Filter.Not(operators(path, operand, field, depth + 1));
  }

  private Filter exists(FieldPath path, JsonNode operand, String field) {
    if (!operand.isBoolean()) {
      throw Problem.invalid(field, "$exists needs true or false");
    }
    Filter exists = condition(path, new Condition.Exists(), field);
    return operand.booleanValue() ? exists : new Filter.Not(exists);
  }

  private Filter condition(FieldPath path, Condition condition, String field) {
    if (++conditions > MAX_CONDITIONS) {
      throw Problem.invalid(field, "the filter has more than " + MAX_CONDITIONS + " conditions");
    }
    return new Filter.Field(path, condition);
  }

  /** A value to compare with: bounded in size, and such that a stored document can hold it. */
  private static JsonNode literal(JsonNode value, String field) {
    if (measure(value, field) > MAX_OPERAND_SIZE) {
      throw Problem.invalid(field, "the value has more than " + MAX_OPERAND_SIZE + " parts");
    }
    return value;
  }

  private static int measure(JsonNode value, String field) {
    if (value.isString() && !FieldPath.writable(value.stringValue())) {
      throw Problem.invalid(field, "the text has a character that no document can have");
    }
    if (value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
      throw Problem.invalid(field, "the number is too large");
    }
    int size = 1;
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String key = entry.getKey();
      if (key.startsWith("$")) {
        throw Problem.invalid(
            field + "." + key, "operators and values cannot be mixed in one object");
      }
      if (!FieldPath.writable(key)) {
        throw Problem.invalid(field, "a key has a character that no document can have");
      }
      size += measure(entry.getValue(), field);
    }
    if (value.isArray()) {
      for (JsonNode element : value) {
        size += measure(element, field);
      }
    }
    return size;
  }

  private static void bound(String field, int depth) {
    if (depth > MAX_DEPTH) {
      throw Problem.invalid(field, "the filter nests deeper than " + MAX_DEPTH + " levels");
    }
  }

  private static Filter all(List<Filter> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Filter.And(parts);
  }

  private static Problem unknown(String operator, String field, List<String> known) {
    if (CODE.contains(operator)) {
      return Problem.invalid(field, operator + " is refused: a filter cannot carry code");
    }
    String shown = operator.length() > 40 ? operator.substring(0, 40) + "…" : operator;
    String nearest = operator.length() > 40 ? null : Nearest.of(operator, known);
    return Problem.invalid(
        field,
        "unknown operator %s; %s"
            .formatted(
                shown,
                nearest == null
                    ? "known are " + Problem.oneOf(known)
                    : "the nearest known is " + nearest));
  }
}
