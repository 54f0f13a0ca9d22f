package dev.ingot.agent.inspect;

/** A program gave no answer; the message is the reason, for people. */
public final class ToolUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean hung;

  public ToolUnavailable(String reason) {
    this(reason, false);
  }

  private ToolUnavailable(String reason, boolean hung) {
    super(reason, null, false, false);
    this.hung = hung;
  }

  /** It did not end in time. */
  static ToolUnavailable hung(String reason) {
    return new ToolUnavailable(reason, true);
  }

  boolean hung() {
    return hung;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
