package dev.ingot.server.store.queue;

import dev.ingot.server.store.WakeUps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes work from a queue and has it done, a bounded number of pieces at a time. It looks when it
 * is woken, and every second.
 */
public final class QueueWorkers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueueWorkers.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_TAKEN = 20;

  private final Jdbi jdbi;
  private final Queue queue;
  private final Handler handler;
  private final String owner;
  private final Duration poll;
  private final int atOnce;
  private final Semaphore free;
  private final Semaphore woken = new Semaphore(0);
  private final Map<Lease, Thread> running = new ConcurrentHashMap<>();
  private final AutoCloseable subscription;
  private final Thread taker;
  private final Thread renewer;
  private volatile boolean closed;

  private QueueWorkers(
      Jdbi jdbi,
      WakeUps wakeUps,
      Queue queue,
      int atOnce,
      String owner,
      Duration poll,
      Handler handler) {
    this.jdbi = jdbi;
    this.queue = queue;
    this.handler = handler;
    this.owner = owner;
    this.poll = poll;
    this.atOnce = atOnce;
    this.free = new Semaphore(atOnce);
    this.subscription = wakeUps.on(queue.topic(), this::wake);
    this.taker = Thread.ofVirtual().name(queue.topic()).start(this::takeForEver); // close()
    this.renewer = Thread.ofVirtual().name(queue.topic() + "-leases").start(this::renewForEver);
  }

  /**
   * Starts them.
   *
   * @param atOnce most pieces of work at a time
   * @param owner who we are, for a person who looks at the table
   */
  public static QueueWorkers start(
      Jdbi jdbi, WakeUps wakeUps, Queue queue, int atOnce, String owner, Handler handler) {
    return start(jdbi, wakeUps, queue, atOnce, owner, POLL, handler);
  }

  /** As above, with how long they wait for a wake-up before they look by themselves. */
  static QueueWorkers start(
      Jdbi jdbi,
      WakeUps wakeUps,
      Queue queue,
      int atOnce,
      String owner,
      Duration poll,
      Handler handler) {
    return new QueueWorkers(jdbi, wakeUps, queue, atOnce, owner, poll, handler);
  }

  private void wake() {
    if (woken.availablePermits() == 0) {
      woken.release();
    }
  }

  private void takeForEver() {
    try {
      while (!closed) {
        free.acquire();
        if (closed) {
          free.release();
          return;
        }
        int more = Math.min(MOST_TAKEN - 1, free.drainPermits());
        List<Lease> taken = take(1 + more);
        free.release(1 + more - taken.size());
        taken.forEach(this::begin);
        if (taken.isEmpty() && woken.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
          woken.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private List<Lease> take(int most) {
    try {
      return jdbi.inTransaction(
          handle -> {
            queue.promote(handle);
            return queue.take(handle, most, owner);
          });
    } catch (RuntimeException e) { // Problem or JdbiException: looks again at the next poll
      if (!closed) {
        log.warn("{}: no work can be taken, trying again: {}", queue.topic(), e.toString());
      }
      return List.of();
    }
  }

  private void begin(Lease lease) {
    Thread thread =
        Thread.ofVirtual().name(queue.topic() + "-" + lease.id()).unstarted(() -> work(lease));
    running.put(lease, thread);
    thread.start();
  }

  private void work(Lease lease) {
    try {
      if (queue.isPastItsAttempts(lease)) {
        jdbi.useTransaction(
            handle -> queue.bury(handle, lease, "its worker was lost at every attempt"));
      } else {
        attempt(lease);
      }
    } catch (RuntimeException e) { // nothing could be written: the lease runs out
      log.warn("{} {}: {}", queue.topic(), lease.key(), e.toString());
    } finally {
      running.remove(lease);
      free.release();
    }
  }

  private void attempt(Lease lease) {
    try {
      handler.handle(lease);
      jdbi.useTransaction(
          handle -> {
            if (queue.renew(handle, lease)) { // the handler did not complete it
              queue.complete(handle, lease);
            }
          });
    } catch (LeaseLost e) {
      log.warn("{}: {}", queue.topic(), e.getMessage());
    } catch (Exception e) {
      boolean interrupted = Thread.interrupted(); // the lease was lost, or we stop
      log.warn(
          "{} {} attempt {} failed: {}", queue.topic(), lease.key(), lease.attempt(), e.toString());
      log.debug("{} {} failed", queue.topic(), lease.key(), e);
      jdbi.useTransaction(handle -> queue.failed(handle, lease, e.toString()));
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void renewForEver() {
    try {
      while (!closed) {
        Thread.sleep(queue.settings().lease().dividedBy(3));
        running.forEach(this::renew);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void renew(Lease lease, Thread thread) {
    try {
      boolean ours = jdbi.inTransaction(handle -> queue.renew(handle, lease));
      if (!ours && thread.equals(running.get(lease))) {
        thread.interrupt();
      }
    } catch (RuntimeException e) { // the database is away: tried again before the lease ends
      log.warn("{} {}: the lease is not renewed: {}", queue.topic(), lease.key(), e.toString());
    }
  }

  /** Takes no more work, lets running work end for five seconds, then interrupts it. */
  @Override
  public void close() {
    closed = true;
    woken.release();
    try {
      subscription.close();
      if (!free.tryAcquire(atOnce, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        running.values().forEach(Thread::interrupt);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("{}: {}", queue.topic(), e.toString());
    }
    taker.interrupt(); // it waits for a free place, never for the database: we have all places
    renewer.interrupt();
  }
}
