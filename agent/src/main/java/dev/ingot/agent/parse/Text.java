package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Words of tools. */
final class Text {
  /** What tools write where they know nothing. What firmware writes there is kept: it is a fact. */
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "-",
          "--",
          "...",
          "n/a",
          "na",
          "none",
          "unknown",
          "not specified",
          "not available",
          "not provided",
          "not applicable",
          "not present",
          "not supported",
          "not reported",
          "not received",
          "not settable",
          "undefined",
          "<out of spec>",
          "<bad index>",
          "no dimm",
          "null");

  /** Expressions of the parsers, each compiled once. */
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private Text() {}

  /** Whether the whole text matches an expression. Only for expressions that stand in the code. */
  static boolean matches(String text, String expression) {
    return PATTERNS.computeIfAbsent(expression, Pattern::compile).matcher(text).matches();
  }

  /** The value; null if it says that there is none. */
  static @Nullable String known(@Nullable String value) {
    String text = value == null ? "" : value.strip();
    return NOTHING.contains(text.toLowerCase(Locale.ROOT)) ? null : text;
  }

  /** A key in lower case, its words joined by {@code _}. */
  static String snake(String key) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      char c = Character.toLowerCase(key.charAt(i));
      boolean word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (word) {
        out.append(c);
      } else if (!out.isEmpty() && out.charAt(out.length() - 1) != '_') {
        out.append('_');
      }
    }
    int end = out.length();
    while (end > 0 && out.charAt(end - 1) == '_') {
      end--;
    }
    return out.substring(0, end);
  }

  /** Yes, enabled, on, true, present, 1; and their opposites; else null. */
  static @Nullable Boolean flag(@Nullable String value) {
    if (value == null) {
      return null;
    }
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "yes", "true", "on", "enabled", "enable", "1", "y", "present", "supported" -> true;
      case "no", "false", "off", "disabled", "disable", "0", "n", "absent", "not supported" ->
          false;
      default -> null;
    };
  }

  /** The first whole number in a text, thousands apart or not; null if there is none. */
  static @Nullable Long number(@Nullable String value) {
    if (value == null) {
      return null;
    }
    int from = 0;
    while (from < value.length() && !digit(value.charAt(from))) {
      from++;
    }
    boolean hexadecimal =
        value.startsWith("0x", from) && from + 2 < value.length() && hex(value.charAt(from + 2));
    int to = hexadecimal ? from + 2 : from;
    while (to < value.length()
        && (hexadecimal
            ? hex(value.charAt(to))
            : digit(value.charAt(to)) || thousands(value, to))) {
      to++;
    }
    String digits = value.substring(from, to);
    boolean negative =
        from > 0 && value.charAt(from - 1) == '-' && (from == 1 || blank(value, from));
    Long number = Numbers.parse(hexadecimal ? digits : digits.replaceAll("[^0-9]", ""));
    return number == null || !negative ? number : Long.valueOf(-number);
  }

  private static boolean blank(String value, int from) {
    return Character.isWhitespace(value.charAt(from - 2));
  }

  /** A comma, dot-like space or apostrophe between groups of three digits. */
  private static boolean thousands(String value, int at) {
    char c = value.charAt(at);
    return (c == ',' || c == '\'' || c == '\u00a0' || c == '\u202f')
        && at + 3 < value.length()
        && digit(value.charAt(at + 1))
        && digit(value.charAt(at + 2))
        && digit(value.charAt(at + 3))
        && (at + 4 >= value.length() || !digit(value.charAt(at + 4)));
  }

  /** The first decimal number in a text; null if there is none. */
  static @Nullable Double decimal(@Nullable String value) {
    if (value == null) {
      return null;
    }
    int from = 0;
    while (from < value.length() && !digit(value.charAt(from))) {
      from++;
    }
    int to = from;
    boolean point = false;
    while (to < value.length()
        && to - from < 40
        && (digit(value.charAt(to)) || (!point && value.charAt(to) == '.'))) {
      point |= value.charAt(to) == '.';
      to++;
    }
    if (to == from) {
      return null;
    }
    try {
      double number = Double.parseDouble(value.substring(from, to));
      boolean negative = from > 0 && value.charAt(from - 1) == '-';
      return negative ? -number : number;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Parts of a text between separators, blanks around them and empty ones left out. */
  static List<String> parts(@Nullable String value, String separators) {
    return value == null
        ? List.of()
        : java.util.Arrays.stream(value.split("[" + separators + "]", -1))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList();
  }

  /** What stands between two marks; null if they are not there. */
  static @Nullable String between(String text, String before, String after) {
    int from = text.indexOf(before);
    if (from < 0) {
      return null;
    }
    int start = from + before.length();
    int to = text.indexOf(after, start);
    return to < 0 ? null : text.substring(start, to).strip();
  }

  /** For people: control characters left out, cut. */
  static String shown(String text, int most) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < most; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return out.length() < text.length() ? out + "…" : out.toString();
  }

  static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean hex(char c) {
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
