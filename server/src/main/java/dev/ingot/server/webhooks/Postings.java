package dev.ingot.server.webhooks;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.webhooks.Progress.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which webhooks this process sends for: takes those that nobody has, keeps its leases, starts anew
 * what was changed. Without any webhook it looks twice a minute and does nothing else.
 */
final class Postings implements AutoCloseable {
  static final String TOPIC = "webhooks";

  private static final Logger LOG = LoggerFactory.getLogger(Postings.class);
  private static final Duration WITHOUT_ANY = Duration.ofSeconds(30);

  private final Tools tools;
  private final String owner;
  private final Map<Long, Posting> running = new HashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private final WakeUps wakeUps;
  private volatile boolean closed;
  private volatile boolean forget;
  private @Nullable String complaint;
  private @Nullable Thread thread;

  Postings(Tools tools, WakeUps wakeUps, String owner) {
    this.tools = tools;
    this.owner = owner;
    this.wakeUps = wakeUps;
  }

  /** Starts its thread; {@link #close} stops it. */
  void start() {
    wakeUps.on(TOPIC, woken::release); // harmless when nobody looks any more
    thread = Thread.ofVirtual().name("webhooks").start(this::run);
  }

  /** The database was replaced: all that is known of it is old. */
  void forget() {
    forget = true;
    woken.release();
  }

  /** How many receivers are down. */
  int down() {
    return (int) present().stream().filter(Posting::isDown).count();
  }

  /** When the oldest event happened that is being sent for the first time; null for none. */
  @Nullable Instant oldest() {
    return present().stream()
        .map(Posting::oldest)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .orElse(null);
  }

  boolean isDown(long hook) {
    synchronized (running) {
      return Optional.ofNullable(running.get(hook)).map(Posting::isDown).orElse(false);
    }
  }

  int size() {
    return present().size();
  }

  private List<Posting> present() {
    synchronized (running) {
      return List.copyOf(running.values());
    }
  }

  private void run() {
    try {
      while (!closed) {
        turn();
        Duration pause = present().isEmpty() ? WITHOUT_ANY : tools.settings().lease().dividedBy(3);
        if (woken.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          woken.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() {
    try {
      if (forget) {
        forget = false;
        stopAll(Posting::stop);
      }
      List<Held> held = take();
      if (stopChanged(held)) {
        held = take(); // where they stopped
      }
      held.forEach(this::startMissing);
      present().forEach(Posting::look);
      complaint = null;
    } catch (Problem | JdbiException e) {
      if (complaint == null && !closed) {
        LOG.warn("webhooks wait for the database: {}", e.getMessage());
      }
      complaint = e.getMessage();
    }
  }

  private List<Held> take() {
    return tools
        .jdbi()
        .inTransaction(handle -> Progress.take(handle, owner, tools.settings().lease()));
  }

  /** Stops those that are no longer ours or no longer what they were. */
  private boolean stopChanged(List<Held> held) {
    Map<Long, Held> ours = new HashMap<>();
    held.forEach(each -> ours.put(each.hook().id(), each));
    List<Posting> changed =
        present().stream()
            .filter(
                posting -> {
                  Held now = ours.get(posting.held().hook().id());
                  return posting.isOver()
                      || now == null
                      || now.fence() != posting.held().fence()
                      || now.hook().version() != posting.held().hook().version();
                })
            .toList();
    changed.forEach(posting -> stop(posting, Posting::close));
    return !changed.isEmpty();
  }

  private void stop(Posting posting, Consumer<Posting> how) {
    how.accept(posting);
    synchronized (running) {
      running.remove(posting.held().hook().id());
    }
  }

  private void startMissing(Held held) {
    Posting posting;
    synchronized (running) {
      if (closed || running.containsKey(held.hook().id())) {
        return;
      }
      posting = new Posting(held, tools);
      running.put(held.hook().id(), posting);
    }
    posting.start();
  }

  private void stopAll(Consumer<Posting> how) {
    List<Thread> stopping =
        present().stream().map(each -> Thread.ofVirtual().start(() -> stop(each, how))).toList();
    try {
      for (Thread each : stopping) {
        each.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops sending and gives the webhooks back, so that the next server takes them at once. */
  @Override
  public void close() {
    closed = true;
    woken.release();
    Thread turning = thread;
    if (turning == null) {
      return;
    }
    try {
      turning.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stopAll(Posting::close);
    try {
      tools.jdbi().useHandle(handle -> Progress.release(handle, owner));
    } catch (Problem | JdbiException e) {
      LOG.debug("webhooks are not given back; their leases end", e);
    }
  }
}
