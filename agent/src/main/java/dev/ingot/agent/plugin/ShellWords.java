package dev.ingot.agent.plugin;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into words as a shell would that knows quotes and nothing else: POSIX.1-2024 XCU
 * 2.2 without newlines, variables or globs; what Python's {@code shlex.split} does. No shell ever
 * reads a command.
 */
final class ShellWords {
  private ShellWords() {}

  /**
   * The words.
   *
   * @throws IllegalArgumentException saying what is not closed
   */
  static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case ' ', '\t', '\r', '\n' -> {
          if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
          }
        }
        case '\'' -> {
          int end = text.indexOf('\'', i + 1);
          if (end < 0) {
            throw new IllegalArgumentException("a ' that is not closed");
          }
          word.append(text, i + 1, end);
          inWord = true;
          i = end;
        }
        case '"' -> {
          i = quoted(text, i + 1, word);
          inWord = true;
        }
        case '\\' -> {
          i++;
          if (i == text.length()) {
            throw new IllegalArgumentException("nothing follows the last \\");
          }
          word.append(text.charAt(i));
          inWord = true;
        }
        default -> {
          word.append(c);
          inWord = true;
        }
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }

  /** Reads up to the closing quote and returns its place. */
  private static int quoted(String text, int from, StringBuilder word) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i;
      }
      boolean escapes =
          c == '\\' && i + 1 < text.length() && "\"\\".indexOf(text.charAt(i + 1)) >= 0;
      if (escapes) {
        i++;
      }
      word.append(text.charAt(i));
    }
    throw new IllegalArgumentException("a \" that is not closed");
  }
}
