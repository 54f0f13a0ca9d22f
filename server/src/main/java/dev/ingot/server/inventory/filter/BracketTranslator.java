package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.util.Map;

/** Rewrites one bracket expression; see {@link RegularExpressionTranslator}. */
final class BracketTranslator {
  /** Perl's classes hold ASCII alone, PostgreSQL's follow the locale: written out. */
  private static final Map<String, String> CLASSES =
      Map.ofEntries(
          Map.entry("alpha", "a-zA-Z"),
          Map.entry("digit", "0-9"),
          Map.entry("alnum", "a-zA-Z0-9"),
          Map.entry("upper", "A-Z"),
          Map.entry("lower", "a-z"),
          Map.entry("word", "a-zA-Z0-9_"),
          Map.entry("xdigit", "0-9a-fA-F"),
          Map.entry("space", " \\t-\\r"),
          Map.entry("blank", " \\t"),
          Map.entry("punct", "!-/:-@\\u005b-`{-~"));

  private static final Map<Character, String> SHORT_CLASSES =
      Map.of(
          'd',
          "0-9",
          'w',
          "a-zA-Z0-9_",
          's',
          " \\t-\\r",
          'D',
          "\\u0001-/:-\\U0010ffff",
          'S',
          "\\u0001-\\u0008\\u000e-\\u001f!-\\U0010ffff");

  private final String text;
  private final StringBuilder written;
  private final String field;
  private int at;

  /** Starts after the opening bracket. */
  BracketTranslator(String text, int at, StringBuilder written, String field) {
    this.text = text;
    this.at = at;
    this.written = written;
    this.field = field;
  }

  /** Returns the place after the closing bracket. */
  int translate() {
    written.append('[');
    if (text.startsWith("^", at)) {
      at++;
      written.append('^');
    }
    boolean first = true;
    while (at < text.length() && (first || text.charAt(at) != ']')) {
      first = false;
      if (!knownClass()) {
        range();
      }
    }
    if (at >= text.length()) {
      throw refuse("has a [ that is not closed");
    }
    written.append(']');
    return at + 1;
  }

  private boolean knownClass() {
    if (text.startsWith("[:", at)) {
      int end = text.indexOf(":]", at);
      String known = end < 0 ? null : CLASSES.get(text.substring(at + 2, end));
      if (known == null) {
        throw refuse("has a class that is not known in a bracket");
      }
      written.append(known);
      at = end + 2;
      return true;
    }
    if (text.startsWith("[.", at) || text.startsWith("[=", at)) {
      throw refuse("has a collating element in a bracket");
    }
    String known =
        text.startsWith("\\", at) && at + 1 < text.length()
            ? SHORT_CLASSES.get(text.charAt(at + 1))
            : null;
    if (known == null) {
      return false;
    }
    written.append(known);
    at += 2;
    return true;
  }

  private void range() {
    int low = character();
    boolean range =
        text.startsWith("-", at)
            && at + 1 < text.length()
            && text.charAt(at + 1) != ']'
            && !shortClassAt(at + 1);
    if (!range) {
      write(written(low));
      return;
    }
    at++;
    int high = written(character());
    if (high < low) {
      throw refuse("has a range that ends before it begins");
    }
    write(Math.max(low, 1));
    written.append('-');
    write(high);
  }

  private boolean shortClassAt(int place) {
    return text.startsWith("[:", place)
        || (text.charAt(place) == '\\'
            && place + 1 < text.length()
            && SHORT_CLASSES.containsKey(text.charAt(place + 1)));
  }

  /** No text holds a NUL: a range may begin with it, as that of ASCII does, but nothing else. */
  private int written(int c) {
    if (c == 0) {
      throw refuse("has a \\x00 that begins no range; no text holds one");
    }
    return c;
  }

  private int character() {
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    if (c != '\\') {
      return c;
    }
    if (at >= text.length()) {
      throw refuse("ends with a \\");
    }
    int escaped = text.codePointAt(at);
    at += Character.charCount(escaped);
    return switch (escaped) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'b' -> '\b';
      case 'x' -> {
        String nul = text.startsWith("00", at) ? "00" : "{0}";
        if (text.startsWith(nul, at)) {
          at += nul.length();
          yield 0;
        }
        StringBuilder code = new StringBuilder();
        at = hexadecimal(text, at, code, field);
        yield Integer.parseInt(code.substring(2), 16);
      }
      default -> {
        if (escaped < 128 && Character.isLetterOrDigit(escaped)) {
          throw refuse("has \\" + Character.toString(escaped) + " in a bracket, not known there");
        }
        yield escaped;
      }
    };
  }

  private void write(int c) {
    boolean plain = c >= 128 || Character.isLetterOrDigit(c) || c == ' ' || c == '_';
    if (plain) {
      written.appendCodePoint(c);
    } else {
      written.append(String.format("\\u%04x", c));
    }
  }

  /** Copies {@code HH} or <code>{H…}</code> as PostgreSQL writes it; returns the place after it. */
  static int hexadecimal(String text, int at, StringBuilder written, String field) {
    boolean braces = text.startsWith("{", at);
    int start = braces ? at + 1 : at;
    int end = braces ? text.indexOf('}', start) : Math.min(at + 2, text.length());
    String digits = end < 0 ? "" : text.substring(start, end);
    int code = digits.matches("[0-9a-fA-F]{1,6}") ? Integer.parseInt(digits, 16) : -1;
    if (code < 1 || code > Character.MAX_CODE_POINT || (code >= 0xD800 && code <= 0xDFFF)) {
      throw Problem.invalid(field, "the expression has a \\x that names no character");
    }
    written.append(
        code <= 0xFFFF ? String.format("\\u%04x", code) : String.format("\\U%08x", code));
    return braces ? end + 1 : end;
  }

  private Problem refuse(String why) {
    return Problem.invalid(field, "the expression " + why);
  }
}
