package dev.ingot.server.agents;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import java.util.function.LongSupplier;

/** What a session has to say, handed to its wire a few frames at a time. Not thread-safe. */
final class Outbound {
  private static final int IN_WIRE = 4;
  private static final int MAX_WAITING_CONTROL = 256;

  private final Wire wire;
  private final LongSupplier now;
  private final LaneWriter writer = new LaneWriter();
  private int inWire;
  private long moved;
  private boolean flushing;

  Outbound(Wire wire, LongSupplier now) {
    this.wire = wire;
    this.now = now;
  }

  void say(Message message) {
    writer.queue(message);
  }

  void say(Frame frame) {
    writer.queue(frame);
  }

  LaneWriter writer() {
    return writer;
  }

  /** A frame has gone. */
  void sent() {
    inWire--;
    moved = now.getAsLong();
    flush();
  }

  void flush() {
    // A wire may say at once that a frame has gone, which leads here again.
    if (flushing) {
      return;
    }
    flushing = true;
    try {
      byte[] frame;
      while (inWire < IN_WIRE && (frame = writer.next()) != null) {
        if (inWire++ == 0) {
          moved = now.getAsLong();
        }
        wire.send(frame);
      }
    } finally {
      flushing = false;
    }
  }

  /** Whether more waits than a peer that reads would leave. */
  boolean overfull() {
    return writer.waitingControl() > MAX_WAITING_CONTROL;
  }

  /** How long the oldest frame in the wire has not moved, milliseconds. */
  long stuckFor() {
    return inWire == 0 ? 0 : now.getAsLong() - moved;
  }
}
