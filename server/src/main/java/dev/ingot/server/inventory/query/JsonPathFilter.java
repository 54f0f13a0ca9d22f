package dev.ingot.server.inventory.query;

import static dev.ingot.server.inventory.query.JsonPath.all;
import static dev.ingot.server.inventory.query.JsonPath.any;
import static dev.ingot.server.inventory.query.JsonPath.hasType;
import static dev.ingot.server.inventory.query.JsonPath.key;
import static dev.ingot.server.inventory.query.JsonPath.not;

import dev.ingot.server.inventory.filter.Condition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * A filter as one lax jsonpath predicate, exact by MongoDB's semantics. Lax accessors and filters
 * unwrap one level of array, which is MongoDB's own walk; what they would unwrap too far is guarded
 * by {@code type()}, which unwraps nothing. Every comparison stands inside an {@code exists}, which
 * is never unknown, so that a negation is exact too.
 */
public final class JsonPathFilter {
  private final UnaryOperator<FieldPath> placeOf;
  private final String root;

  /**
   * @param placeOf where a field stands in the document that is asked
   */
  JsonPathFilter(UnaryOperator<FieldPath> placeOf) {
    this(placeOf, "$");
  }

  private JsonPathFilter(UnaryOperator<FieldPath> placeOf, String root) {
    this.placeOf = placeOf;
    this.root = root;
  }

  /** The predicate over a whole document, for {@code document @@ predicate}. */
  public static String of(Filter filter) {
    return new JsonPathFilter(path -> path).test(filter);
  }

  /** The predicate over the object {@code @}. */
  static String ofObject(Filter filter) {
    return new JsonPathFilter(path -> path, "@").test(filter);
  }

  String test(Filter filter) {
    return switch (filter) {
      case Filter.And and -> all(and.parts().stream().map(this::test).toList());
      case Filter.Or or -> any(or.parts().stream().map(this::test).toList());
      case Filter.Not negated -> not(test(negated.part()));
      case Filter.Field field -> field(placeOf.apply(field.path()).keys(), field.condition());
    };
  }

  private String field(List<String> path, Condition condition) {
    return switch (condition) {
      case Condition.Exists() -> somewhere(path, (from, to) -> "exists(" + from + to + ")");
      case Condition.Equal(JsonNode operand) -> in(path, List.of(operand));
      case Condition.In(List<JsonNode> operands) -> in(path, operands);
      case Condition.Compare(Condition.Comparison comparison, JsonNode operand)
          when operand.isNull() ->
          comparison.orEqual() ? in(path, List.of(operand)) : any(List.of());
      case Condition.OfType(var types) when types.contains(ValueType.ARRAY) ->
          any(List.of(whole(path, condition), value(path, condition)));
      case Condition.Compare _, Condition.Matches _, Condition.Remainder _, Condition.OfType _ ->
          value(path, condition);
      case Condition.Size _, Condition.Element _ -> whole(path, condition);
    };
  }

  private String in(List<String> path, List<JsonNode> operands) {
    List<String> tests = new ArrayList<>();
    for (JsonNode operand : operands) {
      if (operand.isContainer()) {
        tests.add(whole(path, new Condition.Equal(operand)));
      } else if (operand.isNull()) {
        tests.add(missing(root + key(path.getFirst()), path.subList(1, path.size())));
      }
    }
    if (!operands.isEmpty()) {
      tests.add(value(path, new Condition.In(operands)));
    }
    return any(tests);
  }

  /** Of a value as it stands, an array too: before a filter could unwrap it. */
  private String whole(List<String> path, Condition condition) {
    return somewhere(
        path,
        (from, to) ->
            "exists(%s ? (%s && %s))"
                .formatted(from, hasType("@", "object"), JsonPathValue.meets("@" + to, condition)));
  }

  /** Of a value that is no array, or of an element of one that is. */
  private String value(List<String> path, Condition condition) {
    String test = JsonPathValue.meets("@", condition);
    return somewhere(path, (from, to) -> "exists(" + from + to + " ? (" + test + "))");
  }

  /** A test of the value that is reached from objects {@code from} by the accessors {@code to}. */
  private interface Leaf {
    String at(String from, String to);
  }

  /** Whether the test holds for some way to read the path: an index may also be a key. */
  private String somewhere(List<String> path, Leaf leaf) {
    return somewhere(root, key(path.getFirst()), path.subList(1, path.size()), leaf);
  }

  private static String somewhere(String from, String to, List<String> rest, Leaf leaf) {
    if (rest.isEmpty()) {
      return leaf.at(from, to);
    }
    String next = rest.getFirst();
    List<String> after = rest.subList(1, rest.size());
    String asKey = somewhere(from + to, key(next), after, leaf);
    if (!FieldPath.isIndex(next)) {
      return asKey;
    }
    String asIndex =
        "exists(%s ? (%s && %s && %s))"
            .formatted(
                from,
                hasType("@", "object"),
                hasType("@" + to, "array"),
                somewhere("@", to + "[" + next + "]", after, leaf));
    return any(List.of(asKey, asIndex));
  }

  /** The paths that lead to all values of a field, one for each way to read it. */
  static List<String> ways(FieldPath path) {
    List<String> ways = new ArrayList<>();
    List<String> keys = path.keys();
    ways("$", key(keys.getFirst()), keys.subList(1, keys.size()), ways);
    return ways;
  }

  private static void ways(String from, String to, List<String> rest, List<String> ways) {
    if (rest.isEmpty()) {
      ways.add(from + to);
      return;
    }
    String next = rest.getFirst();
    List<String> after = rest.subList(1, rest.size());
    ways(from + to, key(next), after, ways);
    if (FieldPath.isIndex(next)) {
      String arrays = all(List.of(hasType("@", "object"), hasType("@" + to, "array")));
      ways(from + " ? " + arrays, to + "[" + next + "]", after, ways);
    }
  }

  /**
   * Whether a field is missing at the rest of a path below a single value. As in MongoDB an element
   * that is no object does not lack a field, and neither does an array without elements.
   */
  static String missing(String value, List<String> rest) {
    String gone = not("exists(" + value + ")");
    if (rest.isEmpty()) {
      return gone;
    }
    String next = rest.getFirst();
    List<String> after = rest.subList(1, rest.size());
    String scalar = all(List.of(value + ".type() != \"object\"", value + ".type() != \"array\""));
    String inObjects =
        "exists(%s ? (%s && %s))"
            .formatted(value, hasType("@", "object"), missing("@" + key(next), after));
    if (!FieldPath.isIndex(next)) {
      return any(List.of(gone, scalar, inObjects));
    }
    return any(
        List.of(
            gone,
            scalar,
            all(List.of(hasType(value, "object"), inObjects)),
            all(List.of(hasType(value, "array"), missing(value + "[" + next + "]", after)))));
  }
}
