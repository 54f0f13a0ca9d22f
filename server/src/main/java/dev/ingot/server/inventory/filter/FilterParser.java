package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Reads a filter written in MongoDB's query language, within {@link FilterBounds}. What it does not
 * know it refuses, with the place and the nearest word that it knows.
 */
public final class FilterParser {
  private final FilterBounds bounds = new FilterBounds();

  private FilterParser() {}

  /**
   * Reads a filter.
   *
   * @param field the name under which it was sent, for problems
   */
  public static Filter parse(JsonNode json, String field) {
    return new FilterParser().filter(json, field, 1);
  }

  /**
   * Reads the operand of an {@code $elemMatch}.
   *
   * @return a condition on an array at the path
   */
  public static Filter element(FieldPath path, JsonNode operand, String field) {
    return new FilterParser().element(path, operand, field, 1);
  }

  private Filter filter(JsonNode json, String field, int depth) {
    if (!json.isObject()) {
      throw Problem.invalid(field, "a filter is an object, e.g. {\"dmi.sys_vendor\": \"Dell\"}");
    }
    bounds.level(field, depth);
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      String place = field + "." + Operators.shown(key);
      if (key.startsWith("$")) {
        parts.add(combining(key, entry.getValue(), place, depth));
      } else {
        parts.add(field(FieldPath.parse(key, place), entry.getValue(), place, depth));
      }
    }
    return Filter.all(parts);
  }

  private Filter combining(String operator, JsonNode operand, String field, int depth) {
    if (operator.equals("$comment")) {
      return Filter.EVERYTHING;
    }
    if (!Operators.COMBINING.contains(operator)) {
      throw Operators.CONDITIONS.contains(operator)
          ? Problem.invalid(
              field, operator + " stands below a field: {\"mem.MemTotal\": {" + operator + ": …}}")
          : Operators.unknown(operator, field, Operators.COMBINING);
    }
    if (!operand.isArray() || operand.isEmpty()) {
      throw Problem.invalid(field, operator + " needs a list of at least one filter");
    }
    List<Filter> parts = new ArrayList<>();
    for (JsonNode part : operand) {
      parts.add(filter(part, field + "." + parts.size(), depth + 1));
    }
    return switch (operator) {
      case "$and" -> Filter.all(parts);
      case "$or" -> Filter.any(parts);
      default -> new Filter.Not(Filter.any(parts));
    };
  }

  private Filter field(FieldPath path, JsonNode operand, String field, int depth) {
    return Operators.are(operand)
        ? operators(path, operand, field, depth)
        : condition(path, new Condition.Equal(bounds.literal(operand, field)), field);
  }

  private Filter operators(FieldPath path, JsonNode operators, String field, int depth) {
    bounds.level(field, depth);
    List<Filter> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : operators.properties()) {
      String operator = entry.getKey();
      JsonNode operand = entry.getValue();
      String place = field + "." + Operators.shown(operator);
      switch (operator) {
        case "$in" -> parts.add(in(path, operand, operator, place));
        case "$nin" -> parts.add(new Filter.Not(in(path, operand, operator, place)));
        case "$all" -> parts.add(all(path, operand, place, depth));
        case "$not" -> parts.add(not(path, operand, place, depth));
        case "$elemMatch" -> parts.add(element(path, operand, place, depth));
        case "$ne" ->
            parts.add(
                new Filter.Not(
                    condition(path, new Condition.Equal(bounds.literal(operand, place)), place)));
        case "$exists" -> {
          Filter exists = condition(path, new Condition.Exists(), place);
          parts.add(Operands.truth(operand, place) ? exists : new Filter.Not(exists));
        }
        case "$regex" -> {
          var expression = RegularExpression.read(operand, operators.get("$options"), place);
          parts.add(condition(path, new Condition.Matches(expression), place));
        }
        case "$options" -> {
          if (!operators.has("$regex")) {
            throw Problem.invalid(place, "$options needs a $regex beside it");
          }
        }
        default -> parts.add(condition(path, simple(operator, operand, place), place));
      }
    }
    return Filter.all(parts);
  }

  private Condition simple(String operator, JsonNode operand, String field) {
    return switch (operator) {
      case "$eq" -> new Condition.Equal(bounds.literal(operand, field));
      case "$gt", "$gte", "$lt", "$lte" ->
          Operands.compare(operator, bounds.literal(operand, field), field);
      case "$type" -> new Condition.OfType(ValueType.read(operand, field));
      case "$mod" -> Operands.remainder(operand, field);
      case "$size" -> Operands.size(operand, field);
      default -> throw Operators.unknown(operator, field, Operators.CONDITIONS);
    };
  }

  private Filter in(FieldPath path, JsonNode operand, String operator, String field) {
    Operands.requireList(operator, operand, field);
    List<JsonNode> values = new ArrayList<>();
    List<Filter> parts = new ArrayList<>();
    for (int i = 0; i < operand.size(); i++) {
      JsonNode value = operand.path(i);
      String place = field + "." + i;
      if (Operators.are(value)) {
        parts.add(condition(path, expression(operator, value, place), place));
      } else {
        values.add(bounds.literal(value, place));
      }
    }
    if (!values.isEmpty() || parts.isEmpty()) {
      parts.addFirst(condition(path, new Condition.In(values), field));
    }
    return Filter.any(parts);
  }

  private static Condition expression(String operator, JsonNode value, String field) {
    JsonNode pattern = value.get("$regex");
    JsonNode options = value.get("$options");
    if (pattern == null || value.size() > (options == null ? 1 : 2)) {
      throw Problem.invalid(field, operator + " takes values and {\"$regex\": …}, no operators");
    }
    return new Condition.Matches(RegularExpression.read(pattern, options, field));
  }

  private Filter all(FieldPath path, JsonNode operand, String field, int depth) {
    Operands.requireList("$all", operand, field);
    if (operand.isEmpty()) {
      return condition(path, new Condition.In(List.of()), field);
    }
    List<Filter> parts = new ArrayList<>();
    int elements = 0;
    for (JsonNode value : operand) {
      String place = field + "." + parts.size();
      if (value.isObject() && value.size() == 1 && value.has("$elemMatch")) {
        elements++;
        parts.add(element(path, value.path("$elemMatch"), place + ".$elemMatch", depth + 1));
      } else if (Operators.are(value)) {
        parts.add(condition(path, expression("$all", value, place), place));
      } else {
        parts.add(condition(path, new Condition.Equal(bounds.literal(value, place)), place));
      }
    }
    if (elements > 0 && elements < parts.size()) {
      throw Problem.invalid(field, "$all takes either values or $elemMatch, not both");
    }
    return Filter.all(parts);
  }

  private Filter element(FieldPath path, JsonNode operand, String field, int depth) {
    if (!operand.isObject()) {
      throw Problem.invalid(
          field, "$elemMatch needs a filter for an element, e.g. {\"driver\": \"ixgbe\"}");
    }
    boolean ofObjects = !Operators.ofValue(operand);
    Filter filter =
        ofObjects
            ? filter(operand, field, depth + 1)
            : operators(FieldPath.ITSELF, operand, field, depth + 1);
    return condition(path, new Condition.Element(ofObjects, filter), field);
  }

  private Filter not(FieldPath path, JsonNode operand, String field, int depth) {
    if (!Operators.are(operand)) {
      throw Problem.invalid(
          field, "$not needs operators, e.g. {\"$not\": {\"$regex\": \"^QEMU\"}}");
    }
    return new Filter.Not(operators(path, operand, field, depth + 1));
  }

  private Filter condition(FieldPath path, Condition condition, String field) {
    bounds.condition(field);
    return new Filter.Field(path, condition);
  }
}
