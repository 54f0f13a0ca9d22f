package dev.ingot.cli;

/** Text from machines and peers, made safe for a terminal. */
final class Printable {
  private Printable() {}

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
