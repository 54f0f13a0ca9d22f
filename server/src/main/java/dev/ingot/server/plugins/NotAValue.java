package dev.ingot.server.plugins;

/** A plugin's output is not what its format says; the message says why, in one line. */
final class NotAValue extends Exception {
  private static final long serialVersionUID = 1L;

  NotAValue(String why) {
    super(why);
  }

  NotAValue(String why, Throwable cause) {
    super(why, cause);
  }

  /** The message, never null. */
  String why() {
    return String.valueOf(getMessage());
  }
}
