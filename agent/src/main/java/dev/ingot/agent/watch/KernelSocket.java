package dev.ingot.agent.watch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A socket of a family that Java has none of (packets of a network interface, netlink), as Linux on
 * x86-64 and arm64 has them. One thread receives.
 */
final class KernelSocket implements AutoCloseable {
  private static final int SOCK_CLOSE_ON_EXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RECEIVE_BUFFER = 8;
  private static final int SO_RECEIVE_TIMEOUT = 20;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int ENOBUFS = 105;
  private static final int ENETDOWN = 100;
  private static final int LARGEST = 1 << 16;
  private static final int ADDRESS_SIZE = 32;

  /** How long a receiver waits before it looks whether the socket was closed. */
  private static final long WAIT_MICROSECONDS = 200_000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET =
      handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SET_OPTION =
      handle(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle BIND =
      handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECEIVE =
      handle(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SEND =
      handle(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private final Arena arena = Arena.ofShared();
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();
  private final MemorySegment captured = arena.allocate(CAPTURED);
  private final MemorySegment packet = arena.allocate(LARGEST);
  private final MemorySegment from = arena.allocate(ADDRESS_SIZE, 8);
  private final MemorySegment fromLength = arena.allocate(JAVA_INT);
  private final int descriptor;
  private boolean closed;

  /**
   * What came.
   *
   * @param address of the sender, as the family has it
   * @param lost the kernel could not keep all that came before; then nothing else is in it
   */
  record Received(byte[] bytes, byte[] address, boolean lost) {}

  private KernelSocket(int family, int type, int protocol) throws IOException {
    try {
      descriptor =
          (int)
              orThrow(
                  "open a socket",
                  attempt(
                      captured,
                      errno ->
                          (int)
                              SOCKET.invokeExact(
                                  errno, family, type | SOCK_CLOSE_ON_EXEC, protocol)));
    } catch (IOException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens a socket bound to an address.
   *
   * @throws IOException if the kernel has no such sockets or does not permit one
   */
  static KernelSocket open(int family, int type, int protocol, byte[] address, int buffer)
      throws IOException {
    KernelSocket socket = new KernelSocket(family, type, protocol);
    try {
      socket.prepare(address, buffer);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void prepare(byte[] address, int buffer) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      set(SOL_SOCKET, SO_RECEIVE_BUFFER, call.allocateFrom(JAVA_INT, buffer), "set its buffer");
      set(
          SOL_SOCKET,
          SO_RECEIVE_TIMEOUT,
          call.allocateFrom(ValueLayout.JAVA_LONG, 0, WAIT_MICROSECONDS),
          "set its time out");
      MemorySegment at = call.allocateFrom(JAVA_BYTE, address);
      orThrow(
          "bind a socket",
          attempt(
              captured, errno -> (int) BIND.invokeExact(errno, descriptor, at, address.length)));
    }
  }

  /** Sets an option of the family. */
  void option(int level, int name, byte[] value, String what) throws IOException {
    open.readLock().lock();
    try (Arena call = Arena.ofConfined()) {
      if (closed) {
        throw new ClosedChannelException();
      }
      set(level, name, call.allocateFrom(JAVA_BYTE, value), what);
    } finally {
      open.readLock().unlock();
    }
  }

  private void set(int level, int name, MemorySegment value, String what) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment own = call.allocate(CAPTURED);
      orThrow(
          what,
          attempt(
              own,
              errno ->
                  (int)
                      SET_OPTION.invokeExact(
                          errno, descriptor, level, name, value, (int) value.byteSize())));
    }
  }

  /** Waits for one packet, up to a fifth of a second; null when none came. */
  @Nullable Received receive() throws IOException {
    open.readLock().lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      fromLength.set(JAVA_INT, 0, ADDRESS_SIZE);
      long length =
          attempt(
              captured,
              errno ->
                  (long)
                      RECEIVE.invokeExact(
                          errno, descriptor, packet, (long) LARGEST, 0, from, fromLength));
      // An interface that goes down says so once to each socket that listens at it.
      if (length == -EAGAIN || length == -ENETDOWN) {
        return null;
      }
      if (length == -ENOBUFS) {
        return new Received(new byte[0], new byte[0], true);
      }
      orThrow("receive", length);
      return new Received(
          packet.asSlice(0, length).toArray(JAVA_BYTE),
          from.asSlice(0, Math.min(ADDRESS_SIZE, fromLength.get(JAVA_INT, 0))).toArray(JAVA_BYTE),
          false);
    } finally {
      open.readLock().unlock();
    }
  }

  /** Sends to where the socket is bound. */
  void send(byte[] bytes) throws IOException {
    open.readLock().lock();
    try (Arena call = Arena.ofConfined()) {
      if (closed) {
        throw new ClosedChannelException();
      }
      MemorySegment out = call.allocateFrom(JAVA_BYTE, bytes);
      orThrow(
          "send",
          attempt(
              call.allocate(CAPTURED),
              errno ->
                  (long)
                      SEND.invokeExact(
                          errno, descriptor, out, out.byteSize(), 0, MemorySegment.NULL, 0)));
    } finally {
      open.readLock().unlock();
    }
  }

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  private interface Call {
    long run(MemorySegment captured) throws Throwable;
  }

  /** The call's answer, or minus errno. Interrupted calls are made again. */
  private static long attempt(MemorySegment captured, Call call) {
    while (true) {
      try {
        long answer = call.run(captured);
        if (answer >= 0) {
          return answer;
        }
        int errno = (int) ERRNO.get(captured, 0L);
        if (errno != EINTR) {
          return -errno;
        }
      } catch (Throwable broken) {
        throw new LinkageError("a system call could not be made", broken);
      }
    }
  }

  private static long orThrow(String what, long answer) throws IOException {
    if (answer < 0) {
      int errno = (int) -answer;
      throw new IOException(
          "cannot "
              + what
              + ": "
              + switch (errno) {
                case 1, 13 -> "not permitted (needs CAP_NET_RAW or root)";
                case 19 -> "there is no such interface";
                case 93, 94, 97 -> "this kernel has no such sockets";
                default -> "error " + errno;
              });
    }
    return answer;
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        attempt(captured, errno -> (int) CLOSE.invokeExact(errno, descriptor));
        arena.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
