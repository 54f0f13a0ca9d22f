package dev.ingot.server.mercury;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The memory that replies take, of all services together. A reply that is more than small waits for
 * room for one of the largest, so that each that has begun can be made; when it is made it keeps
 * what it has become, until it is sent. Where others wait, who reads slowly is disconnected.
 */
final class ReplySpace {
  /** A reply of so many octets needs no room: a connection has one, and the system buffers it. */
  static final int SMALL = 64 << 10;

  /** More are told so at once: each has a place among the requests that are answered. */
  static final int MOST_WAITING = 16;

  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final Duration SLOW = Duration.ofSeconds(10);

  private static final long LOOK = Duration.ofMillis(500).toNanos();

  private final int largest;
  private final long most;
  private final Duration patience;
  private final Duration slow;
  private final LongSupplier nanos;
  private final Deque<Share> waiting = new ArrayDeque<>();
  private final Set<Share> sending = new LinkedHashSet<>();
  private long taken;
  private long refused;

  /**
   * @param largest octets of a reply
   * @param most octets of all; one of the largest is possible whatever it is
   * @param patience how long a reply waits for room
   * @param slow how long a peer may read while another reply waits
   * @param nanos a monotonic clock
   */
  ReplySpace(int largest, long most, Duration patience, Duration slow, LongSupplier nanos) {
    this.largest = largest;
    this.most = Math.max(largest, most);
    this.patience = patience;
    this.slow = slow;
    this.nanos = nanos;
  }

  /** For one reply. */
  Share share() {
    return new Share();
  }

  /** Octets that are kept for replies, of those that are being made the most they may become. */
  synchronized long taken() {
    return taken;
  }

  /** Replies for which there was no room. */
  synchronized long refused() {
    return refused;
  }

  /** Replies that wait for room. */
  synchronized int waiting() {
    return waiting.size();
  }

  private synchronized void acquire(Share share) {
    if (waiting.size() >= MOST_WAITING) {
      throw busy();
    }
    waiting.add(share);
    try {
      long until = nanos.getAsLong() + patience.toNanos();
      while (waiting.peek() != share || taken + largest > most) {
        long now = nanos.getAsLong();
        if (until - now <= 0) {
          throw busy();
        }
        if (waiting.peek() == share) {
          dropOneSlow(now);
        }
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(until - now, LOOK));
      }
      taken += largest;
      share.kept = largest;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused("this server stops; ask again");
    } finally {
      waiting.remove(share);
      notifyAll();
    }
  }

  private Refused busy() {
    refused++;
    return Refused.busy(
        "no room for one more large answer beside those that are made and read (mercury.replies);"
            + " ask again later, or for less with a projection or a limit");
  }

  private void dropOneSlow(long now) {
    for (Share share : sending) {
      if (now - share.since >= slow.toNanos()) {
        sending.remove(share);
        share.drop.run();
        return;
      }
    }
  }

  private synchronized void shrink(Share share, long octets) {
    taken -= share.kept - octets;
    share.kept = octets;
    notifyAll();
  }

  private synchronized void sending(Share share) {
    share.since = nanos.getAsLong();
    sending.add(share);
  }

  private synchronized void gone(Share share) {
    sending.remove(share);
  }

  /** What one reply takes; for one thread. */
  final class Share implements AutoCloseable {
    private long octets;
    private long kept;
    private long since;
    private Runnable drop = () -> {};

    /**
     * So many octets more.
     *
     * @throws Refused if they are too many, or there is no room
     */
    void add(int more) {
      if (octets + more > largest) {
        throw new Refused(
            ("the answer has more than %d octets (mercury.largest-reply); ask for less of each with"
                    + " a projection, or for fewer at a time with a limit and an offset_id")
                .formatted(largest));
      }
      octets += more;
      if (octets > SMALL) {
        grow();
      }
    }

    /** It will be more than small, or may: before more is read for it. */
    void grow() {
      if (kept == 0) {
        acquire(this);
      }
    }

    /**
     * It is made, and is sent from now on.
     *
     * @param drop disconnects its reader; does not block
     */
    void send(Runnable drop) {
      if (kept > 0) {
        shrink(this, octets);
        this.drop = drop;
        sending(this);
      }
    }

    /** What was written is thrown away; another answer comes instead. */
    void clear() {
      shrink(this, 0);
      octets = 0;
    }

    @Override
    public void close() {
      gone(this);
      clear();
    }
  }
}
