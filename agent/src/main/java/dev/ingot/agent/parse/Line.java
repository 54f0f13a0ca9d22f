package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of an output.
 *
 * @param number from 1
 * @param indent columns of blanks before it; a tab goes to the next multiple of 8
 * @param text without blanks around it
 * @param raw with the blanks before it
 */
record Line(int number, int indent, String text, String raw) {
  /**
   * Longer lines are cut: the longest real ones, flags of a processor, have about 3,000 characters.
   */
  private static final int LONGEST = 4096;

  private static final int TAB = 8;

  static List<Line> of(String text) {
    List<Line> lines = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end;
      String raw = text.substring(from, Math.min(to, from + LONGEST)).stripTrailing();
      lines.add(of(lines.size() + 1, raw));
      from = to + 1;
    }
    return lines;
  }

  private static Line of(int number, String raw) {
    int indent = 0;
    int at = 0;
    while (at < raw.length() && Character.isWhitespace(raw.charAt(at))) {
      indent = raw.charAt(at) == '\t' ? (indent / TAB + 1) * TAB : indent + 1;
      at++;
    }
    return new Line(number, indent, raw.substring(at), raw);
  }

  boolean isBlank() {
    return text.isEmpty();
  }

  /** Nothing but the characters of rules: {@code ------}, {@code ======}. */
  boolean isRule() {
    return text.length() > 2 && text.chars().allMatch(c -> "-=+*_ |".indexOf(c) >= 0);
  }
}
