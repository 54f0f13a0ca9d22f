package dev.ingot.netboot.dhcp;

import org.jspecify.annotations.Nullable;

/** Option 53 (RFC 2132 section 9.6; LEASEQUERY and above are not ours). */
public enum MessageType {
  DISCOVER(1),
  OFFER(2),
  REQUEST(3),
  DECLINE(4),
  ACK(5),
  NAK(6),
  RELEASE(7),
  INFORM(8);

  private static final MessageType[] BY_CODE = values();

  final int code;

  MessageType(int code) {
    this.code = code;
  }

  static @Nullable MessageType of(int code) {
    return code >= 1 && code <= BY_CODE.length ? BY_CODE[code - 1] : null;
  }
}
