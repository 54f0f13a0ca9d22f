package dev.ingot.agent.capability;

import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.TaskMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the tasks that the server gives: takes them, begins them, ends them. Those of one lock
 * run one after the other, in the order in which they were begun; all others side by side, up to a
 * limit.
 */
public final class Executions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Executions.class);

  /** How many are taken and not yet ended; more are refused as busy. */
  static final int MOST = 64;

  /** How many run at once. */
  static final int AT_ONCE = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Map<String, Capability> capabilities = new LinkedHashMap<>();
  private final TaskListener listener;
  private final Map<Long, Execution> taken = new HashMap<>();
  private final Map<String, Deque<Execution>> waiting = new HashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofPlatform().daemon().name("agent-task-", 0).factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("agent-task-timer").factory());

  public Executions(List<Capability> capabilities, TaskListener listener) {
    capabilities.forEach(each -> this.capabilities.put(each.signature().name(), each));
    this.listener = listener;
  }

  /** What can be done now, to be published. */
  public List<CapabilitySignature> signatures() {
    return capabilities.values().stream().map(Capability::signature).toList();
  }

  /** Takes an offer or says why not; nothing is begun. */
  public void offered(TaskMessage.Offer offer) {
    Capability capability = capabilities.get(offer.capability());
    if (capability == null) {
      refuse(offer, "unknown-capability", "this agent has no capability " + offer.capability());
      return;
    }
    CapabilitySignature signature = capability.signature();
    if (signature.unavailable() != null) {
      refuse(offer, "unavailable", signature.unavailable());
      return;
    }
    synchronized (taken) {
      if (taken.size() < MOST) {
        taken.put(offer.task(), new Execution(capability, signature.lock(), offer, listener));
        listener.accepted(offer.task(), offer.attempt());
        return;
      }
    }
    refuse(offer, "busy", MOST + " tasks wait or run");
  }

  private void refuse(TaskMessage.Offer offer, String reason, String detail) {
    listener.refused(offer.task(), offer.attempt(), reason, detail);
  }

  /** The acceptance is committed: it runs as soon as its lock is free and there is room. */
  public void begin(long task, int attempt) {
    synchronized (taken) {
      Execution execution = find(task, attempt);
      if (execution == null || execution.begun()) {
        return;
      }
      execution.begin();
      String lock = execution.lock();
      if (lock == null) {
        start(execution);
        return;
      }
      Deque<Execution> line = waiting.get(lock);
      if (line == null) {
        waiting.put(lock, new ArrayDeque<>());
        start(execution);
      } else {
        line.add(execution);
      }
    }
  }

  private void start(Execution execution) {
    threads.execute(
        () -> {
          try {
            execution.run(timer);
          } catch (RuntimeException e) {
            log.error("task {} failed to be executed", execution.task(), e);
          } finally {
            ended(execution);
          }
        });
  }

  private void ended(Execution execution) {
    synchronized (taken) {
      taken.remove(execution.task(), execution);
      String lock = execution.lock();
      if (lock == null) {
        return;
      }
      Execution next = waiting.getOrDefault(lock, new ArrayDeque<>()).poll();
      if (next == null) {
        waiting.remove(lock);
      } else if (!threads.isShutdown()) {
        start(next);
      }
    }
  }

  /** Ends it, if it runs; one that waits is over at once, one that was not begun is forgotten. */
  public void cancel(long task, int attempt, String reason) {
    synchronized (taken) {
      Execution execution = find(task, attempt);
      if (execution == null) {
        return;
      }
      if (!execution.begun()) {
        taken.remove(task, execution);
        return;
      }
      Deque<Execution> line = waiting.get(execution.lock());
      if (line != null) {
        line.remove(execution);
      }
      if (execution.cancelWaiting(reason)) {
        taken.remove(task, execution);
      } else {
        execution.cancel(reason);
      }
    }
  }

  private @Nullable Execution find(long task, int attempt) {
    Execution execution = taken.get(task);
    return execution != null && execution.attempt() == attempt ? execution : null;
  }

  /** Interrupts everything and waits a moment for it to clean up. */
  @Override
  public void close() {
    synchronized (taken) {
      waiting.values().forEach(Deque::clear);
      threads.shutdownNow();
    }
    timer.shutdownNow();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("tasks still run while the agent stops");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
