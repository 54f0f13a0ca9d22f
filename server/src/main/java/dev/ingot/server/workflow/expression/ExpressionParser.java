package dev.ingot.server.workflow.expression;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads an expression by recursive descent, no deeper than a bound. */
final class ExpressionParser {
  private static final int DEEPEST = 50;
  private static final int LONGEST_NUMBER = 30;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Longer ones first, so that {@code <=} is not read as {@code <}. */
  private static final List<Map.Entry<String, Expression.Operator>> COMPARISONS =
      List.of(
          Map.entry("==", Expression.Operator.EQUAL),
          Map.entry("!=", Expression.Operator.UNEQUAL),
          Map.entry("<=", Expression.Operator.AT_MOST),
          Map.entry(">=", Expression.Operator.AT_LEAST),
          Map.entry("<", Expression.Operator.LESS),
          Map.entry(">", Expression.Operator.GREATER));

  private final String text;
  private int at;
  private int depth;

  ExpressionParser(String text) {
    this.text = text;
  }

  Expression parse() {
    if (text.length() > Expression.LONGEST) {
      throw new ExpressionException(
          "an expression has at most %d characters, this one %d"
              .formatted(Expression.LONGEST, text.length()));
    }
    Expression read = or();
    blanks();
    if (at < text.length()) {
      throw wrong("unexpected " + text.charAt(at));
    }
    return read;
  }

  private Expression or() {
    if (++depth > DEEPEST) {
      throw wrong("nested deeper than " + DEEPEST + " levels");
    }
    Expression left = and();
    while (take("||")) {
      left = new Expression.Binary(Expression.Operator.OR, left, and());
    }
    depth--;
    return left;
  }

  private Expression and() {
    Expression left = comparison();
    while (take("&&")) {
      left = new Expression.Binary(Expression.Operator.AND, left, comparison());
    }
    return left;
  }

  private Expression comparison() {
    Expression left = unary();
    for (Map.Entry<String, Expression.Operator> each : COMPARISONS) {
      if (take(each.getKey())) {
        return new Expression.Binary(each.getValue(), left, unary());
      }
    }
    return word("in") ? new Expression.Binary(Expression.Operator.IN, left, unary()) : left;
  }

  private Expression unary() {
    blanks();
    if (at < text.length() && text.charAt(at) == '!' && !text.startsWith("!=", at)) {
      at++;
      if (++depth > DEEPEST) {
        throw wrong("nested deeper than " + DEEPEST + " levels");
      }
      Expression of = unary();
      depth--;
      return new Expression.Not(of);
    }
    return primary();
  }

  private Expression primary() {
    blanks();
    if (at >= text.length()) {
      throw wrong("it ends where a value is expected");
    }
    char c = text.charAt(at);
    if (c == '(') {
      at++;
      Expression inner = or();
      expect(")");
      return inner;
    }
    if (c == '"' || c == '\'') {
      return new Expression.Literal(JSON.stringNode(quoted(c)));
    }
    if (Character.isDigit(c)
        || (c == '-' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)))) {
      return number();
    }
    if (!isWord(c)) {
      throw wrong("unexpected " + c);
    }
    String name = name();
    return switch (name) {
      case "true" -> new Expression.Literal(JSON.booleanNode(true));
      case "false" -> new Expression.Literal(JSON.booleanNode(false));
      case "null" -> new Expression.Literal(JSON.nullNode());
      default -> {
        blanks();
        yield at < text.length() && text.charAt(at) == '(' ? call(name) : path(name);
      }
    };
  }

  private Expression call(String name) {
    Expression.Function function = function(name);
    if (function == null) {
      throw wrong("no function " + name + "; known: exists, length, contains, startsWith");
    }
    expect("(");
    List<Expression> arguments = new ArrayList<>();
    if (!take(")")) {
      do {
        arguments.add(or());
      } while (take(","));
      expect(")");
    }
    if (arguments.size() != function.arguments) {
      throw wrong(
          "%s takes %d arguments, not %d".formatted(name, function.arguments, arguments.size()));
    }
    return new Expression.Call(function, List.copyOf(arguments));
  }

  private static Expression.@Nullable Function function(String name) {
    for (Expression.Function each : Expression.Function.values()) {
      if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    return null;
  }

  private Expression path(String root) {
    List<String> keys = new ArrayList<>();
    while (at < text.length()) {
      if (text.charAt(at) == '.') {
        at++;
        if (at >= text.length() || !isWord(text.charAt(at))) {
          throw wrong("a name is expected after the dot");
        }
        keys.add(name());
      } else if (text.charAt(at) == '[') {
        at++;
        blanks();
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
          keys.add(quoted(text.charAt(at)));
        } else {
          int from = at;
          while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
          }
          if (from == at || at - from > 9) {
            throw wrong("an index or a quoted name is expected");
          }
          keys.add(text.substring(from, at));
        }
        expect("]");
      } else {
        break;
      }
    }
    return new Expression.Path(root, List.copyOf(keys));
  }

  private String name() {
    int from = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$' || c == '@';
  }

  private String quoted(char quote) {
    StringBuilder read = new StringBuilder();
    int from = at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      read.append(text.charAt(at++));
    }
    if (at >= text.length()) {
      at = from;
      throw wrong("the quote is not closed");
    }
    at++;
    return read.toString();
  }

  private Expression number() {
    int from = at++;
    while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    String number = text.substring(from, at);
    if (number.length() > LONGEST_NUMBER || !number.matches("-?\\d+(\\.\\d+)?")) {
      throw wrong(number + " is no number");
    }
    return new Expression.Literal(JSON.numberNode(new BigDecimal(number)));
  }

  private boolean word(String word) {
    blanks();
    int end = at + word.length();
    if (text.startsWith(word, at) && (end >= text.length() || !isWord(text.charAt(end)))) {
      at = end;
      return true;
    }
    return false;
  }

  private boolean take(String symbol) {
    blanks();
    if (text.startsWith(symbol, at)) {
      at += symbol.length();
      return true;
    }
    return false;
  }

  private void expect(String symbol) {
    if (!take(symbol)) {
      throw wrong(symbol + " is expected");
    }
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private ExpressionException wrong(String why) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return new ExpressionException(why + " (character " + (at + 1) + " of: " + shown.strip() + ")");
  }
}
