package dev.ingot.agent.inspect;

/** A program gave no answer; the message is the reason, for people. */
public final class ToolUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  public ToolUnavailable(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
