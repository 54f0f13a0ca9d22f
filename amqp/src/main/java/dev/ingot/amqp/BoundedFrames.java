package dev.ingot.amqp;

import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes frames on, except the bodies that are too large: those stream by unread, and in the place
 * of each stands a mark that no peer can guess. The client itself would keep a body of any size in
 * memory, or cut the connection and be sent it again.
 *
 * <p>AMQP 0-9-1, 4.2.6.1: a content header (frame type 2) says the size of the body in the octets 4
 * to 11 of its payload; body frames (type 3) of the same channel follow until it is reached.
 */
final class BoundedFrames implements FrameHandler {
  private static final int HEADER = 2;
  private static final int BODY = 3;
  private static final int SIZE_AT = 4;

  private final FrameHandler frames;
  private final BodyMark mark;
  private final int largest;
  private final Map<Integer, Long> passing = new HashMap<>();
  private @Nullable Frame next;

  BoundedFrames(FrameHandler frames, BodyMark mark, int largest) {
    this.frames = frames;
    this.mark = mark;
    this.largest = largest;
  }

  @Override
  public @Nullable Frame readFrame() throws IOException {
    Frame kept = next;
    if (kept != null) {
      next = null;
      return kept;
    }
    while (true) {
      Frame frame = frames.readFrame();
      if (frame == null) {
        return null;
      }
      if (frame.getType() == BODY && passes(frame)) {
        continue;
      }
      if (frame.getType() != BODY) {
        passing.remove(frame.getChannel());
      }
      return frame.getType() == HEADER ? header(frame) : frame;
    }
  }

  private Frame header(Frame frame) {
    byte[] payload = frame.getPayload();
    if (payload.length < SIZE_AT + Long.BYTES) {
      return frame;
    }
    long size = ByteBuffer.wrap(payload).getLong(SIZE_AT);
    if (size >= 0 && size <= largest) {
      return frame;
    }
    byte[] marked = mark.of(size);
    ByteBuffer.wrap(payload).putLong(SIZE_AT, marked.length);
    passing.put(frame.getChannel(), size);
    next = new Frame(BODY, frame.getChannel(), marked);
    return new Frame(HEADER, frame.getChannel(), payload);
  }

  private boolean passes(Frame frame) {
    Long left = passing.get(frame.getChannel());
    if (left == null) {
      return false;
    }
    long rest = left - frame.getPayload().length;
    if (rest > 0) {
      passing.put(frame.getChannel(), rest);
    } else {
      passing.remove(frame.getChannel());
    }
    return true;
  }

  @Override
  public void setTimeout(int timeoutMillis) throws SocketException {
    frames.setTimeout(timeoutMillis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int frameMax) {
    frames.setFrameMax(frameMax);
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}
