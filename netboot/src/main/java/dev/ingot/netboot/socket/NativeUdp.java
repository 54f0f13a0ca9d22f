package dev.ingot.netboot.socket;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ingot.netboot.Ipv4;
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
import java.nio.ByteOrder;

/**
 * The system calls of {@link DeviceSocket} and {@link BatchSocket}, as Linux on x86-64 and arm64
 * has them. Java's own sockets can neither be bound to an interface nor take many packets at once.
 */
final class NativeUdp {
  static final int AF_INET = 2;
  static final int SOL_SOCKET = 1;
  static final int SO_BROADCAST = 6;
  private static final int SO_SEND_BUFFER = 7;
  private static final int SO_RECEIVE_BUFFER = 8;
  private static final int SO_SEND_BUFFER_FORCE = 32;
  private static final int SO_RECEIVE_BUFFER_FORCE = 33;
  static final int SO_RECEIVE_TIMEOUT = 20;
  static final int SO_SEND_TIMEOUT = 21;
  static final int SO_BIND_TO_DEVICE = 25;
  private static final int SOL_IP = 0;
  private static final int IP_RECEIVE_ERRORS = 11;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int ECONNREFUSED = 111;
  static final int EADDRINUSE = 98;
  static final int ADDRESS_SIZE = 16;
  static final ValueLayout.OfInt NETWORK_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int SOCK_DATAGRAM = 2;

  static final int MSG_DONTWAIT = 0x40;

  /** What became of packets that were sent. */
  static final int MSG_ERRQUEUE = 0x2000;

  /** Waits for the first packet only. */
  static final int MSG_WAITFORONE = 0x10000;

  private static final int SOCK_CLOSE_ON_EXEC = 0x80000;

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
  private static final MethodHandle RECEIVE_MANY =
      handle(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle SEND =
      handle(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SEND_MANY =
      handle("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle NAME =
      handle("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private NativeUdp() {}

  @SuppressWarnings("restricted") // the launcher allows native access
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** A call that answers -1 and sets errno when it fails. */
  interface Call {
    long run(MemorySegment captured) throws Throwable;
  }

  /** The call's answer, or minus errno. Interrupted calls are made again. */
  static long attempt(MemorySegment captured, Call call) {
    while (true) {
      try {
        long answer = call.run(captured);
        if (answer >= 0) {
          return answer;
        }
        int errno = errno(captured);
        if (errno != EINTR) {
          return -errno;
        }
      } catch (Throwable broken) {
        throw broken(broken);
      }
    }
  }

  private static int errno(MemorySegment captured) {
    return (int) ERRNO.get(captured, 0L);
  }

  private static LinkageError broken(Throwable cause) {
    return new LinkageError("a system call could not be made", cause);
  }

  static MemorySegment captured(Arena arena) {
    return arena.allocate(CAPTURED);
  }

  static int socket(Arena arena) throws IOException {
    long answer =
        attempt(
            captured(arena),
            errno ->
                (int) SOCKET.invokeExact(errno, AF_INET, SOCK_DATAGRAM | SOCK_CLOSE_ON_EXEC, 0));
    return (int) orThrow("open a UDP socket", answer);
  }

  static void option(Arena arena, int descriptor, int name, MemorySegment value, String what)
      throws IOException {
    orThrow(what, option(arena, descriptor, SOL_SOCKET, name, value));
  }

  private static long option(
      Arena arena, int descriptor, int level, int name, MemorySegment value) {
    return attempt(
        captured(arena),
        errno ->
            (int)
                SET_OPTION.invokeExact(
                    errno, descriptor, level, name, value, (int) value.byteSize()));
  }

  /** As much as is asked for where the program may (CAP_NET_ADMIN), else what the kernel allows. */
  static void receiveBuffer(Arena arena, int descriptor, int bytes) throws IOException {
    buffer(arena, descriptor, bytes, SO_RECEIVE_BUFFER_FORCE, SO_RECEIVE_BUFFER);
  }

  /** As {@link #receiveBuffer}. */
  static void sendBuffer(Arena arena, int descriptor, int bytes) throws IOException {
    buffer(arena, descriptor, bytes, SO_SEND_BUFFER_FORCE, SO_SEND_BUFFER);
  }

  private static void buffer(Arena arena, int descriptor, int bytes, int force, int ask)
      throws IOException {
    MemorySegment value = arena.allocateFrom(JAVA_INT, bytes);
    if (option(arena, descriptor, SOL_SOCKET, force, value) < 0) {
      option(arena, descriptor, ask, value, "set the size of a socket's buffer");
    }
  }

  /** Keeps what the network says of packets that it did not deliver, for {@link #MSG_ERRQUEUE}. */
  static void keepErrors(Arena arena, int descriptor) throws IOException {
    MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
    orThrow("ask for errors of delivery", option(arena, descriptor, SOL_IP, IP_RECEIVE_ERRORS, on));
  }

  static long bind(Arena arena, int descriptor, MemorySegment address) {
    return attempt(
        captured(arena),
        errno -> (int) BIND.invokeExact(errno, descriptor, address, (int) address.byteSize()));
  }

  // The calls for each packet are written out: a new lambda for each costs as much as the call.

  static long receive(
      MemorySegment captured,
      int descriptor,
      MemorySegment packet,
      MemorySegment from,
      MemorySegment fromLength) {
    while (true) {
      long answer;
      try {
        answer =
            (long)
                RECEIVE.invokeExact(
                    captured, descriptor, packet, packet.byteSize(), 0, from, fromLength);
      } catch (Throwable broken) {
        throw broken(broken);
      }
      if (answer >= 0 || errno(captured) != EINTR) {
        return answer >= 0 ? answer : -errno(captured);
      }
    }
  }

  /** How many packets came; the headers say their lengths. */
  static long receiveMany(
      MemorySegment captured, int descriptor, MemorySegment headers, int most, int flags) {
    return attempt(
        captured,
        errno ->
            (int)
                RECEIVE_MANY.invokeExact(
                    errno, descriptor, headers, most, flags, MemorySegment.NULL));
  }

  /** How many packets were taken, from the first on. */
  static long sendMany(MemorySegment captured, int descriptor, MemorySegment headers, int count) {
    return attempt(
        captured, errno -> (int) SEND_MANY.invokeExact(errno, descriptor, headers, count, 0));
  }

  static long send(MemorySegment captured, int descriptor, MemorySegment packet, MemorySegment to) {
    return send(captured, descriptor, packet, packet.byteSize(), to);
  }

  static long send(
      MemorySegment captured, int descriptor, MemorySegment packet, long length, MemorySegment to) {
    while (true) {
      long answer;
      try {
        answer =
            (long)
                SEND.invokeExact(captured, descriptor, packet, length, 0, to, (int) to.byteSize());
      } catch (Throwable broken) {
        throw broken(broken);
      }
      if (answer >= 0 || errno(captured) != EINTR) {
        return answer >= 0 ? answer : -errno(captured);
      }
    }
  }

  /** The port that a socket is bound to. */
  static int port(Arena arena, int descriptor) throws IOException {
    MemorySegment address = arena.allocate(ADDRESS_SIZE, 8);
    MemorySegment length = arena.allocateFrom(JAVA_INT, ADDRESS_SIZE);
    orThrow(
        "ask the socket's own port",
        attempt(
            captured(arena), errno -> (int) NAME.invokeExact(errno, descriptor, address, length)));
    return address.get(NETWORK_SHORT, 2) & 0xffff;
  }

  static MemorySegment address(Arena arena, Ipv4 address, int port) {
    MemorySegment segment = arena.allocate(ADDRESS_SIZE, 8);
    write(segment, address, port);
    return segment;
  }

  /** Writes an address where there is one already. */
  static void write(MemorySegment segment, Ipv4 address, int port) {
    segment.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
    segment.set(NETWORK_SHORT, 2, (short) port);
    segment.set(NETWORK_INT, 4, address.bits());
  }

  static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      attempt(captured(arena), errno -> (int) CLOSE.invokeExact(errno, descriptor));
    }
  }

  static long orThrow(String what, long answer) throws IOException {
    if (answer < 0) {
      throw new IOException("cannot " + what + ": " + reason((int) -answer));
    }
    return answer;
  }

  private static String reason(int errno) {
    return switch (errno) {
      case 1 -> "not permitted (the program needs CAP_NET_RAW or root)";
      case 13 -> "not permitted (ports below 1024 need CAP_NET_BIND_SERVICE)";
      case 19 -> "there is no such interface";
      case EADDRINUSE -> "the port is taken";
      case 99 -> "the address is not on this machine";
      case 100, 101 -> "the network is down or unreachable";
      default -> "error " + errno;
    };
  }
}
