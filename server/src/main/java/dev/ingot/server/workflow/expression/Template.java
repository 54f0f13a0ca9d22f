package dev.ingot.server.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * A text with expressions in {@code {{ }}}. A text that is one expression and nothing else becomes
 * its value, with its type; in a longer one values are written into the text.
 */
public record Template(List<Part> parts) {
  /** A piece of it. */
  public sealed interface Part {}

  /** What stands there as it is. */
  public record Text(String text) implements Part {}

  /** What is filled in. */
  public record Hole(Expression expression) implements Part {}

  /** A place in a value that holds an expression. */
  public record Place(String place, Expression expression) {}

  /**
   * Reads one. Three braces are the same as two: nothing is escaped.
   *
   * @throws ExpressionException saying where it is wrong
   */
  public static Template parse(String text) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      int open = text.indexOf("{{", at);
      if (open < 0) {
        if (at < text.length() || parts.isEmpty()) {
          parts.add(new Text(text.substring(at)));
        }
        return new Template(List.copyOf(parts));
      }
      if (open > at) {
        parts.add(new Text(text.substring(at, open)));
      }
      boolean three = text.startsWith("{{{", open);
      String end = three ? "}}}" : "}}";
      int from = open + end.length();
      int close = text.indexOf(end, from);
      if (close < 0) {
        throw new ExpressionException("{{ is not closed (character " + (open + 1) + ")");
      }
      parts.add(new Hole(Expression.parse(text.substring(from, close))));
      at = close + end.length();
    }
  }

  /** Whether there is something to fill in. */
  public boolean hasHoles() {
    return parts.stream().anyMatch(Hole.class::isInstance);
  }

  /**
   * A value with every template in it filled in.
   *
   * @throws ExpressionException naming the place, and what nothing stands for
   */
  public static JsonNode render(JsonNode value, Scope scope) {
    return new Evaluation(scope).rendered(value);
  }

  /**
   * Shows every expression in the texts of a value, and what is wrong with those that are none.
   *
   * @param place of the value
   */
  public static void expressions(
      JsonNode value, String place, List<Place> found, BiConsumer<String, String> wrong) {
    if (value.isString()) {
      try {
        for (Part part : parse(value.stringValue()).parts()) {
          if (part instanceof Hole(Expression expression)) {
            found.add(new Place(place, expression));
          }
        }
      } catch (ExpressionException e) {
        wrong.accept(place, e.why());
      }
    } else if (value.isArray()) {
      int at = 0;
      for (JsonNode each : value) {
        expressions(each, place + "[" + at++ + "]", found, wrong);
      }
    } else if (value.isObject()) {
      value.forEachEntry((name, each) -> expressions(each, place + "." + name, found, wrong));
    }
  }
}
