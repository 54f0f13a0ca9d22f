package dev.ingot.server.inventory.query;

import static dev.ingot.server.inventory.query.JsonPath.all;
import static dev.ingot.server.inventory.query.JsonPath.any;
import static dev.ingot.server.inventory.query.JsonPath.hasType;
import static dev.ingot.server.inventory.query.JsonPath.key;
import static dev.ingot.server.inventory.query.JsonPath.not;

import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Tests of one value as it stands: an array is not looked into, unless the condition is one on
 * elements. The type is asked first, so that no comparison is between unlike things, which would be
 * unknown and not false.
 */
final class JsonPathValue {
  private JsonPathValue() {}

  /**
   * @param value an expression that leads to one value or to none
   */
  static String meets(String value, Condition condition) {
    return switch (condition) {
      case Condition.Exists() -> "exists(" + value + ")";
      case Condition.Equal(JsonNode operand) -> same(value, operand);
      case Condition.In(List<JsonNode> operands) ->
          any(operands.stream().map(operand -> same(value, operand)).toList());
      case Condition.Compare(Condition.Comparison comparison, JsonNode operand)
          when operand.isNull() ->
          comparison.orEqual() ? same(value, operand) : any(List.of());
      case Condition.Compare(Condition.Comparison comparison, JsonNode operand) ->
          typed(
              value,
              JsonPath.type(operand),
              "%s %s %s".formatted(value, comparison.sign, JsonPath.literal(operand)));
      case Condition.OfType(var types) ->
          any(types.stream().sorted().map(type -> isOf(value, type)).toList());
      case Condition.Matches(var expression) ->
          typed(
              value,
              "string",
              "%s like_regex %s flag %s"
                  .formatted(
                      value,
                      JsonPath.quote(expression.pattern()),
                      JsonPath.quote(expression.flags())));
      case Condition.Remainder(long divisor, long remainder) ->
          typed(value, "number", remainder(value, divisor, remainder));
      case Condition.Size(int elements) -> typed(value, "array", value + ".size() == " + elements);
      case Condition.Element(boolean ofObjects, Filter filter) -> {
        String element =
            ofObjects
                ? all(List.of(hasType("@", "object"), JsonPathFilter.ofObject(filter)))
                : itself(filter);
        yield typed(value, "array", "exists(" + value + " ? (" + element + "))");
      }
    };
  }

  /** A filter whose conditions are all on the value {@code @} itself. */
  private static String itself(Filter filter) {
    return switch (filter) {
      case Filter.And and -> all(and.parts().stream().map(JsonPathValue::itself).toList());
      case Filter.Or or -> any(or.parts().stream().map(JsonPathValue::itself).toList());
      case Filter.Not negated -> not(itself(negated.part()));
      case Filter.Field field -> meets("@", field.condition());
    };
  }

  private static String isOf(String value, ValueType type) {
    return switch (type) {
      case NUMBER -> hasType(value, "number");
      case WHOLE_NUMBER -> typed(value, "number", value + ".floor() == " + value);
      case STRING -> hasType(value, "string");
      case OBJECT -> hasType(value, "object");
      case ARRAY -> hasType(value, "array");
      case BOOLEAN -> hasType(value, "boolean");
      case NULL -> hasType(value, "null");
    };
  }

  private static String remainder(String value, long divisor, long remainder) {
    String test = "(%1$s %2$s 0 && %1$s %3$s && %1$s.%4$s() %% %5$d == %6$d)";
    return any(
        List.of(
            test.formatted(value, ">=", "< 9223372036854775808", "floor", divisor, remainder),
            test.formatted(value, "<", ">= -9223372036854775808", "ceiling", divisor, remainder)));
  }

  private static String typed(String value, String type, String test) {
    return all(List.of(hasType(value, type), test));
  }

  /** Whether a single value, as it stands, equals the operand. */
  private static String same(String value, JsonNode operand) {
    List<String> tests = new ArrayList<>();
    tests.add(hasType(value, JsonPath.type(operand)));
    if (operand.isArray()) {
      tests.add(value + ".size() == " + operand.size());
      for (int i = 0; i < operand.size(); i++) {
        tests.add(same(value + "[" + i + "]", operand.path(i)));
      }
    } else if (operand.isObject()) {
      List<String> others = new ArrayList<>();
      for (Map.Entry<String, JsonNode> entry : operand.properties()) {
        others.add("@.key != " + JsonPath.quote(entry.getKey()));
        tests.add(same(value + key(entry.getKey()), entry.getValue()));
      }
      tests.add(not("exists(" + value + ".keyvalue() ? " + all(others) + ")"));
    } else {
      // The comparison first: it is what the index knows, and type() costs more.
      tests.addFirst(value + " == " + JsonPath.literal(operand));
    }
    return all(tests);
  }
}
