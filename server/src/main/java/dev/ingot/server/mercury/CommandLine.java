package dev.ingot.server.mercury;

import java.util.ArrayList;
import java.util.List;

/** A line as words, by the rules of Python's shlex.split, which are those of POSIX shells. */
final class CommandLine {
  private static final String ESCAPED_IN_QUOTES = "\"\\";

  private CommandLine() {}

  /**
   * The words.
   *
   * @throws Refused if a quotation does not end, or there is no word
   */
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean last = i == line.length() - 1;
      if (quote == '\'') {
        if (c == '\'') {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\\') {
        if (last) {
          throw new Refused("the command ends with a backslash that escapes nothing");
        }
        char next = line.charAt(++i);
        if (quote == '"' && ESCAPED_IN_QUOTES.indexOf(next) < 0) {
          word.append(c);
        }
        word.append(next);
        begun = true;
      } else if (quote == '"') {
        if (c == '"') {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        if (begun) {
          words.add(word.toString());
          word.setLength(0);
          begun = false;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (quote != 0) {
      throw new Refused("a quotation in the command does not end");
    }
    if (begun) {
      words.add(word.toString());
    }
    if (words.isEmpty()) {
      throw new Refused("the command is empty");
    }
    return words;
  }
}
