package dev.ingot.amqp;

import org.jspecify.annotations.Nullable;

/** A message that nothing can be made of, and never will: it is counted, told once, and dropped. */
public final class UnreadableMessage extends RuntimeException {
  private final @Nullable String peer;

  /**
   * @param peer who sent it, where the message says better than its properties
   */
  public UnreadableMessage(String reason, @Nullable String peer) {
    super(reason);
    this.peer = peer;
  }

  public UnreadableMessage(String reason) {
    this(reason, null);
  }

  @Nullable String peer() {
    return peer;
  }
}
