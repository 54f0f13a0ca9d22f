package dev.ingot.agent.inspect;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A task in a thread of its own (of the kernel: it reads files that may hang), timed. */
final class Running<T> {
  private final FutureTask<T> task;
  private volatile Duration took = Duration.ZERO;

  private Running(Callable<T> work) {
    this.task =
        new FutureTask<>(
            () -> {
              long started = System.nanoTime();
              try {
                return work.call();
              } finally {
                took = Duration.ofNanos(System.nanoTime() - started);
              }
            });
  }

  static <T> Running<T> start(String name, Callable<T> work) {
    Running<T> running = new Running<>(work);
    Thread.ofPlatform().daemon().name("inspect-" + name).start(running.task);
    return running;
  }

  /** What came of it; waits so long, or not at all if no time is left. */
  T await(Duration most) throws InterruptedException, ExecutionException, TimeoutException {
    return task.get(Math.max(0, most.toNanos()), TimeUnit.NANOSECONDS);
  }

  Duration took() {
    return took;
  }

  /** Interrupts it, if it still runs. */
  void cancel() {
    task.cancel(true);
  }
}
