package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a Perl-compatible expression as PostgreSQL's advanced one. Only whether it is found
 * matters, not where, so groups do not capture and lazy quantifiers are plain ones. What
 * PostgreSQL's engine cannot do in bounded time or does otherwise is refused: back references,
 * atomic groups, possessive quantifiers, conditionals, Unicode properties.
 *
 * <p>Syntax: perldoc perlre; PostgreSQL 18 documentation, 9.7.3.
 */
final class RegularExpressionTranslator {
  private static final String WORD = "[A-Za-z0-9_]";
  private static final String END = "(?=\\n?\\Z)";

  /** How many states the expression may unfold to: PostgreSQL copies what is repeated. */
  private static final int MAX_SIZE = 5000;

  /** PostgreSQL's DUPMAX. */
  private static final int MAX_REPETITION = 255;

  private static final int MAX_DEPTH = 30;

  private static final Pattern NAME = Pattern.compile("\\?P?<[A-Za-z_]\\w{0,31}>");
  private static final String REPETITION = "\\{\\d{1,9}(,\\d{0,9})?\\}";

  private final String text;
  private final boolean manyLines;
  private final boolean dotMatchesNewline;
  private final boolean extended;
  private final String field;
  private final StringBuilder written = new StringBuilder();
  private int at;

  RegularExpressionTranslator(
      String text, boolean manyLines, boolean dotMatchesNewline, boolean extended, String field) {
    this.text = text;
    this.manyLines = manyLines;
    this.dotMatchesNewline = dotMatchesNewline;
    this.extended = extended;
    this.field = field;
  }

  String translate() {
    alternatives(0);
    if (at < text.length()) {
      throw refuse("has a ) that closes nothing");
    }
    return written.toString();
  }

  /** Returns how many states what it read unfolds to. */
  private long alternatives(int depth) {
    if (depth > MAX_DEPTH) {
      throw refuse("nests deeper than " + MAX_DEPTH + " groups");
    }
    long size = 1;
    skipLayout();
    while (at < text.length() && text.charAt(at) != ')') {
      if (text.charAt(at) == '|') {
        at++;
        written.append('|');
      } else {
        size += quantified(depth);
        if (size > MAX_SIZE) {
          throw refuse("is too large once its repetitions are written out");
        }
      }
      skipLayout();
    }
    return size;
  }

  /** With the option x blanks and comments between the parts mean nothing. */
  private void skipLayout() {
    while (extended && at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end + 1;
      } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
        at++;
      } else {
        return;
      }
    }
  }

  private long quantified(int depth) {
    long size = atom(depth);
    skipLayout();
    int before = at;
    int most = quantifier();
    if (before == at) {
      return Math.max(size, 1);
    }
    if (size == 0) {
      throw refuse("repeats a place (^, $, \\b or a look-around)");
    }
    if (at < text.length() && text.charAt(at) == '?') {
      at++;
    }
    if (at < text.length() && "*+?".indexOf(text.charAt(at)) >= 0) {
      throw refuse("has a possessive or doubled quantifier");
    }
    return size * Math.max(most, 1);
  }

  /** Copies a quantifier if one stands here; returns how often it may repeat. */
  private int quantifier() {
    if (at >= text.length()) {
      return 1;
    }
    char sign = text.charAt(at);
    if (sign == '*' || sign == '+' || sign == '?') {
      at++;
      written.append(sign);
      return 1;
    }
    int end = sign == '{' ? text.indexOf('}', at) : -1;
    if (end < 0 || !text.substring(at, end + 1).matches(REPETITION)) {
      return 1;
    }
    String bounds = text.substring(at + 1, end);
    int comma = bounds.indexOf(',');
    int least = Integer.parseInt(comma < 0 ? bounds : bounds.substring(0, comma));
    boolean open = comma == bounds.length() - 1;
    int most = comma < 0 || open ? least : Integer.parseInt(bounds.substring(comma + 1));
    if (most < least || most > MAX_REPETITION) {
      throw refuse("has the repetition {" + bounds + "}; at most {255} is known");
    }
    at = end + 1;
    written.append('{').append(bounds).append('}');
    return most;
  }

  /** Returns the size of the atom, 0 for what matches a place and may not be repeated. */
  private long atom(int depth) {
    char c = text.charAt(at++);
    switch (c) {
      case '(' -> {
        return group(depth);
      }
      case '[' -> {
        at = new BracketTranslator(text, at, written, field).translate();
        return 1;
      }
      case '.' -> written.append(dotMatchesNewline ? "." : "[^\\n]");
      case '^' -> {
        // Perl sees no line after a newline that ends the text.
        written.append(manyLines ? "(?:\\A|^(?!\\Z))" : "^");
        return 0;
      }
      case '$' -> {
        written.append(manyLines ? "$" : END);
        return 0;
      }
      case '{' -> {
        if (text.substring(at - 1).matches("(?s)" + REPETITION + ".*")) {
          throw refuse("repeats nothing at " + (at - 1));
        }
        literal(c);
      }
      case '*', '+', '?' -> throw refuse("repeats nothing at " + (at - 1));
      case '\\' -> {
        return escape();
      }
      default -> literal(c);
    }
    return 1;
  }

  private long group(int depth) {
    boolean look = false;
    if (text.startsWith("?:", at)) {
      at += 2;
      written.append("(?:");
    } else if (text.startsWith("?", at)) {
      int named = nameLength();
      if (named > 0) {
        at += named;
        written.append("(?:");
        return closed(depth, false);
      }
      String kind =
          text.startsWith("?<", at)
              ? text.substring(at, Math.min(at + 3, text.length()))
              : text.substring(at, Math.min(at + 2, text.length()));
      if (!kind.equals("?=") && !kind.equals("?!") && !kind.equals("?<=") && !kind.equals("?<!")) {
        throw refuse("has the group (" + kind + "…, which is not known");
      }
      look = true;
      at += kind.length();
      written.append('(').append(kind);
    } else {
      written.append("(?:");
    }
    return closed(depth, look);
  }

  /** How long the name of a group is that begins here: it is never asked for. */
  private int nameLength() {
    Matcher name = NAME.matcher(text).region(at, text.length());
    return name.lookingAt() ? name.end() - at : 0;
  }

  private long closed(int depth, boolean look) {
    long size = alternatives(depth + 1);
    if (at >= text.length()) {
      throw refuse("has a ( that is not closed");
    }
    at++;
    written.append(')');
    return look ? 0 : size;
  }

  private long escape() {
    if (at >= text.length()) {
      throw refuse("ends with a \\");
    }
    char c = text.charAt(at++);
    switch (c) {
      case 'd' -> written.append("[0-9]");
      case 'D' -> written.append("[^0-9]");
      case 'w' -> written.append(WORD);
      case 'W' -> written.append("[^A-Za-z0-9_]");
      case 's' -> written.append("[ \\t-\\r]");
      case 'S' -> written.append("[^ \\t-\\r]");
      case 'b' -> {
        written.append("(?:(?<=" + WORD + ")(?!" + WORD + ")|(?<!" + WORD + ")(?=" + WORD + "))");
        return 0;
      }
      case 'B' -> {
        written.append("(?:(?<=" + WORD + ")(?=" + WORD + ")|(?<!" + WORD + ")(?!" + WORD + "))");
        return 0;
      }
      case 'A' -> {
        written.append("\\A");
        return 0;
      }
      case 'z' -> {
        written.append("\\Z");
        return 0;
      }
      case 'Z' -> {
        written.append(END);
        return 0;
      }
      case 'n', 't', 'r', 'f' -> written.append('\\').append(c);
      case 'x' -> {
        at = BracketTranslator.hexadecimal(text, at, written, field);
      }
      default -> {
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw refuse("has \\" + c + ", which is not known");
        }
        literal(c);
      }
    }
    return 1;
  }

  private void literal(char c) {
    if ("\\^$.[]()|*+?{}".indexOf(c) >= 0) {
      written.append('\\');
    }
    written.append(c);
  }

  private Problem refuse(String why) {
    return Problem.invalid(field, "the expression " + why);
  }
}
