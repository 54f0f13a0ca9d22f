package dev.ingot.server.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads events by position. One thread follows the end of the table and keeps the latest events in
 * memory, so that a thousand followers cost one query; whoever is further behind reads the table. A
 * follower is a position and nothing else: a slow one costs no memory.
 */
public final class EventFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
  private static final int KEPT = 2000;
  private static final int READ = 500;
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Jdbi jdbi;
  private final Wakeup wakeup = new Wakeup();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  /** The event of a position stands at its remainder; those of (last - held, last] are here. */
  private final @Nullable Event[] latest = new @Nullable Event[KEPT];

  private int held;
  private long last;
  private final AtomicInteger restarts = new AtomicInteger();
  private volatile boolean closed;
  private @Nullable Thread thread;

  public EventFeed(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * What follows a position.
   *
   * @param events those that the filter wants, in order, at most as many as asked for
   * @param position where to go on from
   */
  public record Batch(List<Event> events, long position) {}

  /** Starts its thread at the end of the table; {@link #close} stops it. */
  public void start() {
    last = jdbi.withHandle(EventTable::last);
    thread = Thread.ofVirtual().name("event-feed").start(this::run);
  }

  /** There are new positions. */
  public void wake() {
    wakeup.wake();
  }

  /** The last position that is known here. */
  public long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Where a follower starts.
   *
   * @param gone whether events between what was asked for and the position are no longer kept
   */
  public record Start(long position, boolean gone) {}

  /** The start of a follower who has seen the event of that position; null follows from now. */
  public Start from(@Nullable Long seen) {
    if (seen == null) {
      return new Start(last(), false);
    }
    return jdbi.withHandle(
        handle -> {
          long end = EventTable.last(handle);
          if (seen >= end) {
            return new Start(end, seen > end); // a database restored from before that event
          }
          Long first = EventTable.firstKept(handle, seen);
          long position = first == null ? end : first - 1;
          return new Start(position, position != seen);
        });
  }

  /** The events after a position, from memory when they are there. */
  public Batch after(long position, EventFilter filter, int limit) {
    long end;
    lock.lock();
    try {
      end = last;
      if (position >= end - held) {
        return fromMemory(position, filter, limit);
      }
    } finally {
      lock.unlock();
    }
    long upTo = end;
    List<Event> events =
        jdbi.withHandle(handle -> EventTable.between(handle, position, upTo, filter, limit));
    return new Batch(events, events.size() < limit ? upTo : events.getLast().position());
  }

  /** Returns when there is something after the position, the wait is off, or the time is over. */
  public void await(long position, Duration atMost, BooleanSupplier off)
      throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (last <= position && !off.getAsBoolean() && left > 0) {
        left = grown.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** How often positions began anew; a follower's position holds for one number only. */
  public int restarts() {
    return restarts.get();
  }

  /** Everything starts again at the end of the table, as after a restore. */
  public void reset() {
    long end = jdbi.withHandle(EventTable::last);
    lock.lock();
    try {
      held = 0;
      last = end;
      restarts.incrementAndGet();
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets those who wait look again whether their wait is off. */
  public void signal() {
    lock.lock();
    try {
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    wakeup.wake();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Batch fromMemory(long position, EventFilter filter, int limit) {
    List<Event> events = new ArrayList<>();
    long reached = position;
    while (reached < last && events.size() < limit) {
      reached++;
      Event event = latest[(int) (reached % KEPT)];
      if (event != null && filter.matches(event)) {
        events.add(event);
      }
    }
    return new Batch(events, reached);
  }

  private void run() {
    boolean failing = false;
    try {
      while (!closed) {
        wakeup.await(POLL);
        try {
          while (!closed && readOn() == READ) {
            // there is more
          }
          failing = false;
        } catch (RuntimeException e) {
          if (!failing && !closed) {
            LOG.warn("events cannot be read: {}", e.getMessage());
          }
          failing = true;
          TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int readOn() {
    long from = last();
    List<Event> events =
        jdbi.withHandle(
            handle -> EventTable.between(handle, from, Long.MAX_VALUE, EventFilter.ALL, READ));
    if (events.isEmpty() && jdbi.withHandle(EventTable::last) < from) {
      reset(); // another process has restored a backup
    }
    if (!events.isEmpty()) {
      lock.lock();
      try {
        if (last == from) {
          for (Event event : events) {
            latest[(int) (event.position() % KEPT)] = event;
          }
          held = Math.min(KEPT, held + events.size());
          last = events.getLast().position();
          grown.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
    return events.size();
  }
}
