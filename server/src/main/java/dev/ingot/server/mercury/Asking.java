package dev.ingot.server.mercury;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A connection to an agent, as ZeroMQ's REQ has one: it greets, asks once and is closed, so that no
 * late reply is taken for another one's. Whoever waits is a virtual thread.
 */
final class Asking implements AutoCloseable {
  private static final int LARGEST_REPLY = 1 << 20;
  private static final int MOST_FRAMES = 15;
  private static final int BUFFER = 512;
  private static final int LONG_LENGTH = 8;

  private final Socket socket = new Socket();
  private final long until;
  private final LongSupplier nanos;
  private InputStream in = InputStream.nullInputStream();

  /**
   * @param until when it is too late for a reply, by the clock
   * @param nanos a monotonic clock
   */
  Asking(long until, LongSupplier nanos) {
    this.until = until;
    this.nanos = nanos;
  }

  /** Whether it is too late. */
  boolean isOver(long now) {
    return now - until >= 0;
  }

  /** Connects and greets: the agent is there, and has been asked nothing. */
  void connect(InetAddress address, int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(address, port), left());
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    socket.getOutputStream().write(Zmtp.greeting());
    byte[] greeting = new byte[Zmtp.GREETING];
    read(greeting, 0, Zmtp.SIGNATURE);
    Zmtp.checkSignature(greeting);
    read(greeting, Zmtp.SIGNATURE, Zmtp.GREETING);
    Zmtp.checkGreeting(greeting);
    socket.getOutputStream().write(Zmtp.ready("REQ"));
    int flags = read();
    if ((flags & Zmtp.COMMAND) == 0) {
      throw new Zmtp.Broken("it does not say READY");
    }
    Zmtp.checkReady(octets(flags, Zmtp.LONGEST_COMMAND), Zmtp.ASKED);
  }

  /** Asks, once; returns the reply. */
  byte[] ask(byte[] request) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    said.writeBytes(Zmtp.head(0, true));
    said.writeBytes(Zmtp.head(request.length, false));
    said.writeBytes(request);
    socket.getOutputStream().write(said.toByteArray());
    int room = LARGEST_REPLY;
    for (int frames = 0; frames < MOST_FRAMES; ) {
      int flags = read();
      if ((flags & Zmtp.COMMAND) != 0) {
        socket.getOutputStream().write(Zmtp.answer(octets(flags, Zmtp.LONGEST_COMMAND)));
        continue;
      }
      byte[] frame = octets(flags, room);
      if ((flags & Zmtp.MORE) == 0) {
        return frame;
      }
      room -= frame.length;
      frames++;
    }
    throw new Zmtp.Broken("its reply has more than " + MOST_FRAMES + " frames");
  }

  /** What follows the flags of a frame; of a large one memory is taken as it comes. */
  private byte[] octets(int flags, int most) throws IOException {
    byte[] said = new byte[(flags & Zmtp.LONG) == 0 ? 1 : LONG_LENGTH];
    read(said, 0, said.length);
    long length = Zmtp.number(said, 0, said.length);
    if (length < 0 || length > most) {
      throw new Zmtp.Broken("its frame is larger than " + most + " octets");
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    byte[] piece = new byte[(int) Math.min(length, Zmtp.LONGEST_COMMAND)];
    for (int rest = (int) length; rest > 0; rest -= piece.length) {
      int some = Math.min(rest, piece.length);
      read(piece, 0, some);
      octets.write(piece, 0, some);
    }
    return octets.toByteArray();
  }

  private int read() throws IOException {
    byte[] one = new byte[1];
    read(one, 0, 1);
    return one[0] & 0xff;
  }

  private void read(byte[] octets, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      socket.setSoTimeout(left());
      int some = in.read(octets, at, to - at);
      if (some < 0) {
        throw new EOFException("it ended in the middle");
      }
      at += some;
    }
  }

  /** Milliseconds that are left. */
  private int left() throws SocketTimeoutException {
    long left = Duration.ofNanos(until - nanos.getAsLong()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("no reply in time");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
