package dev.ingot.netboot.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ingot.netboot.Ipv4;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket bound to one interface (SO_BINDTODEVICE): it hears only what arrives there,
 * broadcasts too, and what it sends leaves there. So a network that nobody named is never answered,
 * whatever the routing table says. One thread receives; any may send.
 */
public final class DeviceSocket implements AutoCloseable {
  private static final int LARGEST_PACKET = 9216;
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** How long a receiver waits before it looks whether the socket was closed. */
  private static final long WAIT_MICROSECONDS = 200_000;

  private final Arena arena = Arena.ofShared();
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private final int descriptor;
  private final int port;
  private final MemorySegment packet;
  private final MemorySegment from;
  private final MemorySegment fromLength;
  private final MemorySegment captured;

  /** As many as threads ever sent at once. */
  private final Queue<Sending> unused = new ConcurrentLinkedQueue<>();

  private boolean closed;

  /** The memory of one call. */
  private record Sending(MemorySegment packet, MemorySegment address, MemorySegment captured) {
    Sending(Arena arena) {
      this(
          arena.allocate(LARGEST_PACKET),
          NativeUdp.address(arena, Ipv4.NONE, 0),
          NativeUdp.captured(arena));
    }
  }

  /** One packet; the bytes are the receiver's own. */
  public record Received(byte[] packet, Ipv4 address, int port) {}

  private DeviceSocket(String networkInterface, int wantedPort) throws IOException {
    packet = arena.allocate(LARGEST_PACKET);
    from = arena.allocate(NativeUdp.ADDRESS_SIZE, 8);
    fromLength = arena.allocate(JAVA_INT);
    captured = NativeUdp.captured(arena);
    descriptor = NativeUdp.socket(arena);
    try {
      port = bind(networkInterface, wantedPort);
    } catch (IOException failed) {
      NativeUdp.close(descriptor);
      arena.close();
      throw failed;
    }
  }

  /**
   * Opens a socket on every address of one interface.
   *
   * @param port 0 for any free one
   * @throws BindException when another socket has the port
   * @throws IOException when there is no such interface, or a permission is missing
   */
  public static DeviceSocket open(String networkInterface, int port) throws IOException {
    return new DeviceSocket(networkInterface, port);
  }

  private int bind(String networkInterface, int wantedPort) throws IOException {
    NativeUdp.option(
        arena,
        descriptor,
        NativeUdp.SO_BIND_TO_DEVICE,
        arena.allocateFrom(networkInterface),
        "bind to the interface " + networkInterface);
    NativeUdp.option(
        arena,
        descriptor,
        NativeUdp.SO_BROADCAST,
        arena.allocateFrom(JAVA_INT, 1),
        "allow broadcasts");
    NativeUdp.receiveBuffer(arena, descriptor, RECEIVE_BUFFER);
    NativeUdp.option(
        arena,
        descriptor,
        NativeUdp.SO_RECEIVE_TIMEOUT,
        arena.allocateFrom(ValueLayout.JAVA_LONG, 0, WAIT_MICROSECONDS),
        "set the receive timeout");
    long answer =
        NativeUdp.bind(arena, descriptor, NativeUdp.address(arena, Ipv4.NONE, wantedPort));
    if (answer == -NativeUdp.EADDRINUSE) {
      throw new BindException("port " + wantedPort + "/udp is taken on " + networkInterface);
    }
    NativeUdp.orThrow("listen on port " + wantedPort + "/udp of " + networkInterface, answer);
    return NativeUdp.port(arena, descriptor);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Waits for one packet, up to a fifth of a second; null when none came. Only ever one thread. */
  public @Nullable Received receive() throws IOException {
    open.readLock().lock();
    try {
      if (closed) {
        throw new java.nio.channels.ClosedChannelException();
      }
      fromLength.set(JAVA_INT, 0, NativeUdp.ADDRESS_SIZE);
      long length = NativeUdp.receive(captured, descriptor, packet, from, fromLength);
      if (length == -NativeUdp.EAGAIN) {
        return null;
      }
      NativeUdp.orThrow("receive", length);
      byte[] bytes = new byte[(int) length];
      MemorySegment.copy(packet, JAVA_BYTE, 0, bytes, 0, bytes.length);
      return new Received(
          bytes,
          new Ipv4(from.get(NativeUdp.NETWORK_INT, 4)),
          from.get(NativeUdp.NETWORK_SHORT, 2) & 0xffff);
    } finally {
      open.readLock().unlock();
    }
  }

  public void send(byte[] bytes, Ipv4 to, int toPort) throws IOException {
    if (bytes.length > LARGEST_PACKET) {
      throw new IOException("a packet of " + bytes.length + " bytes is too large");
    }
    open.readLock().lock();
    try {
      if (closed) {
        throw new java.nio.channels.ClosedChannelException();
      }
      Sending free = unused.poll();
      Sending call = free == null ? new Sending(arena) : free;
      MemorySegment.copy(bytes, 0, call.packet, JAVA_BYTE, 0, bytes.length);
      NativeUdp.write(call.address, to, toPort);
      long sent =
          NativeUdp.send(call.captured, descriptor, call.packet, bytes.length, call.address);
      unused.add(call);
      if (sent < 0) {
        NativeUdp.orThrow("send to " + to + ":" + toPort, sent);
      }
    } finally {
      open.readLock().unlock();
    }
  }

  /** Waits for a receiver's current wait to end. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        NativeUdp.close(descriptor);
        arena.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
