package dev.ingot.server.workflow.expression;

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

  /**
   * RackHD's: what is repeated for each element of a list, or there if something is, or is not.
   *
   * @param inverted whether it is there if it is not
   */
  public record Section(Expression of, boolean inverted, List<Part> parts) implements Part {}

  /** A place in a value that holds an expression. */
  public record Place(String place, Expression expression) {}

  /**
   * Reads one. Three braces are the same as two: nothing is escaped.
   *
   * @throws ExpressionException saying where it is wrong
   */
  public static Template parse(String text) {
    return new TemplateParser(text).parse();
  }

  /** Whether there is something to fill in. */
  public boolean hasHoles() {
    return parts.stream().anyMatch(part -> !(part instanceof Text));
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
        expressions(parse(value.stringValue()).parts(), place, found);
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

  private static void expressions(List<Part> parts, String place, List<Place> found) {
    for (Part part : parts) {
      switch (part) {
        case Text _ -> {}
        case Hole(Expression expression) -> found.add(new Place(place, expression));
        // What a section repeats may name fields of elements, which are not known before.
        case Section(Expression of, boolean _, List<Part> _) -> found.add(new Place(place, of));
      }
    }
  }
}
