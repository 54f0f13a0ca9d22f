package dev.ingot.protocol;

import java.util.Arrays;

/**
 * What a carrier moves at once: one octet that says what it is, then up to 65,535 octets. A message
 * is the payload of one frame, or of several of the same lane of which all but the last say that
 * more follows; between those the other lanes may speak.
 *
 * <pre>
 * 0x00 0x01 0x02   last (or only) piece of a message on control, inventory, bulk
 * 0x80 0x81 0x82   a piece of which more follows
 * 0x10 0x11        are you there, and: yes; without payload
 * </pre>
 */
public sealed interface Frame {
  /** A frame is at most 64 KiB. */
  int MAX_FRAME = 64 << 10;

  int MAX_PAYLOAD = MAX_FRAME - 1;

  /** A piece of a message. */
  @SuppressWarnings("ArrayRecordComponent")
  record Piece(Lane lane, boolean more, byte[] payload) implements Frame {
    @Override
    public boolean equals(Object other) {
      return other instanceof Piece piece
          && piece.lane == lane
          && piece.more == more
          && Arrays.equals(piece.payload, payload);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
      return lane.word() + (more ? " piece of " : " end of ") + payload.length + " bytes";
    }
  }

  /** Are you there. */
  record Ping() implements Frame {}

  /** Yes. */
  record Pong() implements Frame {}

  Frame PING = new Ping();
  Frame PONG = new Pong();

  /** The frame as a carrier moves it. */
  default byte[] encode() {
    return switch (this) {
      case Ping() -> new byte[] {0x10};
      case Pong() -> new byte[] {0x11};
      case Piece(Lane lane, boolean more, byte[] payload) -> {
        byte[] bytes = new byte[payload.length + 1];
        bytes[0] = (byte) (lane.ordinal() | (more ? 0x80 : 0));
        System.arraycopy(payload, 0, bytes, 1, payload.length);
        yield bytes;
      }
    };
  }

  /**
   * Reads a frame.
   *
   * @throws ProtocolException if the bytes are no frame
   */
  static Frame decode(byte[] bytes) {
    if (bytes.length == 0) {
      throw new ProtocolException("malformed", "an empty frame");
    }
    if (bytes.length > MAX_FRAME) {
      throw new ProtocolException(
          "too-large",
          "a frame of " + bytes.length + " bytes, at most " + MAX_FRAME + " are taken");
    }
    int kind = bytes[0] & 0xff;
    int lane = kind & 0x7f;
    if (lane < Lane.values().length) {
      return new Piece(
          Lane.values()[lane], (kind & 0x80) != 0, Arrays.copyOfRange(bytes, 1, bytes.length));
    }
    if (bytes.length == 1 && kind == 0x10) {
      return PING;
    }
    if (bytes.length == 1 && kind == 0x11) {
      return PONG;
    }
    throw new ProtocolException("malformed", "a frame that begins with 0x%02x".formatted(kind));
  }
}
