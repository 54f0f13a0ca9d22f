package dev.ingot.server.workflow.expression;

/** An expression or template that is none, or that cannot be evaluated; the message says why. */
public final class ExpressionException extends RuntimeException {
  public ExpressionException(String why) {
    super(why);
  }

  /** The message, never null. */
  public String why() {
    return String.valueOf(getMessage());
  }
}
