package dev.ingot.netboot;

/**
 * Bytes that are no packet of the protocol; the message names the field and what would be right.
 * The only exception that a codec of this module throws. It carries no stack trace: a flood of bad
 * packets must stay cheap.
 */
public final class PacketException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PacketException(String message) {
    super(message, null, false, false);
  }
}
