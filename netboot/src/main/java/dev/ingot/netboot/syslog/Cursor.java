package dev.ingot.netboot.syslog;

import org.jspecify.annotations.Nullable;

/** A place in a line that is being read. Never runs past its end. */
final class Cursor {
  final String line;
  final LastLine last;
  int at;

  Cursor(String line, LastLine last) {
    this.line = line;
    this.last = last;
  }

  boolean done() {
    return at >= line.length();
  }

  /** The character here, or 0 at the end. */
  char peek() {
    return done() ? 0 : line.charAt(at);
  }

  boolean take(char wanted) {
    if (peek() != wanted || done()) {
      return false;
    }
    at++;
    return true;
  }

  void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  /** The word up to the next space, which is passed; null where there is none here. */
  @Nullable String word() {
    int end = line.indexOf(' ', at);
    String word = end < 0 ? line.substring(at) : line.substring(at, end);
    at = end < 0 ? line.length() : end + 1;
    return word.isEmpty() ? null : word;
  }

  /** The same, with RFC 5424's "-" for nothing. */
  @Nullable String valueOrNil() {
    String word = word();
    return "-".equals(word) ? null : word;
  }

  /** A number of at most that many digits, or -1 (and no step) where none stands here. */
  int number(int mostDigits) {
    int value = 0;
    int start = at;
    while (at < line.length()
        && at - start < mostDigits
        && line.charAt(at) >= '0'
        && line.charAt(at) <= '9') {
      value = value * 10 + line.charAt(at++) - '0';
    }
    return at == start ? -1 : value;
  }

  String rest() {
    return line.substring(at);
  }
}
