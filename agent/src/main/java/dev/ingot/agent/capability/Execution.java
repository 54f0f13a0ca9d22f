package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;

/** One accepted task, from its acceptance to its end, which is told exactly once. */
final class Execution implements Invocation {
  private static final Logger log = LoggerFactory.getLogger(Execution.class);

  /** The words under which a line of the log says of which task it is. */
  private static final String JOB = "job";

  private static final String TASK = "task";

  private final Capability capability;
  private final @Nullable String lock;
  private final TaskMessage.Offer offer;
  private final TaskListener listener;
  private boolean begun;

  /** Whether a thread has it or had it. */
  private boolean ran;

  /** Whether it was ended before it ran. */
  private boolean over;

  private @Nullable Thread thread;
  private TaskMessage.@Nullable Status interruptedAs;
  private String interruptedBecause = "";

  Execution(
      Capability capability,
      @Nullable String lock,
      TaskMessage.Offer offer,
      TaskListener listener) {
    this.capability = capability;
    this.lock = lock;
    this.offer = offer;
    this.listener = listener;
  }

  int attempt() {
    return offer.attempt();
  }

  /** What it waits for when another call has it. */
  @Nullable String lock() {
    return lock;
  }

  synchronized void begin() {
    begun = true;
  }

  synchronized boolean begun() {
    return begun;
  }

  /** Runs it in the calling thread; what is logged meanwhile is the job's. */
  void run(ScheduledExecutorService timer) {
    synchronized (this) {
      if (over) {
        return;
      }
      ran = true;
      thread = Thread.currentThread();
    }
    String number = String.valueOf(offer.task());
    MDC.put(JOB, number);
    MDC.put(TASK, number);
    try {
      toItsEnd(timer);
    } finally {
      MDC.remove(JOB);
      MDC.remove(TASK);
    }
  }

  private void toItsEnd(ScheduledExecutorService timer) {
    log.info("{} begins", offer.capability());
    TaskEnd end;
    Future<?> deadline = timer.schedule(this::tooLong, timeout().toMillis(), TimeUnit.MILLISECONDS);
    try {
      end = call();
    } finally {
      deadline.cancel(false);
    }
    log.info(
        "{} ended: {}{}",
        offer.capability(),
        end.status().word(),
        end.detail() == null ? "" : ", " + end.detail());
    listener.finished(offer.task(), offer.attempt(), end);
  }

  private TaskEnd call() {
    Outcome outcome;
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      listener.started(offer.task(), offer.attempt());
      outcome = capability.call(this);
    } catch (InterruptedException e) {
      log.debug("task {} was interrupted", offer.task(), e);
      outcome = Outcome.failed("interrupted");
    } catch (RuntimeException e) {
      log.warn("task {}: {} failed", offer.task(), offer.capability(), e);
      outcome = Outcome.failed(String.valueOf(e));
    }
    synchronized (this) {
      thread = null;
      // What ended in the same moment by itself has ended by itself.
      TaskMessage.Status status =
          outcome.succeeded()
              ? TaskMessage.Status.SUCCEEDED
              : interruptedAs != null ? interruptedAs : TaskMessage.Status.FAILED;
      String detail =
          outcome.succeeded() || interruptedAs == null ? outcome.detail() : interruptedBecause;
      return new TaskEnd(status, outcome.exit(), outcome.result(), detail);
    }
  }

  private void tooLong() {
    interrupt(TaskMessage.Status.TIMED_OUT, "ran longer than " + offer.timeoutSeconds() + " s");
  }

  /** It will never run, unless a thread has it already; says which. */
  boolean cancelWaiting(String reason) {
    synchronized (this) {
      if (ran || over) {
        return false;
      }
      over = true;
    }
    TaskEnd end = new TaskEnd(TaskMessage.Status.CANCELLED, null, null, reason);
    listener.finished(offer.task(), offer.attempt(), end);
    return true;
  }

  void cancel(String reason) {
    interrupt(TaskMessage.Status.CANCELLED, reason);
  }

  private synchronized void interrupt(TaskMessage.Status as, String because) {
    if (interruptedAs == null) {
      interruptedAs = as;
      interruptedBecause = because;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  @Override
  public long task() {
    return offer.task();
  }

  @Override
  public String name() {
    return "task-%d-%d-%d".formatted(ProcessHandle.current().pid(), offer.task(), offer.attempt());
  }

  @Override
  public JsonNode arguments() {
    return offer.arguments();
  }

  @Override
  public Duration timeout() {
    return Duration.ofSeconds(offer.timeoutSeconds());
  }

  @Override
  public void write(OutputChunk.Stream stream, byte[] bytes, int offset, int length) {
    listener.output(
        offer.task(), offer.attempt(), stream, Arrays.copyOfRange(bytes, offset, offset + length));
  }
}
