package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.Condition.Comparison;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.RegularExpression;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What the btrees of a declared path say beforehand of {@code $gt $gte $lt $lte} and of expressions
 * that begin with a text: a test that every match passes, beside the exact one. A value that meets
 * a bound is a number, or a text, at the path; so a document that has such a value has its greatest
 * at or above a lower bound, and its least at or below an upper one. Keys may make unequal values
 * equal, so no bound is strict. Of a document all of whose values have one key, that key meets
 * every bound; only of the others may different values meet the lower and the upper one.
 */
final class OrderedPrefilter {
  /** With one flag, s: letters count as they are, and ^ is the beginning of the text alone. */
  private static final String EXACT = "s";

  /**
   * No brackets or escapes in the part that is read, and nothing that may make its end optional.
   */
  private static final Pattern BEGINNING =
      Pattern.compile("\\^([A-Za-z0-9 _:/,-]+)(.*)", Pattern.DOTALL);

  private record Key(FieldPath path, String type) {}

  private record Bounds(List<Object> lower, List<Object> upper) {}

  private OrderedPrefilter() {}

  /** Of parts that must all match. */
  static List<Sql> of(List<Filter> parts, Facets facets) {
    Map<Key, Bounds> bounds = new LinkedHashMap<>();
    for (Filter part : parts) {
      if (part instanceof Filter.Field(FieldPath path, Condition condition)) {
        FieldPath declared = path.withoutIndexes();
        switch (condition) {
          case Condition.Compare(Comparison comparison, JsonNode operand)
              when operand.isNumber() && facets.ordersNumbers(declared) ->
              add(bounds, new Key(declared, "number"), comparison, operand.decimalValue());
          case Condition.Compare(Comparison comparison, JsonNode operand)
              when operand.isString() && facets.ordersTexts(declared) ->
              add(bounds, new Key(declared, "text"), comparison, operand.stringValue());
          case Condition.Matches(RegularExpression expression) when facets.ordersTexts(declared) ->
              beginning(expression)
                  .ifPresent(
                      text -> {
                        Key key = new Key(declared, "text");
                        add(bounds, key, Comparison.GREATER_OR_EQUAL, text);
                        add(bounds, key, Comparison.LESS_OR_EQUAL, after(text));
                      });
          default -> {}
        }
      }
    }
    List<Sql> tests = new ArrayList<>();
    bounds.forEach((key, both) -> tests.add(test(key, both)));
    return tests;
  }

  private static void add(Map<Key, Bounds> bounds, Key key, Comparison comparison, Object operand) {
    Bounds both =
        bounds.computeIfAbsent(key, _ -> new Bounds(new ArrayList<>(), new ArrayList<>()));
    boolean lower = comparison == Comparison.GREATER || comparison == Comparison.GREATER_OR_EQUAL;
    (lower ? both.lower : both.upper).add(operand);
  }

  private static Sql test(Key key, Bounds bounds) {
    List<Sql> one = new ArrayList<>();
    bounds.lower.forEach(operand -> one.add(test("least", key, ">=", operand)));
    bounds.upper.forEach(operand -> one.add(test("least", key, "<=", operand)));
    if (bounds.lower.isEmpty()) {
      return Sql.all(one);
    }
    List<Sql> several = new ArrayList<>();
    Sql greatest = value("greatest", key);
    Sql least = value("least", key);
    several.add(
        new Sql(
            greatest.text() + " > " + least.text(),
            greatest.parameters().getFirst(),
            least.parameters().getFirst()));
    bounds.lower.forEach(operand -> several.add(test("greatest", key, ">=", operand)));
    bounds.upper.forEach(operand -> several.add(test("least", key, "<=", operand)));
    return Sql.any(List.of(Sql.all(one), Sql.all(several)));
  }

  private static Sql test(String which, Key key, String sign, Object operand) {
    Sql value = value(which, key);
    String type = operand instanceof BigDecimal ? "numeric" : "text";
    return new Sql(
        "%s %s inventory_%s_key(?::%s)".formatted(value.text(), sign, key.type, type),
        value.parameters().getFirst(),
        operand);
  }

  private static Sql value(String which, Key key) {
    String collation = key.type.equals("text") ? " COLLATE \"C\"" : "";
    return new Sql(
        "(inventory_%s_%s(i.facet, ?::text)%s)".formatted(which, key.type, collation),
        key.path.toString());
  }

  /** The text with which everything begins in which the expression is found. */
  static Optional<String> beginning(RegularExpression expression) {
    Matcher matcher = BEGINNING.matcher(expression.pattern());
    if (!expression.flags().equals(EXACT)
        || expression.pattern().indexOf('|') >= 0
        || !matcher.matches()) {
      return Optional.empty();
    }
    String text = matcher.group(1);
    String rest = matcher.group(2);
    // A quantifier is of the last character alone.
    boolean optional = !rest.isEmpty() && "*?{+".indexOf(rest.charAt(0)) >= 0;
    String sure = optional ? text.substring(0, text.length() - 1) : text;
    return sure.isEmpty() ? Optional.empty() : Optional.of(sure);
  }

  /** After everything that begins with the text, whose last character is of ASCII. */
  private static String after(String text) {
    int last = text.length() - 1;
    return text.substring(0, last) + (char) (text.charAt(last) + 1);
  }
}
