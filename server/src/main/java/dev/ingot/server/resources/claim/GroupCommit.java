package dev.ingot.server.resources.claim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Runs small writes of many askers in one transaction: what waits while one commits goes along with
 * the next, so that a busy server waits for its disk once for many. Whoever comes alone is alone.
 * If one fails nothing of its group is kept, and each is run again by itself.
 */
final class GroupCommit implements AutoCloseable {
  private static final int WORKERS = 3;
  private static final int MOST = 32;
  private static final int WAITING = 10_000;

  private final Jdbi jdbi;
  private final LinkedBlockingQueue<Job<?>> waiting = new LinkedBlockingQueue<>(WAITING);
  private final List<Thread> workers = new ArrayList<>();

  GroupCommit(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** One asker's work and its answer. */
  private static final class Job<T> {
    private final Function<Handle, T> work;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private final List<T> result = new ArrayList<>(1);

    Job(Function<Handle, T> work) {
      this.work = work;
    }

    void run(Handle handle) {
      result.clear();
      result.add(work.apply(handle));
    }

    void finish() {
      done.complete(true);
    }
  }

  /** Starts its threads, which {@link #close} ends. */
  void start() {
    for (int i = 0; i < WORKERS; i++) {
      workers.add(Thread.ofVirtual().name("claims-" + i).start(this::work));
    }
  }

  /** Runs work that may run again, and returns when it is committed. */
  <T> T run(Function<Handle, T> work) {
    Job<T> job = new Job<>(work);
    if (workers.isEmpty() || !waiting.offer(job)) {
      return jdbi.inTransaction(work::apply);
    }
    try {
      boolean committed = job.done.join();
      assert committed;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
    }
    return job.result.getFirst();
  }

  private void work() {
    List<Job<?>> group = new ArrayList<>();
    try {
      while (!Thread.currentThread().isInterrupted()) {
        group.clear();
        group.add(waiting.take());
        waiting.drainTo(group, MOST - 1);
        commit(group);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
    List<Job<?>> left = new ArrayList<>();
    waiting.drainTo(left);
    left.forEach(this::alone);
  }

  private void commit(List<Job<?>> group) {
    if (group.size() == 1) {
      alone(group.getFirst());
      return;
    }
    try {
      jdbi.useTransaction(handle -> group.forEach(job -> job.run(handle)));
    } catch (RuntimeException e) {
      group.forEach(this::alone);
      return;
    }
    group.forEach(Job::finish);
  }

  private void alone(Job<?> job) {
    try {
      jdbi.useTransaction(job::run);
      job.finish();
    } catch (RuntimeException e) {
      job.done.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    for (Thread worker : workers) {
      worker.interrupt();
      try {
        worker.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
