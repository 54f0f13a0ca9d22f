package dev.ingot.server.inventory.filter;

import dev.ingot.server.problem.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A Perl-compatible expression, as MongoDB takes it, within what PostgreSQL's engine matches alike.
 *
 * @param pattern in PostgreSQL's own syntax
 * @param flags of {@code like_regex}
 */
public record RegularExpression(String pattern, String flags) {
  private static final int MAX_LENGTH = 500;

  /**
   * Reads a {@code $regex} and its {@code $options}.
   *
   * @param field where it was written, for problems
   */
  static RegularExpression read(JsonNode pattern, @Nullable JsonNode options, String field) {
    if (!pattern.isString()) {
      throw Problem.invalid(field, "$regex needs a text");
    }
    if (options != null && !options.isString()) {
      throw Problem.invalid(field, "$options needs a text of the letters i, m, s and x");
    }
    return read(pattern.stringValue(), options == null ? "" : options.stringValue(), field);
  }

  static RegularExpression read(String pattern, String options, String field) {
    if (pattern.length() > MAX_LENGTH) {
      throw Problem.invalid(field, "the expression is longer than " + MAX_LENGTH + " characters");
    }
    if (!FieldPath.writable(pattern)) {
      throw Problem.invalid(field, "the expression has a character that no document can have");
    }
    String letters = options;
    String rest = pattern;
    if (rest.matches("(?s)\\(\\?[a-zA-Z]+\\).*")) {
      int end = rest.indexOf(')');
      letters += rest.substring(2, end);
      rest = rest.substring(end + 1);
    }
    for (int i = 0; i < letters.length(); i++) {
      // u, Unicode, is how texts are read here anyway.
      if ("imsxu".indexOf(letters.charAt(i)) < 0) {
        throw Problem.invalid(
            field, "unknown option " + letters.charAt(i) + " of $regex; known are i, m, s and x");
      }
    }
    boolean manyLines = letters.indexOf('m') >= 0;
    RegularExpressionTranslator translator =
        new RegularExpressionTranslator(
            rest, manyLines, letters.indexOf('s') >= 0, letters.indexOf('x') >= 0, field);
    // With s PostgreSQL lets every bracket match a newline, as Perl does; what a dot matches is
    // written into the pattern.
    String flags = "s" + (letters.indexOf('i') >= 0 ? "i" : "") + (manyLines ? "m" : "");
    return new RegularExpression(translator.translate(), flags);
  }
}
