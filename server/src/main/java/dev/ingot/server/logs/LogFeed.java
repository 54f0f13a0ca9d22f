package dev.ingot.server.logs;

import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells followers how far the records go; asks the database only while somebody follows. */
final class LogFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration GATHER = Duration.ofMillis(100);

  private final LogSearch search;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger followers = new AtomicInteger();
  private final AtomicInteger restarts = new AtomicInteger();
  private boolean woken;
  private long last;
  private volatile boolean closed;
  private @Nullable Thread thread;

  LogFeed(LogSearch search) {
    this.search = search;
  }

  void start() {
    thread = Thread.ofVirtual().name("log-feed").start(this::run);
  }

  /** There are new records. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The database was replaced: whoever follows begins anew. */
  void reset() {
    restarts.incrementAndGet();
    wake();
  }

  int restarts() {
    return restarts.get();
  }

  void join() {
    followers.incrementAndGet();
    wake();
  }

  void leave() {
    followers.decrementAndGet();
  }

  int followers() {
    return followers.get();
  }

  boolean isClosed() {
    return closed;
  }

  /** Waits until there is something after an id; how far records go then. */
  long await(long after, Duration atMost, BooleanSupplier off) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = atMost.toNanos();
      while (last <= after && left > 0 && !closed && !off.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
      return last;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (!closed) {
        lock.lockInterruptibly();
        try {
          long left = POLL.toNanos();
          while (!woken && !closed && left > 0) {
            left = changed.awaitNanos(left);
          }
          woken = false;
        } finally {
          lock.unlock();
        }
        if (!closed && followers.get() > 0) {
          look();
          TimeUnit.NANOSECONDS.sleep(GATHER.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      long found = search.last();
      lock.lock();
      try {
        last = found; // also back, when the database was restored
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    } catch (JdbiException | Problem e) {
      LOG.debug("logs cannot be followed now", e);
    }
  }

  /** Ends all waits. */
  @Override
  public void close() {
    closed = true;
    wake();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
