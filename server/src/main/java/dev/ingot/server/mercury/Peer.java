package dev.ingot.server.mercury;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: reads messages and writes replies, and knows how long it has been at it. */
final class Peer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Peer.class);

  /** An empty frame and the request; proxies in between add two each. */
  private static final int MOST_FRAMES = 15;

  private static final int BUFFER = 512;
  private static final int FIRST_OCTETS = 4096;

  /** Where it is, and how long it may be there. */
  enum Phase {
    GREETING(Duration.ofSeconds(10)),
    IDLE(null),
    READING(Duration.ofSeconds(60)),
    ANSWERING(null),
    WRITING(Duration.ofSeconds(60));

    private final long most;

    Phase(@Nullable Duration most) {
      this.most = most == null ? Long.MAX_VALUE : most.toNanos();
    }
  }

  private final Socket socket;
  private final String address;
  private final int largest;
  private final Peers peers;
  private final LongSupplier nanos;
  private final InputStream in;
  private final OutputStream out;
  private volatile Phase phase = Phase.GREETING;
  private volatile long since;

  /** Of the memory that all share; {@link Peers} alone changes it. */
  long kept;

  /**
   * @param largest octets of a frame
   * @param nanos a monotonic clock
   */
  Peer(Socket socket, int largest, Peers peers, LongSupplier nanos) throws IOException {
    this.socket = socket;
    this.address = socket.getInetAddress().getHostAddress();
    this.largest = largest;
    this.peers = peers;
    this.nanos = nanos;
    this.since = nanos.getAsLong();
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  /** Where it comes from. */
  String address() {
    return address;
  }

  Phase phase() {
    return phase;
  }

  /** When it came to where it is. */
  long since() {
    return since;
  }

  boolean isOverdue(long now) {
    return now - since > phase.most;
  }

  void enter(Phase next) {
    since = nanos.getAsLong();
    phase = next;
  }

  /** Greets, and hears who it is. */
  void greet() throws IOException {
    out.write(Zmtp.greeting());
    out.flush();
    byte[] greeting = new byte[Zmtp.GREETING];
    in(greeting, 0, Zmtp.SIGNATURE);
    Zmtp.checkSignature(greeting);
    in(greeting, Zmtp.SIGNATURE, Zmtp.GREETING);
    Zmtp.checkGreeting(greeting);
    out.write(Zmtp.ready());
    out.flush();
    int flags = in.read();
    if ((flags & Zmtp.COMMAND) == 0 || flags < 0) {
      throw new Zmtp.Broken("it does not say READY");
    }
    Zmtp.checkReady(octets(length(flags, Zmtp.LONGEST_COMMAND)), Zmtp.ASKING);
    enter(Phase.IDLE);
    peers.done(this);
  }

  /** The frames of the next message; null when it is gone. */
  @Nullable List<byte[]> receive() throws IOException {
    List<byte[]> frames = new ArrayList<>();
    while (true) {
      int flags = in.read();
      if (flags < 0) {
        if (frames.isEmpty()) {
          return null;
        }
        throw new EOFException("it ended within a message");
      }
      if (phase != Phase.READING) {
        enter(Phase.READING);
      }
      boolean command = (flags & Zmtp.COMMAND) != 0;
      if ((flags & ~(Zmtp.MORE | Zmtp.LONG | Zmtp.COMMAND)) != 0
          || (command && (flags & Zmtp.MORE) != 0)) {
        throw new Zmtp.Broken("what it sends are no frames");
      }
      if (command) {
        out.write(Zmtp.answer(octets(length(flags, Zmtp.LONGEST_COMMAND))));
        out.flush();
      } else {
        if (frames.size() == MOST_FRAMES) {
          throw new Zmtp.Broken("its message has more than " + MOST_FRAMES + " frames");
        }
        frames.add(octets(length(flags, largest)));
        if ((flags & Zmtp.MORE) == 0) {
          return frames;
        }
      }
      if (frames.isEmpty()) {
        done();
      }
    }
  }

  /** What it said is done with. */
  void done() {
    enter(Phase.IDLE);
    peers.done(this);
  }

  /**
   * Sends a reply.
   *
   * @param before the frames that stand before it
   */
  void send(List<byte[]> before, Reply reply) throws IOException {
    enter(Phase.WRITING);
    reply.send(this::drop);
    for (byte[] frame : before) {
      out.write(Zmtp.head(frame.length, true));
      out.write(frame);
    }
    out.write(Zmtp.head(Math.toIntExact(reply.length()), false));
    reply.writeTo(out);
    out.flush();
    done();
  }

  /** Disconnects it, whatever it is at. */
  void drop() {
    try {
      close();
    } catch (IOException e) {
      log.debug("close", e);
    }
  }

  private int length(int flags, int most) throws IOException {
    byte[] said = new byte[(flags & Zmtp.LONG) == 0 ? 1 : 8];
    in(said, 0, said.length);
    long length = Zmtp.number(said, 0, said.length);
    if (length < 0 || length > most) {
      throw new Zmtp.Broken(
          "its frame has %s octets, at most %d are taken"
              .formatted(Long.toUnsignedString(length), most));
    }
    return (int) length;
  }

  /** So many octets; memory is taken as they come, whatever was announced. */
  private byte[] octets(int length) throws IOException {
    byte[] read = new byte[Math.min(length, FIRST_OCTETS)];
    peers.keep(this, read.length);
    int at = 0;
    while (at < length) {
      if (at == read.length) {
        int more = Math.min(length - at, at);
        peers.keep(this, more);
        read = Arrays.copyOf(read, at + more);
      }
      in(read, at, read.length);
      at = read.length;
    }
    return read;
  }

  private void in(byte[] octets, int from, int to) throws IOException {
    if (in.readNBytes(octets, from, to - from) < to - from) {
      throw new EOFException("it ended in the middle");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
