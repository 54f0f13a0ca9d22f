package dev.ingot.agentamqp.ur;

import dev.ingot.protocol.OutputChunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one stream of a run keeps: as of every task its first 256 KiB and its last 768 KiB, and less
 * where all runs together have too much. Not thread-safe but for the budget.
 */
final class Kept {
  /** Of the heap that an agent has, for all runs together. */
  static final int MOST = 8 << 20;

  private static final int STEP = 64 << 10;

  private final AtomicInteger budget;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private byte[] tail = new byte[0];
  private int tailMost = OutputChunk.TAIL;
  private long inTail;
  private int taken;

  /**
   * @param budget octets that all may still take
   */
  Kept(AtomicInteger budget) {
    this.budget = budget;
  }

  void add(byte[] bytes) {
    int toHead = Math.min(bytes.length, OutputChunk.HEAD - head.size());
    if (toHead > 0) {
      toHead = inTail == 0 && take(toHead) ? toHead : 0;
      head.write(bytes, 0, toHead);
    }
    for (int at = Math.max(0, toHead); at < bytes.length; at++) {
      if (inTail == tail.length && tail.length < tailMost) {
        grow();
      }
      if (tail.length > 0) {
        tail[(int) (inTail % tail.length)] = bytes[at];
      }
      inTail++;
    }
  }

  /** A tail that cannot grow goes round where it is. */
  private void grow() {
    int step = Math.min(STEP, tailMost - tail.length);
    if (take(step)) {
      tail = java.util.Arrays.copyOf(tail, tail.length + step);
    } else {
      tailMost = tail.length;
    }
  }

  private boolean take(int octets) {
    if (budget.addAndGet(-octets) < 0) {
      budget.addAndGet(octets);
      return false;
    }
    taken += octets;
    return true;
  }

  /** How many octets were left out between beginning and end. */
  long dropped() {
    return Math.max(0, inTail - tail.length);
  }

  /** As text; gives back what it took. */
  String text() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toByteArray());
    if (dropped() > 0) {
      all.writeBytes(
          ("\n[" + dropped() + " octets are left out]\n").getBytes(StandardCharsets.UTF_8));
    }
    int length = (int) Math.min(inTail, tail.length);
    int begin = tail.length == 0 || dropped() == 0 ? 0 : (int) (inTail % tail.length);
    all.write(tail, begin, length - begin);
    all.write(tail, 0, begin);
    budget.addAndGet(taken);
    taken = 0;
    return all.toString(StandardCharsets.UTF_8);
  }
}
