package dev.ingot.server.inventory.filter;

import dev.ingot.server.inventory.filter.Condition.Comparison;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A filter on documents in memory; answers as the database does. For one thread. */
public final class Matching {
  private final Filter filter;
  private final String field;
  private final Map<RegularExpression, Pattern> patterns = new HashMap<>();

  /**
   * @param field where the filter was sent, for problems
   */
  public Matching(Filter filter, String field) {
    this.filter = filter;
    this.field = field;
  }

  /** Whether a document matches. */
  public boolean matches(JsonNode document) {
    return matches(filter, document);
  }

  private boolean matches(Filter asked, JsonNode document) {
    return switch (asked) {
      case Filter.And(List<Filter> parts) ->
          parts.stream().allMatch(part -> matches(part, document));
      case Filter.Or(List<Filter> parts) ->
          parts.stream().anyMatch(part -> matches(part, document));
      case Filter.Not(Filter part) -> !matches(part, document);
      case Filter.Field(FieldPath path, Condition condition) ->
          standing(document, path).stream().anyMatch(value -> stands(value, condition));
    };
  }

  /** Of a value at a path, or of an element of it where it is an array. */
  private boolean stands(JsonNode value, Condition condition) {
    if (meets(value, condition)) {
      return true;
    }
    boolean ofElements =
        !(condition instanceof Condition.Size || condition instanceof Condition.Element);
    return ofElements
        && value.isArray()
        && value.valueStream().anyMatch(element -> meets(element, condition));
  }

  private boolean meets(JsonNode value, Condition condition) {
    return switch (condition) {
      case Condition.Equal(JsonNode operand) -> equal(value, operand);
      case Condition.In(List<JsonNode> operands) ->
          operands.stream().anyMatch(operand -> equal(value, operand));
      case Condition.Compare(Comparison comparison, JsonNode operand) when operand.isNull() ->
          comparison.orEqual() && equal(value, operand);
      case Condition.Compare(Comparison comparison, JsonNode operand) -> {
        Integer order = order(value, operand);
        yield order != null
            && switch (comparison) {
              case GREATER -> order > 0;
              case GREATER_OR_EQUAL -> order >= 0;
              case LESS -> order < 0;
              case LESS_OR_EQUAL -> order <= 0;
            };
      }
      case Condition.Exists() -> !value.isMissingNode();
      case Condition.OfType(var types) -> types.stream().anyMatch(type -> isOf(value, type));
      case Condition.Matches(RegularExpression expression) ->
          value.isString() && found(expression, value.stringValue());
      case Condition.Remainder(long divisor, long remainder) ->
          value.isNumber() && leaves(whole(value), divisor, remainder);
      case Condition.Size(int elements) -> value.isArray() && value.size() == elements;
      case Condition.Element(boolean ofObjects, Filter element) ->
          value.isArray()
              && value
                  .valueStream()
                  .anyMatch(
                      one ->
                          ofObjects
                              ? one.isObject() && matches(element, one)
                              : itself(element, one));
    };
  }

  /** A filter whose conditions are all on the value itself. */
  private boolean itself(Filter asked, JsonNode value) {
    return switch (asked) {
      case Filter.And(List<Filter> parts) -> parts.stream().allMatch(part -> itself(part, value));
      case Filter.Or(List<Filter> parts) -> parts.stream().anyMatch(part -> itself(part, value));
      case Filter.Not(Filter part) -> !itself(part, value);
      case Filter.Field field -> meets(value, field.condition());
    };
  }

  private static boolean isOf(JsonNode value, ValueType type) {
    return switch (type) {
      case NUMBER -> value.isNumber();
      case WHOLE_NUMBER ->
          value.isNumber() && new BigDecimal(whole(value)).compareTo(value.decimalValue()) == 0;
      case STRING -> value.isString();
      case OBJECT -> value.isObject();
      case ARRAY -> value.isArray();
      case BOOLEAN -> value.isBoolean();
      case NULL -> value.isNull();
    };
  }

  /** Numbers beyond 64 bits leave nothing. */
  private static boolean leaves(BigInteger number, long divisor, long remainder) {
    return number.bitLength() < Long.SIZE
        && number.remainder(BigInteger.valueOf(divisor)).equals(BigInteger.valueOf(remainder));
  }

  /** Its fraction cut off. */
  private static BigInteger whole(JsonNode number) {
    return number.decimalValue().toBigInteger();
  }

  private boolean found(RegularExpression expression, String text) {
    Pattern pattern = patterns.computeIfAbsent(expression, BoundedText::pattern);
    return BoundedText.find(pattern, text, field);
  }

  private static boolean equal(JsonNode value, JsonNode operand) {
    return value.isMissingNode() ? operand.isNull() : same(value, operand);
  }

  /** Equal in type and value. */
  public static boolean same(JsonNode left, JsonNode right) {
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
          .allMatch(
              entry ->
                  right.has(entry.getKey()) && same(entry.getValue(), right.path(entry.getKey())));
    }
    return left.equals(right);
  }

  /** How a value stands to an operand of the same type; null for other types. */
  private static @Nullable Integer order(JsonNode value, JsonNode operand) {
    if (value.isNumber() && operand.isNumber()) {
      return value.decimalValue().compareTo(operand.decimalValue());
    }
    if (value.isString() && operand.isString()) {
      // By code point, as the database's collation "C" does.
      int[] left = value.stringValue().codePoints().toArray();
      int[] right = operand.stringValue().codePoints().toArray();
      return Arrays.compare(left, right);
    }
    if (value.isBoolean() && operand.isBoolean()) {
      return Boolean.compare(value.booleanValue(), operand.booleanValue());
    }
    return null;
  }

  /** The values at a path that conditions are tried on, and a missing one where it is missing. */
  public static List<JsonNode> values(JsonNode document, FieldPath path) {
    List<JsonNode> values = new ArrayList<>();
    for (JsonNode value : standing(document, path)) {
      values.add(value);
      if (value.isArray()) {
        value.forEach(values::add);
      }
    }
    return values;
  }

  private static List<JsonNode> standing(JsonNode document, FieldPath path) {
    List<JsonNode> values = new ArrayList<>();
    collect(document, path.keys(), values);
    return values;
  }

  private static void collect(JsonNode value, List<String> keys, List<JsonNode> values) {
    if (keys.isEmpty()) {
      values.add(value);
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
      array(value, key, keys, rest, values);
    } else {
      values.add(MissingNode.getInstance());
    }
  }

  private static void array(
      JsonNode array, String key, List<String> keys, List<String> rest, List<JsonNode> values) {
    boolean index = FieldPath.isIndex(key);
    for (JsonNode element : array) {
      if (element.isObject()) {
        List<JsonNode> below = new ArrayList<>();
        collect(element, keys, below);
        below.stream().filter(value -> !index || !value.isMissingNode()).forEach(values::add);
      }
    }
    if (index && array.has(Integer.parseInt(key))) {
      collect(array.path(Integer.parseInt(key)), rest, values);
    } else if (index) {
      values.add(MissingNode.getInstance());
    }
  }
}
