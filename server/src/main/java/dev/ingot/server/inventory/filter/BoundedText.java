package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text that an expression may look at so often and no more: Java's engine tries every way. */
final class BoundedText implements CharSequence {
  private static final int LOOKS = 2_000_000;

  /**
   * Characters that Java's engine takes for an ASCII letter in another case (dotless i, i with a
   * dot, long s, the sign of kelvin), and PostgreSQL's does not. They give way to private ones.
   */
  private static final String ALIKE = "\u0130\u0131\u017f\u212a";

  private static final char INSTEAD = '\ue130';

  private static final class TooOften extends RuntimeException {
    TooOften() {
      super("looked at too often", null, false, false);
    }
  }

  private final String text;
  private int looks;

  private BoundedText(String text) {
    this.text = text;
  }

  /**
   * The expression in Java's syntax. It is written out for PostgreSQL: no classes, escapes or
   * places are left on which the two differ, but how they write the end and large code points.
   */
  static Pattern pattern(RegularExpression expression) {
    int flags = Pattern.UNIX_LINES;
    if (expression.flags().contains("i")) {
      flags |= Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    }
    if (expression.flags().contains("m")) {
      flags |= Pattern.MULTILINE;
    }
    // A dot that is left matches a newline too.
    String pattern = inJava(expression.pattern());
    boolean anyCase = expression.flags().contains("i");
    return Pattern.compile(anyCase ? apart(pattern) : pattern, flags | Pattern.DOTALL);
  }

  private static String apart(String text) {
    String written = text;
    for (int i = 0; i < ALIKE.length(); i++) {
      written = written.replace(ALIKE.charAt(i), (char) (INSTEAD + i));
    }
    return written;
  }

  private static String inJava(String pattern) {
    StringBuilder written = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      char next = c == '\\' && i + 1 < pattern.length() ? pattern.charAt(++i) : 0;
      switch (next) {
        case 0 -> written.append(c);
        case 'Z' -> written.append("\\z");
        case 'U' -> {
          written.append("\\x{").append(pattern, i + 1, i + 9).append('}');
          i += 8;
        }
        default -> written.append('\\').append(next);
      }
    }
    return written.toString();
  }

  /** Whether a pattern is found in a text. */
  static boolean find(Pattern pattern, String text, String field) {
    boolean anyCase = (pattern.flags() & Pattern.CASE_INSENSITIVE) != 0;
    Matcher matcher = pattern.matcher(new BoundedText(anyCase ? apart(text) : text));
    try {
      return matcher.find();
    } catch (TooOften | StackOverflowError e) {
      throw new Problem(
          Problem.Kind.INVALID,
          "the expression takes too long on a text of " + text.length() + " characters",
          field,
          e);
    }
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public char charAt(int index) {
    if (++looks > LOOKS) {
      throw new TooOften();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
