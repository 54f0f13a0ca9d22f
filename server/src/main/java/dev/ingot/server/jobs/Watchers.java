package dev.ingot.server.jobs;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Who waits for a job to change. A hint: who waits also looks by itself. */
final class Watchers {
  private final Map<Long, List<Watch>> watches = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /** One who waits. */
  final class Watch implements AutoCloseable {
    private final long job;
    private final Semaphore changed = new Semaphore(0);

    private Watch(long job) {
      this.job = job;
    }

    /** Returns when the job changed since the last call, or the time is over. */
    void await(long atMostMillis) throws InterruptedException {
      if (changed.tryAcquire(atMostMillis, TimeUnit.MILLISECONDS)) {
        changed.drainPermits();
      }
    }

    @Override
    public void close() {
      watches.computeIfPresent(
          job,
          (id, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  Watch watch(long job) {
    Watch watch = new Watch(job);
    watches.compute(
        job,
        (id, all) -> {
          List<Watch> those = all == null ? new CopyOnWriteArrayList<>() : all;
          those.add(watch);
          return those;
        });
    return watch;
  }

  void changed(Collection<Long> jobs) {
    for (long job : jobs) {
      watches.getOrDefault(job, List.of()).forEach(watch -> watch.changed.release());
    }
  }

  boolean closing() {
    return closing;
  }

  /** Ends all waits. */
  void close() {
    closing = true;
    watches.values().forEach(all -> all.forEach(watch -> watch.changed.release()));
  }
}
