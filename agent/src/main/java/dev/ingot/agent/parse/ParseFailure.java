package dev.ingot.agent.parse;

/** Nothing in an output could be understood; the message is the reason, for people. */
public final class ParseFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public ParseFailure(String reason) {
    super(reason, null, false, false);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
