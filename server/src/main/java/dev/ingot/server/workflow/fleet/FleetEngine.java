package dev.ingot.server.workflow.fleet;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.DatabaseClock;
import dev.ingot.server.store.Transience;
import dev.ingot.server.workflow.fleet.FleetRules.Decision;
import dev.ingot.server.workflow.run.RunDoor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Moves fleet runs: takes down what became of their runs, and begins the next. Any server does it;
 * a run and that its node has it are written together, so that whoever is killed leaves nothing
 * half done and nothing runs twice.
 */
final class FleetEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FleetEngine.class);
  private static final int MOST = 500;
  private static final int BATCH = 100;
  private static final long POLL_MILLIS = 1_000;

  /** Ends of runs come in crowds: one look for many. */
  private static final long REST_MILLIS = 100;

  private final Jdbi jdbi;
  private final RunDoor runs;
  private final Outbox outbox;
  private final Duration keep;
  private final LinkedBlockingQueue<Boolean> woken = new LinkedBlockingQueue<>(1);
  private @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * @param keep how long one is kept that has ended
   */
  FleetEngine(Jdbi jdbi, RunDoor runs, Outbox outbox, Duration keep) {
    this.jdbi = jdbi;
    this.runs = runs;
    this.outbox = outbox;
    this.keep = keep;
  }

  /** Starts its thread; {@link #close} ends it. */
  void start() {
    thread = Thread.ofVirtual().name("fleets").start(this::loop);
  }

  void wake() {
    woken.offer(true);
  }

  private void loop() {
    boolean told = false;
    try {
      while (!closed) {
        boolean more = false;
        try {
          for (long fleet : jdbi.withHandle(handle -> FleetTable.open(handle, MOST))) {
            if (!closed) {
              more |= jdbi.inTransaction(handle -> move(handle, fleet));
            }
          }
          told = false;
        } catch (RuntimeException e) {
          if (!closed && !told) {
            log.warn("fleet runs cannot be moved, trying again: {}", Transience.cause(e));
            told = true;
          }
        }
        TimeUnit.MILLISECONDS.sleep(more ? 1 : REST_MILLIS);
        if (!more) {
          woken.poll(POLL_MILLIS - REST_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Moves one by a step, in the caller's transaction; whether there may be more to do at once. */
  private boolean move(Handle handle, long id) {
    Fleet fleet = FleetTable.tryLock(handle, id).orElse(null);
    if (fleet == null || fleet.status().isFinal()) {
      return false;
    }
    FleetNodes.gather(handle, id);
    Instant now = DatabaseClock.now(handle);
    Map<Integer, Counts> counts = FleetTable.counts(handle, id);
    Counts wave = counts.getOrDefault(fleet.wave(), Counts.NONE);
    Decision decision = FleetRules.decide(fleet, wave, FleetTable.all(counts), now);
    return switch (decision) {
      case Decision.Wait() -> false;
      case Decision.Begin(int most) -> begin(handle, fleet, wave, Math.min(most, BATCH));
      case Decision.NextWave() -> {
        Instant from = fleet.pause().isZero() ? null : now.plus(fleet.pause());
        set(handle, fleet, FleetStatus.RUNNING, fleet.wave() + 1, from, null);
        yield true;
      }
      case Decision.Halt(String reason) -> {
        FleetTable.write(
            handle,
            fleet,
            FleetStatus.HALTED,
            fleet.wave(),
            fleet.notBefore(),
            fleet.forgiven(),
            reason);
        tell(handle, fleet, "halted", Severity.CRITICAL, reason);
        yield false;
      }
      case Decision.End(FleetStatus as) -> {
        set(handle, fleet, as, fleet.wave(), null, fleet.reason());
        tell(
            handle,
            fleet,
            "finished",
            as == FleetStatus.SUCCEEDED || as == FleetStatus.CANCELLED
                ? Severity.INFORMATION
                : Severity.WARNING,
            as.word());
        yield false;
      }
    };
  }

  private static void set(
      Handle handle,
      Fleet fleet,
      FleetStatus status,
      int wave,
      @Nullable Instant notBefore,
      @Nullable String reason) {
    FleetTable.write(handle, fleet, status, wave, notBefore, 0, reason);
  }

  private boolean begin(Handle handle, Fleet fleet, Counts wave, int most) {
    List<NewEvent> events = new ArrayList<>();
    if (wave.of(NodeOutcome.PENDING) == wave.total()) {
      ObjectNode data = data(fleet).put("wave", fleet.wave()).put("nodes", wave.total());
      data.put("waves", fleet.waves().size());
      events.add(
          new NewEvent(
              "fleet", "wave", Severity.INFORMATION, String.valueOf(fleet.id()), null, data));
    }
    for (FleetNodes.Candidate each : FleetNodes.next(handle, fleet.id(), fleet.wave(), most)) {
      if (!each.known()) {
        FleetNodes.set(
            handle,
            fleet.id(),
            each.place(),
            NodeOutcome.LEFT_OUT,
            null,
            "the node was deleted before its turn");
        continue;
      }
      try {
        long run =
            runs.begin(
                handle,
                new RunDoor.Wanted(
                    fleet.workflow(),
                    fleet.version(),
                    each.node(),
                    fleet.inputs(),
                    fleet.options(),
                    fleet.id(),
                    fleet.dry(),
                    fleet.createdBy()),
                events);
        FleetNodes.set(handle, fleet.id(), each.place(), NodeOutcome.RUNNING, run, null);
      } catch (Problem e) {
        FleetNodes.set(handle, fleet.id(), each.place(), NodeOutcome.FAILED, null, e.detail());
      }
    }
    outbox.appendAll(handle, events);
    return true;
  }

  static ObjectNode data(Fleet fleet) {
    return Json.MAPPER
        .createObjectNode()
        .put("workflow", fleet.workflow())
        .put("on", fleet.target());
  }

  private void tell(Handle handle, Fleet fleet, String action, Severity severity, String detail) {
    ObjectNode data = data(fleet);
    data.put(action.equals("halted") ? "reason" : "status", detail);
    outbox.append(
        handle, new NewEvent("fleet", action, severity, String.valueOf(fleet.id()), null, data));
  }

  /** Removes what ended long ago. */
  void tidy() {
    jdbi.useTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM fleet WHERE id IN (
                      SELECT id FROM fleet WHERE status >= 4
                         AND finished < now() - :seconds * interval '1 second'
                       ORDER BY finished LIMIT 50)
                    """)
                .bind("seconds", keep.toSeconds())
                .execute());
  }

  @Override
  public void close() {
    closed = true;
    wake();
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(Duration.ofSeconds(5))) {
          running.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
