package dev.ingot.netboot.socket;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ingot.netboot.Ipv4;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.ObjIntConsumer;

/**
 * Packets that leave a {@link BatchSocket} with one system call (sendmmsg). Several of one length
 * for one receiver may lie behind one another as one, which the kernel or the network card cuts
 * apart (UDP_SEGMENT, since Linux 4.18). What cannot be sent is lost, as on the way. One thread's
 * own, which ends before the socket is closed.
 */
public final class OutgoingPackets {
  /** Bytes that packets which are sent as one may have together. */
  public static final int LARGEST = 65_507;

  private static final int AT_ONCE = 64;
  private static final int ROOM = 192 << 10;

  /**
   * How long a full send buffer is waited for. Packets wait in it for a card, which is brief, and
   * for machines that are gone, until the neighbour table gives them up.
   */
  private static final long WAIT_MICROSECONDS = 20_000;

  /** Words of 8 bytes: struct mmsghdr, struct iovec, struct sockaddr_in, one control message. */
  private static final int HEADER = 8;

  private static final int PARTS = AT_ONCE * HEADER;
  private static final int NAMES = PARTS + AT_ONCE * 2;
  private static final int CONTROLS = NAMES + AT_ONCE * 2;
  private static final int WORDS = CONTROLS + AT_ONCE * 3;
  private static final int CONTROL_LENGTH = 5;
  private static final int CONTROL_SIZE = 24;

  /** struct cmsghdr: its length with two bytes of content, SOL_UDP, UDP_SEGMENT. */
  private static final long SEGMENT_LENGTH = 18;

  private static final long SEGMENT_KIND = 17 | 103L << 32;

  /**
   * The kernel answers with what it heard of earlier packets, of which several may come at once.
   */
  private static final int MOST_NEWS = 8;

  private static final int MOST_ERRORS = 64;
  private static final int ERROR_CONTROL = 64;

  /** SOL_IP, IP_RECVERR. */
  private static final long ERROR_KIND = 11L << 32;

  private static final Runnable NOBODY = () -> {};

  private final int descriptor;
  private final MemorySegment space;
  private final ByteBuffer bytes;
  private final MemorySegment calls;
  private final long[] words = new long[WORDS];
  private final Runnable[] refused = new Runnable[AT_ONCE];
  private final MemorySegment error;
  private final MemorySegment errorName;
  private final MemorySegment errorControl;
  private final MemorySegment captured;
  private int count;
  private int end;

  OutgoingPackets(Arena arena, int descriptor, int sendBuffer) throws IOException {
    this.descriptor = descriptor;
    space = arena.allocate(ROOM, Long.BYTES);
    bytes = space.asByteBuffer();
    calls = arena.allocate((long) WORDS * Long.BYTES, Long.BYTES);
    captured = NativeUdp.captured(arena);
    errorName = arena.allocate(NativeUdp.ADDRESS_SIZE, Long.BYTES);
    errorControl = arena.allocate(ERROR_CONTROL, Long.BYTES);
    error = arena.allocate((long) HEADER * Long.BYTES, Long.BYTES);
    NativeUdp.sendBuffer(arena, descriptor, sendBuffer);
    NativeUdp.option(
        arena,
        descriptor,
        NativeUdp.SO_SEND_TIMEOUT,
        arena.allocateFrom(JAVA_LONG, 0, WAIT_MICROSECONDS),
        "set the send timeout");
    NativeUdp.keepErrors(arena, descriptor);
    for (int each = 0; each < AT_ONCE; each++) {
      int header = each * HEADER;
      words[header] = place(NAMES + each * 2);
      words[header + 1] = NativeUdp.ADDRESS_SIZE;
      words[header + 2] = place(PARTS + each * 2);
      words[header + 3] = 1;
      words[header + 4] = place(CONTROLS + each * 3);
      words[CONTROLS + each * 3] = SEGMENT_LENGTH;
      words[CONTROLS + each * 3 + 1] = SEGMENT_KIND;
    }
  }

  private long place(int word) {
    return calls.address() + (long) word * Long.BYTES;
  }

  /** Where the next packet is to be written, from its position on; until it is added. */
  public ByteBuffer room(int most) {
    if (count == AT_ONCE || ROOM - end < most) {
      flush();
    }
    return bytes.limit(end + most).position(end);
  }

  /** Adds what was written into the room. */
  public void add(Ipv4 to, int port) {
    add(to, port, 0, NOBODY);
  }

  /**
   * Adds what was written into the room: packets behind one another, each of that length but the
   * last, which may be shorter.
   *
   * @param refusal runs where they could not be sent as one, and went out one by one
   */
  public void add(Ipv4 to, int port, int length, Runnable refusal) {
    int whole = bytes.position() - end;
    words[PARTS + count * 2] = space.address() + end;
    words[PARTS + count * 2 + 1] = whole;
    words[NAMES + count * 2] =
        NativeUdp.AF_INET
            | (Short.reverseBytes((short) port) & 0xffffL) << 16
            | (long) Integer.reverseBytes(to.bits()) << 32;
    words[count * HEADER + CONTROL_LENGTH] = length > 0 && whole > length ? CONTROL_SIZE : 0;
    words[CONTROLS + count * 3 + 2] = length;
    refused[count] = refusal;
    end += whole;
    count++;
  }

  /** Sends what was added. */
  public void flush() {
    if (count == 0) {
      return;
    }
    MemorySegment.copy(words, 0, calls, JAVA_LONG, 0, WORDS);
    int at = 0;
    int news = 0;
    while (at < count) {
      long sent =
          NativeUdp.sendMany(
              captured, descriptor, calls.asSlice((long) at * HEADER * Long.BYTES), count - at);
      if (sent > 0) {
        at += (int) sent;
        news = 0;
      } else if (sent == -NativeUdp.EAGAIN) {
        break; // the buffer stays full
      } else if (several(at) && refusesSeveral(-sent)) {
        oneByOne(at);
        refused[at].run();
        at++;
      } else if (++news > MOST_NEWS) {
        at++;
        news = 0;
      }
    }
    count = 0;
    end = 0;
  }

  private boolean several(int packet) {
    return words[packet * HEADER + CONTROL_LENGTH] != 0;
  }

  /** It is longer than the way's packets, there are too many, or the card cannot do it. */
  private static boolean refusesSeveral(long errno) {
    return errno == NativeUdp.EINVAL || errno == NativeUdp.EIO || errno == NativeUdp.EMSGSIZE;
  }

  private void oneByOne(int packet) {
    MemorySegment to = calls.asSlice((NAMES + packet * 2L) * Long.BYTES, NativeUdp.ADDRESS_SIZE);
    long from = words[PARTS + packet * 2] - space.address();
    long left = words[PARTS + packet * 2 + 1];
    long length = words[CONTROLS + packet * 3 + 2];
    while (left > 0) {
      long next = Math.min(length, left);
      NativeUdp.send(captured, descriptor, space.asSlice(from, next), to);
      from += next;
      left -= next;
    }
  }

  /** Says whose ports are closed, as the network told since it was asked last. */
  public void closedPorts(ObjIntConsumer<Ipv4> told) {
    for (int each = 0; each < MOST_ERRORS; each++) {
      error.set(JAVA_LONG, 0, errorName.address());
      error.set(JAVA_LONG, 8, NativeUdp.ADDRESS_SIZE);
      error.set(JAVA_LONG, 32, errorControl.address());
      error.set(JAVA_LONG, 40, ERROR_CONTROL);
      long came =
          NativeUdp.receiveMany(
              captured, descriptor, error, 1, NativeUdp.MSG_ERRQUEUE | NativeUdp.MSG_DONTWAIT);
      if (came < 1) {
        return;
      }
      // the kind of a control message lies behind its length, struct sock_extended_err behind both
      if (errorControl.get(JAVA_LONG, 8) == ERROR_KIND
          && errorControl.get(JAVA_INT, 16) == NativeUdp.ECONNREFUSED) {
        told.accept(
            new Ipv4(errorName.get(NativeUdp.NETWORK_INT, 4)),
            errorName.get(NativeUdp.NETWORK_SHORT, 2) & 0xffff);
      }
    }
  }
}
