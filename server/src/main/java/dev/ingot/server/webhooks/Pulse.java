package dev.ingot.server.webhooks;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whether a receiver as a whole is well. One node's events that fail are that node's; when those of
 * three lanes in a row fail, or five requests in a row are refused, it is the receiver: then one
 * request at a time asks whether it is back, ever more seldom, and nothing else is used up on it.
 */
final class Pulse {
  private static final int LANES = 3;
  private static final int REFUSALS = 5;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<String> failedLanes = new HashSet<>();
  private final Duration first;
  private int refusals;
  private boolean down;
  private boolean probing;
  private long nextProbe;
  private long pauseNanos;

  Pulse(Duration first) {
    this.first = first.compareTo(LONGEST) > 0 ? LONGEST : first;
  }

  /** Returns when a request may be sent; each is followed by {@link #told} or {@link #left}. */
  void enter() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (down && (probing || nextProbe - System.nanoTime() > 0)) {
        if (probing) {
          changed.await();
        } else {
          changed.awaitNanos(nextProbe - System.nanoTime());
        }
      }
      probing = down;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing was sent after all. */
  void left() {
    lock.lock();
    try {
      probing = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What came of a request; true when the receiver is back from being down. */
  boolean told(String lane, Outcome outcome) {
    lock.lock();
    try {
      probing = false;
      if (outcome.delivered()) {
        boolean back = down;
        down = false;
        refusals = 0;
        failedLanes.clear();
        changed.signalAll();
        return back;
      }
      if (outcome.kind() == Outcome.Kind.REFUSED) {
        refusals++;
      } else if (failedLanes.size() < LANES) {
        failedLanes.add(lane);
      }
      if (down || failedLanes.size() >= LANES || refusals >= REFUSALS) {
        pauseNanos = down ? Math.min(2 * pauseNanos, LONGEST.toNanos()) : first.toNanos();
        Duration asked = outcome.retryAfter();
        long wished = asked == null ? 0 : Math.min(asked.toNanos(), LONGEST.toNanos());
        nextProbe = System.nanoTime() + Math.max(pauseNanos, wished);
        down = true;
        changed.signalAll();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  boolean isDown() {
    lock.lock();
    try {
      return down;
    } finally {
      lock.unlock();
    }
  }
}
