package dev.ingot.server.webhooks;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.webhooks.Progress.Held;
import dev.ingot.server.webhooks.WaitingTable.Waiting;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Sends again what failed, when it is due: the first of each lane, two at a time. */
final class Retries {
  private static final int AT_ONCE = 2;
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Held held;
  private final Tools tools;
  private final Ledger ledger;
  private final Lanes lanes;
  private final Pulse pulse;
  private final Posting posting;
  private final Semaphore woken = new Semaphore(0);
  private final Set<Long> running = new HashSet<>();

  Retries(Held held, Tools tools, Ledger ledger, Lanes lanes, Pulse pulse, Posting posting) {
    this.held = held;
    this.tools = tools;
    this.ledger = ledger;
    this.lanes = lanes;
    this.pulse = pulse;
    this.posting = posting;
  }

  void wake() {
    woken.release();
  }

  /** Until it is over. */
  void run() throws InterruptedException {
    while (!posting.isOver()) {
      Duration pause;
      try {
        begin();
        pause = untilNext();
      } catch (Problem | JdbiException e) {
        pause = LOOK; // the reader says it
      }
      Duration most = pause;
      posting
          .waits()
          .on(() -> woken.tryAcquire(Math.max(1, most.toMillis()), TimeUnit.MILLISECONDS));
      woken.drainPermits();
    }
  }

  private void begin() {
    Set<Long> busy;
    synchronized (running) {
      busy = Set.copyOf(running);
    }
    if (busy.size() >= AT_ONCE) {
      return;
    }
    List<Waiting> due =
        tools
            .jdbi()
            .withHandle(
                handle ->
                    WaitingTable.due(
                        handle,
                        held.hook().id(),
                        tools.settings().retryFor(),
                        AT_ONCE + busy.size()));
    int free = AT_ONCE - busy.size();
    for (Waiting waiting : due) {
      if (free > 0 && !busy.contains(waiting.event().position())) {
        free--;
        synchronized (running) {
          running.add(waiting.event().position());
        }
        posting.thread("again", () -> again(waiting));
      }
    }
  }

  /** Until the next one is due; whoever ends or puts something aside wakes us earlier. */
  private Duration untilNext() {
    synchronized (running) {
      if (running.size() >= AT_ONCE) {
        return LOOK;
      }
    }
    @Nullable Duration until =
        tools
            .jdbi()
            .withHandle(
                handle -> {
                  lanes.count(WaitingTable.count(handle, held.hook().id()));
                  return WaitingTable.untilDue(handle, held.hook().id());
                });
    if (until == null || until.compareTo(LOOK) > 0) {
      return LOOK;
    }
    // What is due and runs already is no reason to look without end.
    return until.isZero() ? Duration.ofMillis(50) : until;
  }

  private void again(Waiting waiting) throws InterruptedException {
    try {
      posting
          .waits()
          .on(
              () -> {
                pulse.enter();
                return waiting;
              });
      int attempt = waiting.attempt() + 1;
      Outcome outcome = posting.post(List.of(waiting.event()), attempt);
      posting.told(waiting.lane(), outcome);
      String givenUp = givenUp(waiting, attempt, outcome);
      if (outcome.delivered()) {
        ledger.note(List.of(waiting.event()), attempt, "delivered", outcome);
        posting.persist(() -> lanes.unpark(waiting, () -> ledger.settle(waiting)));
      } else if (givenUp != null) {
        ledger.note(List.of(waiting.event()), attempt, "dead", outcome);
        posting.persist(() -> lanes.unpark(waiting, () -> ledger.bury(waiting, outcome, givenUp)));
      } else {
        ledger.note(List.of(waiting.event()), attempt, "failed", outcome);
        Duration pause = tools.pause(attempt, outcome.retryAfter());
        posting.persist(() -> ledger.postpone(waiting, outcome, pause));
      }
    } finally {
      synchronized (running) {
        running.remove(waiting.event().position());
      }
      wake();
    }
  }

  /** Why an event that failed again is given up, null when it is not. */
  private @Nullable String givenUp(Waiting waiting, int attempt, Outcome outcome) {
    String why = Posting.why(outcome);
    if (outcome.delivered()) {
      return null;
    }
    if (outcome.kind() == Outcome.Kind.REFUSED) {
      return why;
    }
    if (attempt >= tools.settings().attempts()) {
      return "given up after " + attempt + " attempts; the last: " + why;
    }
    if (waiting.old()) {
      return "given up after " + tools.settings().retryFor().toSeconds() + " s; the last: " + why;
    }
    return lanes.isBacklogFull() && !pulse.isDown()
        ? "given up since " + tools.settings().backlog() + " events wait; the last: " + why
        : null;
  }
}
