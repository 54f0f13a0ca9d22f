package dev.ingot.server.mercury;

/** What the peer is told instead of an answer. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refused(String message) {
    super(message);
  }

  /** What it says. */
  String words() {
    return String.valueOf(getMessage());
  }
}
