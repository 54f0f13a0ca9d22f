package dev.ingot.server.mercury;

/** What the peer is told instead of an answer. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;

  Refused(String message) {
    this(message, false);
  }

  private Refused(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /** Nothing is wrong with what was asked, but it cannot be answered now. */
  static Refused busy(String message) {
    return new Refused(message, true);
  }

  /** Whether the same may be answered later. */
  boolean isPassing() {
    return passing;
  }

  /** What it says. */
  String words() {
    return String.valueOf(getMessage());
  }
}
