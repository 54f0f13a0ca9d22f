package dev.ingot.server.workflow.run;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Repeating;
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
  record Done(long run, int place, long fence, Progress progress) {}

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
    Progress progress;
    try {
      boolean atOnce = free.tryAcquire();
      if (!atOnce) {
        free.acquire();
      }
      try {
        // Whoever waited for its turn may have lost its lease meanwhile.
        if (!atOnce && !isOurs(key)) {
          running.remove(key);
          return;
        }
        progress = progress(order);
      } finally {
        free.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      // Somebody stopped it, or took it over. If it is still ours, its lease ends by itself.
      progress = closed ? null : new Progress.Failed("it was stopped", null);
    }
    running.remove(key);
    if (progress != null) {
      done.add(new Done(key.run(), key.place(), key.fence(), progress));
      wake.run();
    }
  }

  private boolean isOurs(Key key) {
    return jdbi.withHandle(
        handle -> StepTable.renew(handle, key.run(), key.place(), key.fence(), RunMachine.LEASE));
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
    } catch (RuntimeException e) {
      log.warn("{} of run {}: {}", order.step(), order.run(), e.toString(), e);
      return new Progress.Failed(String.valueOf(e.getMessage()), null);
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
