package dev.ingot.server.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a template; sections nest no deeper than a bound. */
final class TemplateParser {
  private static final int DEEPEST = 20;

  private final String text;
  private int at;

  TemplateParser(String text) {
    this.text = text;
  }

  Template parse() {
    return new Template(parts(null, 0));
  }

  /** Up to the end of a section, or of the text. */
  private List<Template.Part> parts(@Nullable String section, int depth) {
    if (depth > DEEPEST) {
      throw new ExpressionException("sections are nested deeper than " + DEEPEST + " levels");
    }
    List<Template.Part> parts = new ArrayList<>();
    while (true) {
      int open = text.indexOf("{{", at);
      if (open < 0) {
        if (section != null) {
          throw new ExpressionException("{{#" + section + "}} is not closed");
        }
        if (at < text.length() || parts.isEmpty()) {
          parts.add(new Template.Text(text.substring(at)));
        }
        at = text.length();
        return List.copyOf(parts);
      }
      if (open > at) {
        parts.add(new Template.Text(text.substring(at, open)));
      }
      boolean three = text.startsWith("{{{", open);
      String end = three ? "}}}" : "}}";
      int from = open + end.length();
      int close = text.indexOf(end, from);
      if (close < 0) {
        throw new ExpressionException("{{ is not closed (character " + (open + 1) + ")");
      }
      at = close + end.length();
      String inner = text.substring(from, close).strip();
      char kind = inner.isEmpty() ? ' ' : inner.charAt(0);
      String rest = inner.isEmpty() ? "" : inner.substring(1).strip();
      if (kind == '/') {
        if (!rest.equals(section)) {
          throw new ExpressionException("{{/" + rest + "}} closes nothing");
        }
        return List.copyOf(parts);
      }
      if (kind == '#' || kind == '^') {
        parts.add(
            new Template.Section(Expression.parse(rest), kind == '^', parts(rest, depth + 1)));
      } else {
        parts.add(
            new Template.Hole(
                inner.equals(".")
                    ? new Expression.Path("this", List.of())
                    : Expression.parse(kind == '&' ? rest : inner)));
      }
    }
  }
}
