package dev.ingot.netboot.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ingot.netboot.Ipv4;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A UDP socket of one of our addresses that takes many packets with one system call (recvmmsg), and
 * gives as many ({@link OutgoingPackets}): for who is sent a hundred thousand a second. One thread
 * receives.
 */
public final class BatchSocket implements AutoCloseable {
  private static final int AT_ONCE = 64;
  private static final int LARGEST_PACKET = 65_536;

  /** struct mmsghdr of 64-bit Linux: struct msghdr of 56 bytes, then msg_len. */
  private static final int HEADER = 64;

  private static final int NAME_LENGTH = 8;
  private static final int LENGTH = 56;

  /** Beginnings lie close together: nearly all packets are no longer. */
  private static final int BEGINNING = 2048;

  private static final long WAIT_MICROSECONDS = 200_000;

  private final Arena arena = Arena.ofShared();
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private final MemorySegment headers = arena.allocate((long) HEADER * AT_ONCE, 8);
  private final MemorySegment names =
      arena.allocate((long) NativeUdp.ADDRESS_SIZE * AT_ONCE, NativeUdp.ADDRESS_SIZE);
  private final MemorySegment beginnings = arena.allocate((long) BEGINNING * AT_ONCE);
  private final MemorySegment rests;
  private final MemorySegment captured = NativeUdp.captured(arena);
  private final byte[] bytes;
  private final int[] heads = new int[AT_ONCE * HEADER / Integer.BYTES];
  private final int[] from = new int[AT_ONCE * NativeUdp.ADDRESS_SIZE / Integer.BYTES];
  private final int descriptor;
  private final Ipv4 own;
  private final int rest;
  private final int port;
  private volatile boolean sends;
  private boolean closed;

  /** Takes one packet. */
  public interface Receiver {
    /**
     * @param bytes the packet in its first {@code length} bytes, until this returns
     */
    void take(byte[] bytes, int length, Ipv4 from, int fromPort);
  }

  private BatchSocket(Ipv4 address, int wantedPort, int receiveBuffer, int largest)
      throws IOException {
    own = address;
    rest = Math.max(0, largest - BEGINNING);
    rests = arena.allocate((long) rest * AT_ONCE);
    bytes = new byte[BEGINNING + rest];
    MemorySegment parts = arena.allocate(32L * AT_ONCE, 8);
    for (int each = 0; each < AT_ONCE; each++) {
      long header = (long) each * HEADER;
      long part = each * 32L;
      parts.set(ADDRESS, part, beginnings.asSlice((long) each * BEGINNING));
      parts.set(JAVA_LONG, part + 8, BEGINNING);
      parts.set(ADDRESS, part + 16, rests.asSlice((long) each * rest));
      parts.set(JAVA_LONG, part + 24, rest);
      headers.set(ADDRESS, header, names.asSlice((long) each * NativeUdp.ADDRESS_SIZE));
      // the kernel writes how long the name is: as long, for every IPv4 address
      headers.set(JAVA_INT, header + NAME_LENGTH, NativeUdp.ADDRESS_SIZE);
      headers.set(ADDRESS, header + 16, parts.asSlice(part));
      headers.set(JAVA_LONG, header + 24, 2L);
    }
    descriptor = NativeUdp.socket(arena);
    boolean bound = false;
    try {
      port = bind(address, wantedPort, receiveBuffer);
      bound = true;
    } finally {
      if (!bound) {
        NativeUdp.close(descriptor);
        arena.close();
      }
    }
  }

  /**
   * Opens a socket.
   *
   * @param port 0 for any free one
   * @param receiveBuffer bytes that may wait; the kernel may allow fewer
   * @throws BindException when another socket has the port
   * @throws IOException when the address is not ours, or a permission is missing
   */
  public static BatchSocket open(Ipv4 address, int port, int receiveBuffer) throws IOException {
    return new BatchSocket(address, port, receiveBuffer, LARGEST_PACKET);
  }

  /** As {@link #open}, for packets of up to 2,048 bytes; of longer ones the rest is dropped. */
  public static BatchSocket openForShort(Ipv4 address, int port, int receiveBuffer)
      throws IOException {
    return new BatchSocket(address, port, receiveBuffer, BEGINNING);
  }

  /**
   * For who sends, too; at most once.
   *
   * @param sendBuffer bytes that may wait; the kernel may allow fewer
   */
  public OutgoingPackets outgoing(int sendBuffer) throws IOException {
    sends = true;
    return new OutgoingPackets(arena, descriptor, sendBuffer);
  }

  private int bind(Ipv4 address, int wantedPort, int receiveBuffer) throws IOException {
    NativeUdp.receiveBuffer(arena, descriptor, receiveBuffer);
    NativeUdp.option(
        arena,
        descriptor,
        NativeUdp.SO_RECEIVE_TIMEOUT,
        arena.allocateFrom(JAVA_LONG, 0, WAIT_MICROSECONDS),
        "set the receive timeout");
    MemorySegment own = NativeUdp.address(arena, address, wantedPort);
    long answer = NativeUdp.bind(arena, descriptor, own);
    if (answer == -NativeUdp.EADDRINUSE) {
      throw new BindException("port " + wantedPort + "/udp is taken on " + address);
    }
    NativeUdp.orThrow("listen on port " + wantedPort + "/udp of " + address, answer);
    return NativeUdp.port(arena, descriptor);
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /**
   * Hands on what is there. Only ever one thread.
   *
   * @param wait for a first one, up to a fifth of a second
   * @return whether more may be there
   */
  public boolean receive(Receiver receiver, boolean wait) throws IOException {
    open.readLock().lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      int flags = wait ? NativeUdp.MSG_WAITFORONE : NativeUdp.MSG_DONTWAIT;
      long count = NativeUdp.receiveMany(captured, descriptor, headers, AT_ONCE, flags);
      if (count == -NativeUdp.EAGAIN || (count < 0 && sends)) {
        return false; // of what was sent OutgoingPackets hears
      }
      NativeUdp.orThrow("receive", count);
      // Arrays are read much faster than segments, until the compiler has learnt better.
      int packets = (int) count;
      MemorySegment.copy(headers, JAVA_INT, 0, heads, 0, packets * HEADER / Integer.BYTES);
      MemorySegment.copy(
          names,
          NativeUdp.NETWORK_INT,
          0,
          from,
          0,
          packets * NativeUdp.ADDRESS_SIZE / Integer.BYTES);
      for (int each = 0; each < packets; each++) {
        int length = heads[(each * HEADER + LENGTH) / Integer.BYTES];
        int first = Math.min(length, BEGINNING);
        MemorySegment.copy(beginnings, JAVA_BYTE, (long) each * BEGINNING, bytes, 0, first);
        if (length > first) {
          MemorySegment.copy(rests, JAVA_BYTE, (long) each * rest, bytes, first, length - first);
        }
        int name = each * NativeUdp.ADDRESS_SIZE / Integer.BYTES;
        receiver.take(bytes, length, new Ipv4(from[name + 1]), from[name] & 0xffff);
      }
      return packets == AT_ONCE;
    } finally {
      open.readLock().unlock();
    }
  }

  /** Ends the receiver's wait by an empty packet to itself; from any thread. */
  public void wake() throws IOException {
    open.readLock().lock();
    try (Arena call = Arena.ofConfined()) {
      if (!closed) {
        MemorySegment here = NativeUdp.address(call, own, port);
        NativeUdp.orThrow(
            "send to itself",
            NativeUdp.send(NativeUdp.captured(call), descriptor, call.allocate(0), here));
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
