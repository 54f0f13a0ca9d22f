package dev.ingot.server.agents;

import dev.ingot.server.nodes.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link Presence} who was heard, in one batch every few seconds, and who is gone, at once
 * and until it is written. One thread, so that a node's end never overtakes its being seen.
 */
final class PresenceWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PresenceWriter.class);
  private static final long EVERY_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long RETRY_MILLIS = 1_000;

  private final Presence presence;
  private final Supplier<List<Presence.Session>> heard;
  private final Consumer<Presence.Over> over;
  private final LinkedBlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  private record Ended(Presence.Session session, String reason) {}

  /** Wakes the thread that is to end. */
  private static final Ended STOP = new Ended(new Presence.Session("", 0), "");

  PresenceWriter(
      Presence presence, Supplier<List<Presence.Session>> heard, Consumer<Presence.Over> over) {
    this.presence = presence;
    this.over = over;
    this.heard = heard;
    this.thread = Thread.ofPlatform().daemon().name("agent-presence").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  void ended(Presence.Session session, String reason) {
    ended.add(new Ended(session, reason));
  }

  private void work() {
    long due = System.nanoTime() + EVERY_NANOS;
    while (!closed) {
      try {
        Ended next = ended.poll(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (next == null) {
          due = System.nanoTime() + EVERY_NANOS;
          seen();
        } else if (!next.equals(STOP)) {
          write(next);
        }
      } catch (InterruptedException e) {
        log.debug("interrupted: ends", e);
        return;
      }
    }
  }

  private void seen() {
    List<Presence.Session> sessions = new ArrayList<>(heard.get());
    if (sessions.isEmpty()) {
      return;
    }
    try {
      presence.seen(sessions).forEach(over::accept);
    } catch (RuntimeException e) {
      // The next heartbeats say it again.
      log.warn("write presence of {} nodes: {}", sessions.size(), e.toString());
    }
  }

  private void write(Ended next) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        presence.ended(next.session(), next.reason());
        return;
      } catch (RuntimeException e) {
        if (!told) {
          log.warn(
              "write that node {} is lost, trying again: {}",
              next.session().nodeId(),
              e.toString());
          told = true;
        }
      }
      if (closed) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
  }

  @Override
  public void close() {
    closed = true;
    ended.add(STOP);
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
