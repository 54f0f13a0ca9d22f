package dev.ingot.server.jobs;

import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of this server that moves tasks: what nodes said since its last transaction goes
 * with the next, so that a thousand tasks a second need few commits, and nothing is said to a node
 * before the commit that makes it true. What it has in memory it can read again.
 */
final class JobDriver implements OwedWork, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobDriver.class);
  private static final int BATCH = 500;
  private static final long POLL_MILLIS = 1_000;
  private static final long RETRY_MILLIS = 500;
  private static final long TOGETHER_NANOS = 20_000_000;
  private static final Arrival LOOK = new Arrival.Look();

  private final LinkedBlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final Turn turn;
  private final Thread thread;
  private volatile boolean closed;

  JobDriver(Turn turn) {
    this.turn = turn;
    // Stopped by close().
    this.thread = Thread.ofPlatform().daemon().name("jobs").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** Something in the database is to be looked at. */
  void look() {
    if (looking.compareAndSet(false, true)) {
      inbox.add(LOOK);
    }
  }

  /** The database became another. */
  void forget() {
    turn.forget();
    look();
  }

  @Override
  public void opened(NodeLink node) {
    inbox.add(new Arrival.Opened(node));
  }

  @Override
  public void heard(NodeLink node, TaskMessage message, Outcome outcome) {
    inbox.add(new Arrival.Heard(node, message, outcome));
  }

  @Override
  public void closed(NodeLink node) {
    inbox.add(new Arrival.Closed(node));
  }

  private void work() {
    List<Arrival> arrived = new ArrayList<>();
    boolean more = false;
    try {
      while (!closed) {
        Arrival first = inbox.poll(more ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          arrived.add(first);
          if (canWait(first)) {
            // Nobody waits for it, and where one comes many come: they go together.
            LockSupport.parkNanos(TOGETHER_NANOS);
          }
          inbox.drainTo(arrived, BATCH - 1);
        }
        if (arrived.removeIf(LOOK::equals)) {
          looking.set(false);
          turn.look();
        }
        more = handle(List.copyOf(arrived));
        arrived.clear();
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private static boolean canWait(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Opened _, Arrival.Closed _ -> true;
      case Arrival.Heard(NodeLink _, TaskMessage message, Outcome _) ->
          message instanceof TaskMessage.Capabilities;
      case Arrival.Look() -> false;
    };
  }

  /** Whether there is more to do at once. */
  private boolean handle(List<Arrival> arrived) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        return turn.take(arrived);
      } catch (RuntimeException e) {
        if (closed) {
          return false;
        }
        if (!Transience.passes(e)) {
          return halves(arrived, e);
        }
        if (!told) {
          log.warn("tasks cannot be written, trying again: {}", Transience.cause(e));
          told = true;
        }
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    }
  }

  /** One thing that cannot be written must not keep the others out. */
  private boolean halves(List<Arrival> arrived, RuntimeException failure)
      throws InterruptedException {
    if (arrived.size() > 1) {
      int half = arrived.size() / 2;
      boolean more = handle(arrived.subList(0, half));
      return handle(arrived.subList(half, arrived.size())) || more;
    }
    log.error("tasks: {}", arrived, failure);
    for (Arrival each : arrived) {
      if (each instanceof Arrival.Heard heard) {
        heard.outcome().over(false);
      }
    }
    TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    return false;
  }

  /** Ends after the transaction that runs; what is not committed is said again. */
  @Override
  public void close() {
    closed = true;
    inbox.add(LOOK);
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
