package dev.ingot.server.agents;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneReader;
import dev.ingot.protocol.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * What a session receives, and its share of the credit: what was granted counts until it is
 * committed, or certain not to come. Not thread-safe.
 */
final class Inbound {
  private static final int MAX_UNCOMMITTED = 16;

  private final CreditDesk desk;
  private final LaneReader reader = new LaneReader();
  private long held;
  private long uncommittedBytes;
  private int uncommitted;
  private long lastSequence;
  private long progressed;

  Inbound(CreditDesk desk) {
    this.desk = desk;
  }

  byte @Nullable [] accept(Frame.Piece piece, long now) {
    progressed = now;
    return reader.accept(piece);
  }

  /** What may be asked for on a lane. */
  void checkAsk(Lane lane, long bytes) {
    if (lane != Lane.INVENTORY) {
      throw new ProtocolException("wrong-lane", "nothing is taken on lane " + lane.word());
    }
    if (bytes > lane.maxMessage() || held - uncommittedBytes + bytes > lane.maxMessage()) {
      throw new ProtocolException(
          "too-large", "%d bytes asked, %d are carried".formatted(bytes, lane.maxMessage()));
    }
  }

  void granted(long bytes, long now) {
    progressed = now;
    held += bytes;
    reader.granted(Lane.INVENTORY, bytes);
  }

  /** A report of this size goes to be committed. */
  void submitted(long sequence, int size) {
    if (sequence <= lastSequence) {
      throw new ProtocolException(
          "out-of-order", "report %d after %d".formatted(sequence, lastSequence));
    }
    if (uncommitted >= MAX_UNCOMMITTED) {
      throw new ProtocolException(
          "too-many", "more than " + MAX_UNCOMMITTED + " reports without acknowledgement");
    }
    lastSequence = sequence;
    uncommitted++;
    uncommittedBytes += size;
  }

  void committed(int size) {
    uncommitted--;
    uncommittedBytes -= size;
    passedOver(size);
  }

  /** A message of this size is done with. */
  void passedOver(int size) {
    held -= size;
    desk.release(size);
  }

  /** Nothing more comes; what waits for its commit counts until then. */
  void end() {
    long rest = held - uncommittedBytes;
    held -= rest;
    desk.release(rest);
  }

  /** How long credit has been unused, milliseconds. */
  long unusedFor(long now) {
    return reader.open(Lane.INVENTORY) == 0 ? 0 : now - progressed;
  }
}
