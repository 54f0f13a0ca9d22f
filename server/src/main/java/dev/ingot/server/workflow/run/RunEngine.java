package dev.ingot.server.workflow.run;

import dev.ingot.server.store.Transience;
import dev.ingot.server.workflow.machine.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves runs: takes those that are due, those that were called and those whose acts have ended,
 * many in one transaction. Any server moves any run; a run is moved by whoever has locked its row,
 * so that one that dies leaves nothing behind but leases.
 */
final class RunEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunEngine.class);
  private static final int LOOPS = 2;
  private static final int BATCH = 50;
  private static final long POLL_MILLIS = 1_000;
  private static final long RETRY_MILLIS = 500;
  private static final int TROUBLE_SECONDS = 15;

  private final Jdbi jdbi;
  private final Mover mover;
  private final Acts acts;
  private final List<Thread> threads = new ArrayList<>();
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean closed;

  RunEngine(Jdbi jdbi, Mover mover, RunParts parts) {
    this.jdbi = jdbi;
    this.mover = mover;
    this.acts = new Acts(parts.types(), jdbi, this::wake);
  }

  /** Starts its threads; {@link #close} ends them. */
  void start() {
    acts.start();
    for (int i = 0; i < LOOPS; i++) {
      threads.add(Thread.ofPlatform().daemon().name("runs-" + i).start(this::loop));
    }
  }

  /** There may be something to do. */
  void wake() {
    if (woken.availablePermits() < LOOPS) {
      woken.release();
    }
  }

  private void loop() {
    boolean told = false;
    try {
      while (!closed) {
        List<Acts.Done> ended = acts.ended(BATCH);
        try {
          boolean more = turn(ended);
          acts.settled(ended);
          told = false;
          if (!more && !acts.hasEnded() && !closed) {
            long wait = jdbi.withHandle(handle -> RunTable.untilNext(handle, POLL_MILLIS));
            woken.tryAcquire(Math.max(1, wait), TimeUnit.MILLISECONDS);
          }
        } catch (RuntimeException e) {
          acts.again(ended);
          if (!closed && !told) {
            log.warn("runs cannot be moved, trying again: {}", Transience.cause(e));
            told = true;
          }
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there may be more at once. */
  private boolean turn(List<Acts.Done> ended) {
    List<Long> taken = new ArrayList<>();
    try {
      return move(ended, BATCH, taken);
    } catch (RuntimeException e) {
      if (Transience.passes(e)) {
        throw e;
      }
      // One of them is to blame: each alone.
      Collection<Long> each = new TreeSet<>(taken);
      ended.forEach(done -> each.add(done.run()));
      if (each.isEmpty()) {
        throw e;
      }
      for (long run : each) {
        alone(run, ended.stream().filter(done -> done.run() == run).toList());
      }
      return true;
    }
  }

  private void alone(long run, List<Acts.Done> ended) {
    try {
      finish(
          jdbi.inTransaction(
              handle -> {
                RunTable.lock(handle, List.of(run));
                return moved(handle, List.of(run), ended);
              }));
    } catch (RuntimeException e) {
      if (Transience.passes(e)) {
        throw e;
      }
      log.error("run {} cannot be moved, trying again in {} s", run, TROUBLE_SECONDS, e);
      jdbi.useTransaction(
          handle -> RunTable.trouble(handle, run, Transience.cause(e), TROUBLE_SECONDS));
    }
  }

  private boolean move(List<Acts.Done> ended, int most, List<Long> taken) {
    Effects effects =
        jdbi.inTransaction(
            handle -> {
              TreeSet<Long> ids = new TreeSet<>();
              ended.forEach(each -> ids.add(each.run()));
              RunTable.lock(handle, ids);
              List<Long> due = RunTable.take(handle, most);
              taken.addAll(due);
              ids.addAll(due);
              return ids.isEmpty() ? new Effects(System.nanoTime()) : moved(handle, ids, ended);
            });
    finish(effects);
    return taken.size() >= most || effects.called;
  }

  private Effects moved(Handle handle, Collection<Long> ids, List<Acts.Done> ended) {
    // What was asked comes before what has ended: a run that ends with the latter is past asking.
    Wakes.Taken taken = Wakes.take(handle, ids);
    Map<Long, List<Input>> inputs = taken.inputs();
    for (Acts.Done each : ended) {
      inputs
          .computeIfAbsent(each.run(), _ -> new ArrayList<>())
          .add(new Input.Acted(each.place(), each.fence(), each.progress()));
    }
    Map<Long, RunTable.Loaded> runs =
        RunTable.load(handle, ids, version -> mover.steps(handle, version));
    // What was asked of a run that has ended meanwhile is past.
    runs.forEach(
        (id, run) -> {
          if (run.state.status().isFinal()) {
            inputs.remove(id);
          }
        });
    return mover.move(handle, taken.moment(), runs.values(), inputs);
  }

  /** After the commit. */
  void finish(Effects effects) {
    effects.interrupts.forEach(acts::interrupt);
    effects.acts.forEach(acts::begin);
    if (effects.called) {
      wake();
    }
  }

  @Override
  public void close() {
    closed = true;
    woken.release(LOOPS);
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofSeconds(5))) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    acts.close();
  }
}
