package dev.ingot.server.workflow.run;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Transience;
import dev.ingot.server.workflow.machine.Progress;
import dev.ingot.server.workflow.machine.RunMachine;
import dev.ingot.server.workflow.step.Act;
import dev.ingot.server.workflow.step.StepTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Steps that act beyond the database, after what they will do was committed: each on a thread of
 * its own, a bounded number at a time. While they do, their leases are renewed; one whose lease is
 * somebody else's is interrupted, and what it says is no longer heard.
 */
final class Acts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Acts.class);
  private static final int AT_ONCE = 64;
  private static final Duration RENEW = Duration.ofSeconds(2);
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  /** Whoever begins later than this after its order may no longer have the lease. */
  private static final Duration FRESH = RunMachine.LEASE.dividedBy(3);

  private final StepTypes types;
  private final Jdbi jdbi;
  private final Runnable wake;
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final Map<Key, Running> running = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Done> done = new LinkedBlockingQueue<>();
  private @Nullable Repeating renewing;
  private volatile boolean closed;

  Acts(StepTypes types, Jdbi jdbi, Runnable wake) {
    this.types = types;
    this.jdbi = jdbi;
    this.wake = wake;
  }

  private record Key(long run, int place, long fence) {}

  private record Running(Thread thread) {}

  /** What came of an act. */
  record Done(long run, int place, long fence, Progress progress) {
    private Key key() {
      return new Key(run, place, fence);
    }
  }

  void start() {
    renewing = Repeating.every(RENEW, "leases of steps", this::renew);
  }

  void begin(Effects.Order order) {
    Key key = new Key(order.run(), order.place(), order.state().fence());
    // Ends by itself, or is interrupted by close().
    Thread thread = Thread.ofVirtual().name(order.key()).unstarted(() -> act(order, key));
    running.put(key, new Running(thread));
    thread.start();
  }

  private void act(Effects.Order order, Key key) {
    boolean told = false;
    try {
      Progress progress;
      try {
        free.acquire();
        try {
          // Whoever waited for its turn, or slept, may have lost its lease meanwhile.
          progress = isFresh(order) || isOurs(key) ? progress(order) : null;
        } finally {
          free.release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        // Somebody stopped it, or took it over. If it is still ours, its lease ends by itself.
        progress = closed ? null : new Progress.Failed("it was stopped", null);
      }
      if (progress != null) {
        done.add(new Done(key.run(), key.place(), key.fence(), progress));
        told = true;
      }
    } finally {
      if (told) {
        wake.run(); // its lease is renewed until what came of it is kept
      } else {
        running.remove(key);
      }
    }
  }

  private static boolean isFresh(Effects.Order order) {
    return System.nanoTime() - order.since() < FRESH.toNanos();
  }

  /** Asks until there is an answer: what nobody begins must not stay ours. */
  private boolean isOurs(Key key) throws InterruptedException {
    while (true) {
      try {
        return jdbi.withHandle(
            handle ->
                StepTable.renew(handle, key.run(), key.place(), key.fence(), RunMachine.LEASE));
      } catch (RuntimeException e) {
        if (closed || !Transience.passes(e)) {
          throw e;
        }
        log.debug("not known whether {} is still ours", key, e);
        TimeUnit.MILLISECONDS.sleep(ASK_AGAIN.toMillis());
      }
    }
  }

  private Progress progress(Effects.Order order) throws InterruptedException {
    var memory = order.state().memory();
    try {
      return types
          .get(order.type())
          .act(
              new Act(
                  order.run(),
                  order.place(),
                  order.node(),
                  order.state().attempt(),
                  order.key(),
                  order.again(),
                  order.timeout(),
                  memory == null ? JsonNodeFactory.instance.objectNode() : memory));
    } catch (Problem e) {
      return new Progress.Failed(e.detail(), null);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      log.warn("{} of run {}: {}", order.step(), order.run(), e.toString(), e);
      return new Progress.Failed(
          e instanceof RuntimeException ? String.valueOf(e.getMessage()) : e.toString(), null);
    }
  }

  /** What has ended since the last call, at most so many. */
  List<Done> ended(int most) {
    List<Done> ended = new ArrayList<>();
    done.drainTo(ended, most);
    return ended;
  }

  boolean hasEnded() {
    return !done.isEmpty();
  }

  /** What could not be written is written later. */
  void again(List<Done> acts) {
    done.addAll(acts);
  }

  /** What came of them is kept, or no longer wanted. */
  void settled(List<Done> acts) {
    acts.forEach(each -> running.remove(each.key()));
  }

  void interrupt(Effects.Interrupt which) {
    running.forEach(
        (key, each) -> {
          if (key.run() == which.run() && key.place() == which.place()) {
            each.thread().interrupt();
          }
        });
  }

  private void renew() {
    List<Key> keys = List.copyOf(running.keySet());
    if (keys.isEmpty()) {
      return;
    }
    Set<String> ours =
        jdbi
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            """
                            UPDATE run_step s SET due = now() + :lease * interval '1 ms'
                              FROM unnest(:runs, :steps, :fences) AS o(run, step, fence)
                             WHERE s.run = o.run AND s.step = o.step AND s.fence = o.fence
                               AND s.status = 2
                            RETURNING s.run || ' ' || s.step || ' ' || s.fence
                            """)
                        .bind("lease", RunMachine.LEASE.toMillis())
                        .bindArray("runs", Long.class, keys.stream().map(Key::run).toArray())
                        .bindArray("steps", Integer.class, keys.stream().map(Key::place).toArray())
                        .bindArray("fences", Long.class, keys.stream().map(Key::fence).toArray())
                        .mapTo(String.class)
                        .list())
            .stream()
            .collect(Collectors.toSet());
    for (Key key : keys) {
      Running act = running.get(key);
      if (act != null && !ours.contains(key.run() + " " + key.place() + " " + key.fence())) {
        act.thread().interrupt();
      }
    }
  }

  /** What acts is interrupted; whoever goes on sees that its end is not known. */
  @Override
  public void close() {
    closed = true;
    if (renewing != null) {
      renewing.close();
    }
    running.values().forEach(each -> each.thread().interrupt());
  }
}
