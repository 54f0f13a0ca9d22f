package dev.ingot.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The peer said something that the protocol does not allow. The reason is one of the words of
 * docs/link.md, for programs; the message is for people and names the field.
 */
public final class ProtocolException extends RuntimeException {
  private final String reason;

  public ProtocolException(String reason, String message) {
    this(reason, message, null);
  }

  public ProtocolException(String reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  /** The message, never null. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
