package dev.ingot.protocol;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * What one side has to send, in the order in which it may go: control before inventory before bulk,
 * a piece at a time, the latter two within their credit. Where credit ends it asks for what it
 * needs, once. Not thread-safe.
 */
public final class LaneWriter {
  private final ArrayDeque<byte[]> control = new ArrayDeque<>(2);
  private final EnumMap<Lane, Outgoing> others = new EnumMap<>(Lane.class);

  /** Messages of a lane that needs credit. */
  private static final class Outgoing {
    final ArrayDeque<byte[]> messages = new ArrayDeque<>(1);
    int sent;
    long credit;
    boolean asked;
  }

  /**
   * Takes a message for sending.
   *
   * @throws ProtocolException if it is larger than its lane carries
   */
  public void queue(Message message) {
    queue(message.lane(), MessageCodec.encode(message));
  }

  /** Takes an encoded message; see {@link #queue(Message)}. */
  public void queue(Lane lane, byte[] message) {
    if (message.length > lane.maxMessage()) {
      throw new ProtocolException(
          "too-large",
          "a message of %d bytes on lane %s, which carries %d"
              .formatted(message.length, lane.word(), lane.maxMessage()));
    }
    if (lane == Lane.CONTROL) {
      control.add(new Frame.Piece(lane, false, message).encode());
    } else {
      Outgoing outgoing = others.computeIfAbsent(lane, unused -> new Outgoing());
      outgoing.messages.add(message);
    }
  }

  /** Takes a ping or a pong, which go with control. */
  public void queue(Frame frame) {
    control.add(frame.encode());
  }

  /** The peer takes more. */
  public void credit(Lane lane, long bytes) {
    if (lane == Lane.CONTROL) {
      throw new ProtocolException("wrong-lane", "credit for lane control, which needs none");
    }
    Outgoing outgoing = others.computeIfAbsent(lane, unused -> new Outgoing());
    outgoing.credit += bytes;
    outgoing.asked = false;
  }

  /** The next frame to put on the wire; null when nothing may go now. */
  public byte @Nullable [] next() {
    byte[] first = control.poll();
    if (first != null) {
      return first;
    }
    for (var entry : others.entrySet()) {
      byte[] frame = next(entry.getKey(), entry.getValue());
      if (frame != null) {
        return frame;
      }
    }
    return null;
  }

  private static byte @Nullable [] next(Lane lane, Outgoing outgoing) {
    byte[] message = outgoing.messages.peek();
    if (message == null) {
      return null;
    }
    int rest = message.length - outgoing.sent;
    int length = (int) Math.min(Math.min(rest, Frame.MAX_PAYLOAD), outgoing.credit);
    if (length == 0 && rest > 0) {
      return ask(lane, outgoing);
    }
    byte[] payload = Arrays.copyOfRange(message, outgoing.sent, outgoing.sent + length);
    outgoing.sent += length;
    outgoing.credit -= length;
    boolean more = outgoing.sent < message.length;
    if (!more) {
      outgoing.messages.poll();
      outgoing.sent = 0;
    }
    return new Frame.Piece(lane, more, payload).encode();
  }

  private static byte @Nullable [] ask(Lane lane, Outgoing outgoing) {
    if (outgoing.asked) {
      return null;
    }
    outgoing.asked = true;
    // One message's worth: what is granted is then used, and nobody holds credit for later.
    byte[] message = outgoing.messages.element();
    Message ask = new Message.Ask(lane, message.length - outgoing.sent);
    return new Frame.Piece(Lane.CONTROL, false, MessageCodec.encode(ask)).encode();
  }

  /** Control frames that wait: many mean that the peer does not read. */
  public int waitingControl() {
    return control.size();
  }

  /** Whether a message of the lane has not wholly left. */
  public boolean waiting(Lane lane) {
    if (lane == Lane.CONTROL) {
      return !control.isEmpty();
    }
    Outgoing outgoing = others.get(lane);
    return outgoing != null && !outgoing.messages.isEmpty();
  }
}
