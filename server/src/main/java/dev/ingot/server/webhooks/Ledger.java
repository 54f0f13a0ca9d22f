package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.webhooks.AttemptLog.Attempt;
import dev.ingot.server.webhooks.Progress.Held;
import dev.ingot.server.webhooks.WaitingTable.Parked;
import dev.ingot.server.webhooks.WaitingTable.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What became of one webhook's events, written down: each change only as long as it is ours. */
final class Ledger {
  /** Attempts of which nobody has been told yet; more of a moment are not told one by one. */
  private static final int MOST_ATTEMPTS = 5_000;

  private final Held held;
  private final Tools tools;
  private List<Attempt> attempts = new ArrayList<>();
  private long delivered;
  private long failed;
  private @Nullable String lastError;
  private long written;

  Ledger(Held held, Tools tools) {
    this.held = held;
    this.tools = tools;
    this.written = held.position();
  }

  private long id() {
    return held.hook().id();
  }

  private void guarded(Consumer<Handle> change) {
    tools
        .jdbi()
        .useTransaction(
            handle -> {
              Progress.guard(handle, held);
              change.accept(handle);
            });
  }

  /** Remembers an attempt until the next {@link #save}. */
  synchronized void note(List<Event> events, int attempt, String word, Outcome outcome) {
    if (attempts.size() < MOST_ATTEMPTS) {
      events.forEach(event -> attempts.add(new Attempt(event, attempt, word, outcome)));
    }
    if (outcome.delivered()) {
      delivered += events.size();
      tools.tally().delivered.add(events.size());
    } else {
      failed += 1;
      lastError = outcome.reason();
      tools.tally().failed.increment();
    }
  }

  /** Whether there is something that {@link #save} would write. */
  synchronized boolean hasNews() {
    return delivered + failed > 0;
  }

  synchronized boolean isBehind(long position) {
    return position > written;
  }

  /** Writes what was noted, and that everything up to the position is settled. */
  void save(long position) {
    List<Attempt> noted;
    Progress.Done done;
    synchronized (this) {
      noted = attempts;
      done = new Progress.Done(delivered, failed, lastError);
      attempts = new ArrayList<>();
      delivered = 0;
      failed = 0;
      lastError = null;
    }
    boolean saved = false;
    try {
      guarded(
          handle -> {
            Progress.write(handle, held, position, done);
            AttemptLog.add(handle, id(), noted);
          });
      saved = true;
    } finally {
      synchronized (this) {
        if (saved) {
          written = position;
        } else {
          delivered += done.delivered();
          failed += done.failed();
          lastError = lastError == null ? done.lastError() : lastError;
          noted.addAll(attempts);
          attempts = noted;
        }
      }
    }
  }

  /** Puts events aside, to be sent again or to wait behind those. */
  void park(List<Parked> parked, Duration pause) {
    guarded(handle -> WaitingTable.add(handle, id(), parked, pause));
  }

  /** Gives up an event at its first attempt. */
  void bury(Event event, Outcome outcome, String why) {
    guarded(handle -> died(handle, event, 1, outcome, why));
  }

  /** An event that waited was delivered; false when nothing waits behind it. */
  boolean settle(Waiting waiting) {
    return tools
        .jdbi()
        .inTransaction(
            handle -> {
              Progress.guard(handle, held);
              return WaitingTable.settled(handle, id(), waiting);
            });
  }

  /** Gives up an event that waited; false when nothing waits behind it. */
  boolean bury(Waiting waiting, Outcome outcome, String why) {
    return tools
        .jdbi()
        .inTransaction(
            handle -> {
              Progress.guard(handle, held);
              died(handle, waiting.event(), waiting.attempt() + 1, outcome, why);
              return WaitingTable.settled(handle, id(), waiting);
            });
  }

  /** An event that waited failed again and goes on waiting. */
  void postpone(Waiting waiting, Outcome outcome, Duration pause) {
    guarded(handle -> WaitingTable.failed(handle, id(), waiting.event(), outcome, pause));
  }

  /** The receiver is back: what waits is due. */
  void hurry() {
    guarded(handle -> WaitingTable.hurry(handle, id()));
  }

  /** Events up to the position are no longer kept. */
  void lose(long from, long position) {
    long lost = Math.max(0, position - from);
    guarded(
        handle -> {
          Progress.lost(handle, held, position, lost);
          if (lost > 0) {
            tell(handle, "lost", Severity.CRITICAL, Map.of("after", from, "events", lost));
          }
        });
    tools.tally().lost.add(lost);
    synchronized (this) {
      written = position;
    }
  }

  private void died(Handle handle, Event event, int attempts, Outcome outcome, String why) {
    DeadLetters.add(handle, id(), event, attempts, outcome, why);
    Progress.died(handle, held, 1);
    if (Progress.tellsOfDead(handle, held)) {
      tell(
          handle,
          "dead-lettered",
          Severity.WARNING,
          Map.of("event", event.id(), "reason", why, "attempts", attempts));
    }
    handle.afterCommit(tools.tally().dead::increment);
  }

  private void tell(Handle handle, String action, Severity severity, Map<String, ?> data) {
    String name = held.hook().name();
    tools
        .outbox()
        .append(
            handle,
            new NewEvent("webhook", action, severity, name, null, Json.MAPPER.valueToTree(data)));
  }
}
