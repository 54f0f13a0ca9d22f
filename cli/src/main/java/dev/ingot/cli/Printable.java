package dev.ingot.cli;

/** Text from machines and peers, made safe for a terminal. */
final class Printable {
  private Printable() {}

  /** As it is, lines and tabs too, but nothing else that would move a cursor or change a colour. */
  static String lines(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if (Character.isISOControl(at) && at != '\n' && at != '\t') {
        safe = safe == null ? new StringBuilder(text) : safe;
        safe.setCharAt(i, at == '\r' ? ' ' : '\uFFFD');
      }
    }
    return safe == null ? text : safe.toString();
  }

  /** One line without control characters (a hostname must not move the cursor). */
  static String line(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        safe = safe == null ? new StringBuilder(text) : safe;
        safe.setCharAt(i, ' ');
      }
    }
    return safe == null ? text : safe.toString();
  }
}
