package dev.ingot.server.agents;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What waits for a commit is taken in groups. Where one comes alone it goes at once; where several
 * came together a moment is let pass, so that many share the next commit. One thread gathers at a
 * time.
 */
final class Gathering<T> {
  private final ArrayDeque<T> waiting = new ArrayDeque<>();
  private final Object gatherer = new Object();
  private final int room;
  private final int most;
  private final long momentNanos;
  private boolean several;
  private boolean closed;

  /**
   * @param room how many may wait
   * @param most how many go together
   */
  Gathering(int room, int most, long momentNanos) {
    this.room = room;
    this.most = most;
    this.momentNanos = momentNanos;
  }

  /** Whether there was room. */
  synchronized boolean offer(T one) {
    if (closed || waiting.size() >= room) {
      return false;
    }
    waiting.add(one);
    if (waiting.size() == 1) {
      notifyAll();
    }
    return true;
  }

  synchronized int size() {
    return waiting.size();
  }

  /** The next group, when there is one; empty when closed. */
  List<T> take() throws InterruptedException {
    synchronized (gatherer) {
      if (await()) {
        LockSupport.parkNanos(momentNanos);
      }
      return group();
    }
  }

  /** Waits for the first; whether more are to be waited for. */
  private synchronized boolean await() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    return several && waiting.size() < most && !closed;
  }

  private synchronized List<T> group() {
    List<T> group = new ArrayList<>(Math.min(most, waiting.size()));
    while (!closed && group.size() < most && !waiting.isEmpty()) {
      group.add(waiting.remove());
    }
    several = group.size() > 1;
    return group;
  }

  /** What waits is forgotten, who takes is let go. */
  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }
}
