package dev.ingot.server.workflow.run;

import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the runs that wait for an event when one comes. It only calls: what a step waits for it
 * looks up itself, so that a call that is lost costs time and one that comes twice nothing.
 */
final class EventWaker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventWaker.class);
  private static final int BATCH = 500;
  private static final int MOST = 20_000;

  private final EventFeed feed;
  private final Jdbi jdbi;
  private final Runnable wake;
  private @Nullable Thread thread;
  private volatile boolean closed;

  EventWaker(EventFeed feed, Jdbi jdbi, Runnable wake) {
    this.feed = feed;
    this.jdbi = jdbi;
    this.wake = wake;
  }

  /** Starts its thread; {@link #close} ends it. */
  void start() {
    thread = Thread.ofVirtual().name("runs-events").start(this::follow);
  }

  /** The keys that an event wakes. */
  static Set<String> keys(Event event) {
    Set<String> keys = new TreeSet<>();
    String name = event.type() + "." + event.action();
    keys.add("event:" + name);
    if (event.nodeId() != null) {
      keys.add("event:" + name + ":" + event.nodeId());
    }
    if (event.type().equals("job")) {
      keys.add("job:" + event.typeId());
    }
    return keys;
  }

  private void follow() {
    try {
      long position = feed.last();
      int restarts = feed.restarts();
      while (!closed) {
        feed.await(position, Duration.ofSeconds(1), () -> closed);
        if (feed.restarts() != restarts) {
          restarts = feed.restarts();
          position = feed.last();
        }
        position = call(position);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long call(long position) throws InterruptedException {
    try {
      EventFeed.Batch batch = feed.after(position, EventFilter.ALL, BATCH);
      Set<String> keys = new TreeSet<>();
      batch.events().forEach(event -> keys.addAll(keys(event)));
      if (!keys.isEmpty() && jdbi.inTransaction(handle -> Wakes.keys(handle, keys, MOST)) > 0) {
        wake.run();
      }
      return batch.position();
    } catch (RuntimeException e) {
      if (!closed) {
        log.warn("runs that wait for events are called later: {}", Transience.cause(e));
      }
      TimeUnit.SECONDS.sleep(1);
      return position;
    }
  }

  @Override
  public void close() {
    closed = true;
    feed.signal();
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(Duration.ofSeconds(5))) {
          running.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
