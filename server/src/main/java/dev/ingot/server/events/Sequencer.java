package dev.ingot.server.events;

import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives committed events their positions, in batches, one server at a time (an advisory lock says
 * which): serial numbers become visible out of order, and who reads by {@code id > last} would miss
 * the ones that commit late.
 */
public final class Sequencer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);

  /** Any number, the same in every server: "INGOT EV". */
  private static final long LOCK = 0x494e474f54204556L;

  private static final int BATCH = 1000;
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration GATHER = Duration.ofMillis(5);
  private static final Duration LONGEST_GATHER = Duration.ofMillis(50);

  /** It rests so many times as long as it worked. */
  private static final int REST = 4;

  private static final String MOVE =
      "with taken as (delete from event_outbox where id in"
          + " (select id from event_outbox order by id limit "
          + BATCH
          + ") returning *),"
          + " numbered as (select *, row_number() over (order by id) as place from taken),"
          + " moved as (update event_position set last = last + (select count(*) from taken)"
          + " returning last - (select count(*) from taken) as base)"
          + " insert into event (position, time, type, action, severity, type_id, node_id,"
          + " node_sequence, data)"
          + " select base + place, time, type, action, severity, type_id, node_id, node_sequence,"
          + " data from numbered, moved order by place";

  private final Jdbi jdbi;
  private final Runnable published;
  private final Wakeup wakeup = new Wakeup();
  private volatile boolean closed;
  private volatile @Nullable String complaint;
  private @Nullable Thread thread;

  /**
   * @param published called after each batch: positions were given
   */
  public Sequencer(Jdbi jdbi, Runnable published) {
    this.jdbi = jdbi;
    this.published = published;
  }

  /** There are events to number, now. */
  public void wake() {
    wakeup.wake();
  }

  /** Starts its thread, which {@link #close} stops. */
  public void start() {
    thread = Thread.ofVirtual().name("event-sequencer").start(this::run);
  }

  /** Why events are not numbered now, null when they are. */
  public @Nullable String notReady() {
    return complaint;
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      wakeup.wake();
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** How many seconds the oldest event without a position has waited; NaN when nobody can say. */
  public double lag() {
    try {
      return jdbi.withHandle(
          handle ->
              handle
                  .createQuery(
                      "select coalesce(extract(epoch from clock_timestamp() - min(time)), 0)"
                          + " from event_outbox")
                  .mapTo(Double.class)
                  .one());
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }

  private void run() {
    try {
      while (!closed) {
        wakeup.await(POLL);
        long began = System.nanoTime();
        drain();
        wakeup.gather(rest(System.nanoTime() - began));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A busy database is asked less often, for more at a time. */
  private static Duration rest(long workedNanos) {
    long nanos = Math.clamp(REST * workedNanos, GATHER.toNanos(), LONGEST_GATHER.toNanos());
    return Duration.ofNanos(nanos);
  }

  /** Numbers all that has committed; a failure is told once and tried again. */
  private void drain() {
    try {
      int moved = BATCH;
      while (moved == BATCH) {
        moved = move();
        if (moved > 0) {
          published.run();
        }
      }
      complaint = null;
    } catch (RuntimeException e) {
      if (complaint == null && !closed) {
        LOG.warn("events wait to be numbered: {}", e.getMessage());
      }
      complaint = "events wait to be numbered: the database does not answer";
    }
  }

  /** Numbers one batch. While another server is at it, it is tried again in a moment. */
  private int move() {
    return jdbi.inTransaction(
        handle -> {
          if (!ask(handle, "select exists (select from event_outbox)")) {
            return 0;
          }
          if (!ask(handle, "select pg_try_advisory_xact_lock(" + LOCK + ")")) {
            wakeup.wake();
            return 0;
          }
          return handle.createUpdate(MOVE).execute();
        });
  }

  private static boolean ask(Handle handle, String question) {
    return handle.createQuery(question).mapTo(Boolean.class).one();
  }
}
