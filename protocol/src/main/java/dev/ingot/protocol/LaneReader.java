package dev.ingot.protocol;

import java.util.Arrays;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts received pieces together again, a message per lane at a time, and holds the peer to the
 * credit that it was given. Not thread-safe.
 */
public final class LaneReader {
  private final EnumMap<Lane, Incoming> others = new EnumMap<>(Lane.class);

  /** The message that a lane is in the middle of. */
  private static final class Incoming {
    long credit;
    byte[] assembled = NOTHING;
    int length;
  }

  private static final byte[] NOTHING = {};

  /** This side takes so many bytes more on the lane; the peer is to be told. */
  public void granted(Lane lane, long bytes) {
    others.computeIfAbsent(lane, unused -> new Incoming()).credit += bytes;
  }

  /** Bytes that the peer may still send on the lane. */
  public long open(Lane lane) {
    Incoming incoming = others.get(lane);
    return incoming == null ? 0 : incoming.credit;
  }

  /**
   * Takes a piece.
   *
   * @return the message, JSON, when this was its last piece
   * @throws ProtocolException if the piece goes beyond credit or bounds
   */
  public byte @Nullable [] accept(Frame.Piece piece) {
    Lane lane = piece.lane();
    if (lane == Lane.CONTROL) {
      if (piece.more()) {
        throw new ProtocolException("too-large", "a message of control in pieces");
      }
      return piece.payload();
    }
    Incoming incoming = others.get(lane);
    int size = piece.payload().length;
    if (incoming == null || incoming.credit < size) {
      throw new ProtocolException(
          "credit",
          "%d bytes on lane %s with credit for %d".formatted(size, lane.word(), open(lane)));
    }
    if (piece.more() && size == 0) {
      throw new ProtocolException("malformed", "an empty piece of a message of which more follows");
    }
    incoming.credit -= size;
    if (!piece.more() && incoming.length == 0) {
      return piece.payload();
    }
    return append(lane, incoming, piece);
  }

  private static byte @Nullable [] append(Lane lane, Incoming incoming, Frame.Piece piece) {
    int length = incoming.length + piece.payload().length;
    if (length > lane.maxMessage()) {
      throw new ProtocolException(
          "too-large",
          "a message of more than %d bytes on lane %s".formatted(lane.maxMessage(), lane.word()));
    }
    if (length > incoming.assembled.length) {
      int room = Math.min(lane.maxMessage(), Math.max(length, incoming.assembled.length * 2));
      incoming.assembled = Arrays.copyOf(incoming.assembled, room);
    }
    System.arraycopy(
        piece.payload(), 0, incoming.assembled, incoming.length, piece.payload().length);
    incoming.length = length;
    if (piece.more()) {
      return null;
    }
    byte[] message = Arrays.copyOf(incoming.assembled, length);
    incoming.assembled = NOTHING;
    incoming.length = 0;
    return message;
  }
}
