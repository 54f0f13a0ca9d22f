package dev.ingot.protocol;

/**
 * A kind of traffic with its own order. A frame of an earlier lane never waits for a message of a
 * later one; all but control need credit.
 */
public enum Lane {
  /** Small messages that steer: each fits one frame, needs no credit, and goes first. */
  CONTROL("control", Frame.MAX_PAYLOAD),
  /** Reports of sections. */
  INVENTORY("inventory", 8 << 20),
  /** Output and logs. */
  BULK("bulk", 1 << 20);

  private final String word;
  private final int maxMessage;

  Lane(String word, int maxMessage) {
    this.word = word;
    this.maxMessage = maxMessage;
  }

  public String word() {
    return word;
  }

  /** The largest message that the lane carries, bytes of JSON. */
  public int maxMessage() {
    return maxMessage;
  }
}
