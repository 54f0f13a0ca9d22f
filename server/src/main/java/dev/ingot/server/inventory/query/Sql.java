package dev.ingot.server.inventory.query;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A piece of SQL with its parameters in order. As a condition it is true or false, never null.
 *
 * @param text with a {@code ?} for each parameter
 */
record Sql(String text, List<Object> parameters) {
  static final Sql TRUE = new Sql("true");

  Sql {
    parameters = List.copyOf(parameters);
  }

  Sql(String text, Object... parameters) {
    this(text, List.of(parameters));
  }

  static Sql all(List<Sql> conditions) {
    return conditions.isEmpty() ? TRUE : joined(conditions, " and ");
  }

  static Sql any(List<Sql> conditions) {
    return joined(conditions, " or ");
  }

  static Sql not(Sql condition) {
    return new Sql("not " + condition.text, condition.parameters);
  }

  private static Sql joined(List<Sql> conditions, String word) {
    if (conditions.size() == 1) {
      return conditions.getFirst();
    }
    List<Object> parameters = new ArrayList<>();
    conditions.forEach(condition -> parameters.addAll(condition.parameters));
    return new Sql(
        conditions.stream().map(Sql::text).collect(Collectors.joining(word, "(", ")")), parameters);
  }
}
