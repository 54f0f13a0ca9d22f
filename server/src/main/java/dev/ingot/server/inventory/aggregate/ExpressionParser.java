package dev.ingot.server.inventory.aggregate;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads expressions, strictly and within bounds. */
final class ExpressionParser {
  private static final int MAX_DEPTH = 20;
  private static final int MAX_PARTS = 1000;
  private static final String LITERAL = "$literal";
  private static final List<String> DOCUMENT = List.of("$$ROOT", "$$CURRENT");

  /** Of MongoDB's language, and never of this one. */
  static final List<String> CODE = List.of("$function", "$accumulator", "$where");

  private int parts;

  /**
   * Reads an expression.
   *
   * @param field where it was sent, for problems
   */
  Expression parse(JsonNode json, String field) {
    return parse(json, field, 1);
  }

  private Expression parse(JsonNode json, String field, int depth) {
    if (depth > MAX_DEPTH) {
      throw Problem.invalid(field, "the expression nests deeper than " + MAX_DEPTH + " levels");
    }
    if (++parts > MAX_PARTS) {
      throw Problem.invalid(field, "the pipeline has more than " + MAX_PARTS + " expressions");
    }
    if (json.isString() && json.stringValue().startsWith("$")) {
      return path(json.stringValue(), field);
    }
    if (json.isArray()) {
      return new Expression.ArrayOf(list(json, field, depth));
    }
    if (!json.isObject()) {
      checkText(json, field);
      return new Expression.Literal(json);
    }
    if (isOperator(json)) {
      return call(json, field, depth);
    }
    Map<String, Expression> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String place = field + "." + entry.getKey();
      fieldName(entry.getKey(), place);
      fields.put(entry.getKey(), parse(entry.getValue(), place, depth + 1));
    }
    return new Expression.ObjectOf(fields);
  }

  static boolean isOperator(JsonNode json) {
    return json.isObject()
        && !json.isEmpty()
        && json.propertyNames().iterator().next().startsWith("$");
  }

  private List<Expression> list(JsonNode array, String field, int depth) {
    List<Expression> elements = new ArrayList<>();
    for (JsonNode element : array) {
      elements.add(parse(element, field + "." + elements.size(), depth + 1));
    }
    return elements;
  }

  private Expression call(JsonNode json, String field, int depth) {
    String word = json.propertyNames().iterator().next();
    String place = field + "." + word;
    if (json.size() > 1) {
      throw Problem.invalid(field, "an expression has one operator, this has " + json.size());
    }
    JsonNode operand = json.path(word);
    if (word.equals(LITERAL)) {
      checkText(operand, place);
      return new Expression.Literal(operand);
    }
    Operator operator =
        Arrays.stream(Operator.values())
            .filter(one -> one.word.equals(word))
            .findFirst()
            .orElseThrow(() -> unknown("operator", word, place, known()));
    List<Expression> arguments =
        operand.isArray() ? list(operand, place, depth) : List.of(parse(operand, place, depth + 1));
    if (!operator.takes(arguments.size())) {
      throw Problem.invalid(
          place,
          word
              + " does not take "
              + arguments.size()
              + " argument"
              + (arguments.size() == 1 ? "" : "s"));
    }
    return new Expression.Call(operator, arguments, place);
  }

  private static List<String> known() {
    List<String> words = new ArrayList<>(Operator.words());
    words.add(LITERAL);
    return words;
  }

  /** A path that begins with a dollar. */
  static Expression.Path path(String text, String field) {
    if (!text.startsWith("$$")) {
      return new Expression.Path(FieldPath.parse(text.substring(1), field).keys());
    }
    for (String variable : DOCUMENT) {
      if (text.equals(variable)) {
        return new Expression.Path(List.of());
      }
      if (text.startsWith(variable + ".")) {
        return new Expression.Path(
            FieldPath.parse(text.substring(variable.length() + 1), field).keys());
      }
    }
    throw Problem.invalid(field, "unknown variable " + shown(text) + "; known is $$ROOT");
  }

  static void fieldName(String name, String field) {
    if (name.isEmpty() || name.startsWith("$") || name.contains(".") || !FieldPath.writable(name)) {
      throw Problem.invalid(field, "a field's name here has no dot, no $ and is not empty");
    }
  }

  private static void checkText(JsonNode value, String field) {
    if (value.isString() && !FieldPath.writable(value.stringValue())) {
      throw Problem.invalid(field, "the text has a character that no document can have");
    }
  }

  static Problem unknown(String what, String word, String field, List<String> known) {
    if (CODE.contains(word)) {
      return Problem.invalid(field, word + " is refused: a pipeline cannot carry code");
    }
    String nearest = word.length() > 40 ? null : Nearest.of(word, known);
    return Problem.invalid(
        field,
        "unknown %s %s; %s"
            .formatted(
                what,
                shown(word),
                nearest == null
                    ? "known are " + Problem.oneOf(known)
                    : "the nearest known is " + nearest));
  }

  private static String shown(String word) {
    return word.length() > 40 ? word.substring(0, 40) + "…" : word;
  }
}
