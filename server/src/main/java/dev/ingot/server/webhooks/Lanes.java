package dev.ingot.server.webhooks;

import dev.ingot.server.events.Event;
import dev.ingot.server.webhooks.WaitingTable.Parked;
import dev.ingot.server.webhooks.WaitingTable.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The order of one webhook's events: those that were read and are not settled, each node's in a
 * queue of its own. A lane with an event that waits to be sent again is blocked: what comes for it
 * goes behind that event. The lock is held while something is put aside, so that nothing overtakes.
 */
final class Lanes {
  private static final int WINDOW = 500;

  /** The one queue of a webhook that takes many events in a request. */
  private static final String TOGETHER = "*";

  private final ReentrantLock order = new ReentrantLock();
  private final Condition settled = order.newCondition();
  private final TreeMap<Long, Event> open = new TreeMap<>();
  private final Map<String, Deque<Event>> queues = new HashMap<>();
  private final Set<String> blocked = new HashSet<>();
  private final Ledger ledger;
  private final int batch;
  private final int backlog;
  private long waiting;
  private long read;

  Lanes(Ledger ledger, int batch, int backlog, long position) {
    this.ledger = ledger;
    this.batch = batch;
    this.backlog = backlog;
    this.read = position;
  }

  /** What waited already when we began. */
  void restore(Set<String> lanes, long rows) {
    order.lock();
    try {
      blocked.addAll(lanes);
      waiting = rows;
    } finally {
      order.unlock();
    }
  }

  /** Corrects the number of rows that wait: a replay adds some. */
  void count(long rows) {
    order.lock();
    try {
      waiting = rows;
    } finally {
      order.unlock();
    }
  }

  /** Takes events that were read up to a position; the keys of queues that need a worker. */
  List<String> offer(List<Event> events, long upTo) {
    order.lock();
    try {
      List<Parked> behind =
          events.stream()
              .filter(event -> blocked.contains(Waiting.lane(event)))
              .map(Parked::behind)
              .toList();
      if (!behind.isEmpty()) {
        ledger.park(behind, Duration.ZERO);
        waiting += behind.size();
      }
      List<String> begun = new ArrayList<>();
      for (Event event : events) {
        if (!blocked.contains(Waiting.lane(event))) {
          String key = batch > 1 ? TOGETHER : Waiting.lane(event);
          Deque<Event> queue = queues.get(key);
          if (queue == null) {
            queue = new ArrayDeque<>();
            queues.put(key, queue);
            begun.add(key);
          }
          queue.add(event);
          open.put(event.position(), event);
        }
      }
      read = upTo;
      return begun;
    } finally {
      order.unlock();
    }
  }

  /** What is sent next of a queue; empty when it has ended and its worker with it. */
  List<Event> next(String key) {
    order.lock();
    try {
      Deque<Event> queue = queues.get(key);
      List<Event> next = new ArrayList<>();
      while (queue != null && next.size() < batch && !queue.isEmpty()) {
        next.add(queue.remove());
      }
      if (next.isEmpty()) {
        queues.remove(key);
      }
      return next;
    } finally {
      order.unlock();
    }
  }

  /** These are delivered, or dead. */
  void settle(List<Event> events) {
    order.lock();
    try {
      events.forEach(event -> open.remove(event.position()));
      settled.signalAll();
    } finally {
      order.unlock();
    }
  }

  /** These failed: they are put aside, and what is behind them on their lanes too. */
  void park(String key, List<Event> failed, Outcome outcome, Duration pause) {
    order.lock();
    try {
      Set<String> lanes = new HashSet<>();
      List<Parked> parked = new ArrayList<>();
      for (Event event : failed) {
        lanes.add(Waiting.lane(event));
        parked.add(new Parked(event, 1, outcome.reason(), outcome.status()));
      }
      Deque<Event> queue = queues.getOrDefault(key, new ArrayDeque<>());
      queue.stream()
          .filter(event -> lanes.contains(Waiting.lane(event)))
          .map(Parked::behind)
          .forEach(parked::add);
      ledger.park(parked, pause);
      queue.removeIf(event -> lanes.contains(Waiting.lane(event)));
      blocked.addAll(lanes);
      waiting += parked.size();
      parked.forEach(each -> open.remove(each.event().position()));
      settled.signalAll();
    } finally {
      order.unlock();
    }
  }

  /** Writes that an event which waited is settled; says whether something waits behind it. */
  interface Settling {
    boolean write();
  }

  /** An event that waited is settled: its lane goes on. */
  void unpark(Waiting event, Settling settling) {
    order.lock();
    try {
      if (!settling.write()) {
        blocked.remove(event.lane());
      }
      waiting = Math.max(0, waiting - 1);
      settled.signalAll();
    } finally {
      order.unlock();
    }
  }

  boolean isBacklogFull() {
    order.lock();
    try {
      return waiting >= backlog;
    } finally {
      order.unlock();
    }
  }

  /** Waits until there is room for more, or the time is over; whether there is. */
  boolean awaitRoom(Duration atMost) throws InterruptedException {
    order.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while ((open.size() >= WINDOW || waiting >= backlog) && left > 0) {
        left = settled.awaitNanos(left);
      }
      return open.size() < WINDOW && waiting < backlog;
    } finally {
      order.unlock();
    }
  }

  /** Everything up to here is settled or put aside. */
  long position() {
    order.lock();
    try {
      return open.isEmpty() ? read : open.firstKey() - 1;
    } finally {
      order.unlock();
    }
  }

  /** When the oldest event that is not settled happened; null when there is none. */
  @Nullable Instant oldest() {
    order.lock();
    try {
      return open.isEmpty() ? null : open.firstEntry().getValue().time();
    } finally {
      order.unlock();
    }
  }
}
