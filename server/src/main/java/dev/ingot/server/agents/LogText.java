package dev.ingot.server.agents;

/** What came from a peer, made safe for one line of a log. */
final class LogText {
  private static final int MAX = 300;

  private LogText() {}

  static String line(String text) {
    String cut = text.length() <= MAX ? text : text.substring(0, MAX) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
