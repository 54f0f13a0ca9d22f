package dev.ingot.server.plugins;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A string of Python, with its prefix and its escapes: language reference, 2.4.1. Bytes are taken
 * as UTF-8.
 *
 * @param wrong why it is none; null when it is one
 * @param end where it ends in the text
 */
record PythonString(String value, @Nullable String wrong, int end) {
  private static final Pattern BEGINNING =
      Pattern.compile("(?<prefix>[uU]|[bB]?[rR]?|[rR][bB])(?<quote>'''|\"\"\"|'|\")");

  /** The string that begins there; null if none does. */
  static @Nullable PythonString at(String text, int from) {
    Matcher beginning = BEGINNING.matcher(text).region(from, text.length());
    if (!beginning.lookingAt()) {
      return null;
    }
    String prefix = beginning.group("prefix").toLowerCase(Locale.ROOT);
    String quote = beginning.group("quote");
    boolean raw = prefix.contains("r");
    int end = beginning.end();
    while (!text.startsWith(quote, end)) {
      if (end >= text.length() || (quote.length() == 1 && text.charAt(end) == '\n')) {
        return new PythonString("", "a string that is not closed", Math.min(end, text.length()));
      }
      end += text.charAt(end) == '\\' && end + 1 < text.length() ? 2 : 1;
    }
    String written = text.substring(beginning.end(), end);
    end += quote.length();
    if (raw) {
      return new PythonString(written, null, end);
    }
    StringBuilder value = new StringBuilder();
    String wrong = prefix.contains("b") ? bytes(written, value) : unescape(written, value, true);
    return new PythonString(value.toString(), wrong, end);
  }

  private static @Nullable String bytes(String written, StringBuilder value) {
    StringBuilder characters = new StringBuilder();
    String wrong = unescape(written, characters, false);
    if (wrong != null) {
      return wrong;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < characters.length(); i++) {
      if (characters.charAt(i) > 0xff) {
        return "bytes with a character that is none";
      }
      bytes.write(characters.charAt(i));
    }
    try {
      value.append(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())));
      return null;
    } catch (CharacterCodingException e) {
      return "bytes that are not UTF-8";
    }
  }

  /** Appends what is written; says what is wrong with it. */
  private static @Nullable String unescape(String written, StringBuilder value, boolean unicode) {
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c != '\\') {
        value.append(c);
        continue;
      }
      char escaped = written.charAt(++i);
      switch (escaped) {
        case '\n' -> {}
        case '\\', '\'', '"' -> value.append(escaped);
        case 'a' -> value.append('\007');
        case 'b' -> value.append('\b');
        case 'f' -> value.append('\f');
        case 'n' -> value.append('\n');
        case 'r' -> value.append('\r');
        case 't' -> value.append('\t');
        case 'v' -> value.append('\013');
        case '0', '1', '2', '3', '4', '5', '6', '7' -> {
          int end = i;
          while (end < written.length()
              && end < i + 3
              && written.charAt(end) >= '0'
              && written.charAt(end) <= '7') {
            end++;
          }
          value.append((char) Integer.parseInt(written.substring(i, end), 8));
          i = end - 1;
        }
        case 'x', 'u', 'U' -> {
          int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : 8;
          if (!unicode && escaped != 'x') {
            value.append('\\').append(escaped);
            break;
          }
          String hex = written.substring(i + 1, Math.min(written.length(), i + 1 + digits));
          if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
            return "\\" + escaped + " wants " + digits + " hexadecimal digits";
          }
          long code = Long.parseLong(hex, 16);
          if (code > Character.MAX_CODE_POINT) {
            return "\\" + escaped + " names no character";
          }
          value.appendCodePoint((int) code);
          i += digits;
        }
        case 'N' -> {
          int end = written.startsWith("{", i + 1) ? written.indexOf('}', i) : -1;
          if (!unicode || end < 0) {
            return "\\N wants a name in braces";
          }
          try {
            value.appendCodePoint(Character.codePointOf(written.substring(i + 2, end)));
          } catch (IllegalArgumentException e) {
            return "\\N names no character";
          }
          i = end;
        }
        default -> value.append('\\').append(escaped);
      }
    }
    return null;
  }
}
