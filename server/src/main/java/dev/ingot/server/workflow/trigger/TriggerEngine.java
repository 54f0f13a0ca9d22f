package dev.ingot.server.workflow.trigger;

import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.DatabaseClock;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Fires triggers. One server at a time reads on in the events, each a bounded number, and writes
 * with the same transaction how far it came and what it began: nothing is begun twice, and whoever
 * is killed is followed by another. Schedules are taken the same way, one by one.
 */
final class TriggerEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TriggerEngine.class);
  private static final int EVENTS = 200;
  private static final int SWEPT = 200;
  private static final Duration POLL = Duration.ofSeconds(1);

  /** Events come in crowds: one look for many. */
  private static final long REST_MILLIS = 50;

  /** Nodes may match without an event, as by time alone. */
  private static final Duration SWEEP = Duration.ofMinutes(10);

  private static final Duration LATE = Duration.ofMinutes(1);

  /** Who follows its own runs would never end. */
  private static final Set<String> OWN = Set.of("run", "fleet");

  /** These say nothing about a node's record. */
  private static final Set<String> BESIDE = Set.of("run", "fleet", "job", "trigger");

  private final Jdbi jdbi;
  private final EventFeed feed;
  private final Firing firing;
  private final FirstMatches matches;
  private @Nullable Thread thread;
  private volatile boolean closed;

  TriggerEngine(Jdbi jdbi, EventFeed feed, Firing firing, FirstMatches matches) {
    this.jdbi = jdbi;
    this.feed = feed;
    this.firing = firing;
    this.matches = matches;
  }

  /** Starts its thread; {@link #close} ends it. */
  void start() {
    thread = Thread.ofVirtual().name("triggers").start(this::loop);
  }

  private void loop() {
    boolean told = false;
    try {
      while (!closed) {
        try {
          long reached = events();
          while (!closed && jdbi.inTransaction(this::due)) {
            // there is another
          }
          told = false;
          feed.await(reached, POLL, () -> closed);
          TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
        } catch (RuntimeException e) {
          if (!closed && !told) {
            log.warn("triggers are late, trying again: {}", Transience.cause(e));
            told = true;
          }
          TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads on; where the next look begins. */
  private long events() {
    Long from =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT position FROM trigger_cursor WHERE EXISTS (SELECT FROM trigger"
                            + " WHERE enabled AND kind <> 'schedule')")
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(null));
    if (from == null) {
      return feed.last(); // nobody wants events
    }
    long last = feed.last();
    EventFeed.Start start =
        from > last || from < last - EVENTS * 5L
            ? feed.from(from)
            : new EventFeed.Start(from, false);
    // Another server may have read on further than this one has heard of yet.
    boolean behind = !start.gone() && start.position() >= last;
    if (behind) {
      return last;
    }
    EventFeed.Batch batch = feed.after(start.position(), EventFilter.ALL, EVENTS);
    jdbi.useTransaction(
        handle -> {
          Long now =
              handle
                  .createQuery("SELECT position FROM trigger_cursor FOR UPDATE SKIP LOCKED")
                  .mapTo(Long.class)
                  .findOne()
                  .orElse(null);
          if (from.equals(now)) {
            if (start.gone()) {
              lost(handle, from, start.position());
            }
            fire(handle, batch.events());
            handle.execute("UPDATE trigger_cursor SET position = ?", batch.position());
          }
        });
    return batch.position();
  }

  private void lost(Handle handle, long from, long to) {
    for (Trigger trigger : TriggerTable.enabled(handle, "event")) {
      firing.leaveOut(
          handle,
          trigger,
          null,
          null,
          "events from %d to %d were no longer kept when they were due".formatted(from, to));
    }
  }

  private void fire(Handle handle, List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    for (Trigger trigger : TriggerTable.enabled(handle, "event")) {
      for (Event event : events) {
        if (!event.time().isBefore(trigger.since()) && wants(handle, trigger, event)) {
          fire(handle, trigger, event);
        }
      }
    }
    Set<String> changed = new TreeSet<>();
    for (Event event : events) {
      if (event.nodeId() != null && !BESIDE.contains(event.type())) {
        changed.add(event.nodeId());
      }
    }
    if (!changed.isEmpty()) {
      for (Trigger trigger : TriggerTable.enabled(handle, "nodes")) {
        List<String> fresh = FirstMatches.fresh(handle, trigger.name(), changed);
        if (!fresh.isEmpty()) {
          Set<String> matching =
              matching(handle, trigger, () -> matches.among(handle, filter(trigger), fresh));
          nodes(handle, trigger, fresh.stream().filter(matching::contains).toList());
        }
      }
    }
  }

  private static JsonNode filter(Trigger trigger) {
    JsonNode filter = trigger.definition().nodes();
    if (filter == null) {
      throw new IllegalStateException(trigger.name() + " has no filter");
    }
    return filter;
  }

  private boolean wants(Handle handle, Trigger trigger, Event event) {
    EventPattern pattern = trigger.definition().event();
    if (pattern == null || !pattern.matches(event)) {
      return false;
    }
    if (OWN.contains(event.type()) && isOwn(handle, trigger, event)) {
      return false;
    }
    if (event.type().equals("trigger") && event.typeId().equals(trigger.name())) {
      return false;
    }
    String node = event.nodeId();
    JsonNode nodes = pattern.nodes();
    return nodes == null
        || (node != null
            && !matching(handle, trigger, () -> matches.among(handle, nodes, List.of(node)))
                .isEmpty());
  }

  /** A filter that cannot be evaluated holds up its own trigger and no other. */
  private Set<String> matching(Handle handle, Trigger trigger, Supplier<Set<String>> asked) {
    handle.savepoint("matching");
    try {
      return asked.get();
    } catch (Problem e) {
      handle.rollbackToSavepoint("matching");
      firing.leaveOut(handle, trigger, null, null, "its filter cannot be evaluated: " + e.detail());
      return Set.of();
    }
  }

  /** Whether the event is of what this trigger began. */
  private static boolean isOwn(Handle handle, Trigger trigger, Event event) {
    return handle
        .createQuery(
            (event.type().equals("run")
                ? "SELECT EXISTS (SELECT FROM run WHERE id = :id AND (created_by = :by OR"
                    + " EXISTS (SELECT FROM run r WHERE r.id = run.root AND r.created_by"
                    + " = :by)))"
                : "SELECT EXISTS (SELECT FROM fleet WHERE id = :id AND created_by = :by)"))
        .bind("id", Long.parseLong(event.typeId()))
        .bind("by", Firing.by(trigger.name()))
        .mapTo(Boolean.class)
        .one();
  }

  private void fire(Handle handle, Trigger trigger, Event event) {
    String node = event.nodeId();
    if (node != null && Firing.rests(handle, trigger, node)) {
      firing.leaveOut(handle, trigger, node, event, "the node had one within perNode");
    } else if (Firing.room(handle, trigger) == 0) {
      firing.leaveOut(handle, trigger, node, event, Firing.full(trigger));
    } else {
      firing.fire(handle, trigger, exists(handle, node) ? node : null, event);
    }
  }

  private static boolean exists(Handle handle, @Nullable String node) {
    return node != null
        && handle
            .createQuery("SELECT EXISTS (SELECT FROM node WHERE id = :id)")
            .bind("id", node)
            .mapTo(Boolean.class)
            .one();
  }

  /** As many as the limit lets; the others have their turn with the next sweep. */
  private void nodes(Handle handle, Trigger trigger, List<String> fresh) {
    if (fresh.isEmpty()) {
      return;
    }
    int room = Firing.room(handle, trigger);
    List<String> now = fresh.subList(0, Math.min(room, fresh.size()));
    for (String node : now) {
      FirstMatches.remember(handle, trigger.name(), List.of(node));
      firing.fire(handle, trigger, node, null);
    }
    if (now.size() < fresh.size()) {
      Duration wait = trigger.definition().limitPer().dividedBy(10);
      Instant again = DatabaseClock.now(handle).plus(wait.compareTo(SWEEP) < 0 ? wait : SWEEP);
      TriggerTable.next(handle, trigger.name(), again);
    }
  }

  /** One schedule or sweep whose time has come; whether there was one. */
  private boolean due(Handle handle) {
    Trigger trigger = TriggerTable.takeDue(handle).orElse(null);
    if (trigger == null) {
      return false;
    }
    Instant now = DatabaseClock.now(handle);
    TriggerDefinition.Schedule schedule = trigger.definition().schedule();
    if (schedule == null) {
      TriggerTable.next(handle, trigger.name(), now.plus(SWEEP));
      List<String> fresh =
          FirstMatches.fresh(
              handle,
              trigger.name(),
              matching(handle, trigger, () -> Set.copyOf(matches.all(handle, filter(trigger)))));
      nodes(handle, trigger, fresh.subList(0, Math.min(SWEPT, fresh.size())));
      if (fresh.size() > SWEPT && Firing.room(handle, trigger) > 0) {
        TriggerTable.next(handle, trigger.name(), now);
      }
      return true;
    }
    TriggerTable.next(handle, trigger.name(), schedule.next(now).orElse(null));
    Instant meant = trigger.next() == null ? now : trigger.next();
    String why = left(handle, trigger, meant, now);
    if (why == null) {
      firing.fire(handle, trigger, null, null);
    } else {
      firing.leaveOut(handle, trigger, null, null, why);
    }
    return true;
  }

  /** Why a schedule does nothing this time; null when it does. */
  private static @Nullable String left(Handle handle, Trigger trigger, Instant meant, Instant now) {
    TriggerDefinition definition = trigger.definition();
    if ("skip".equals(definition.missed()) && Duration.between(meant, now).compareTo(LATE) > 0) {
      return "it was due at " + meant + ", and no server ran then";
    }
    if (definition.overlap() == null || !definition.overlap()) {
      String open =
          handle
              .createQuery(
                  """
                  SELECT coalesce('run ' || s.run, 'fleet run ' || s.fleet) FROM (
                    SELECT run, fleet FROM trigger_shot WHERE trigger = :trigger
                       AND refusal IS NULL ORDER BY id DESC LIMIT 1) s
                   WHERE EXISTS (SELECT FROM run WHERE id = s.run AND status < 2)
                      OR EXISTS (SELECT FROM fleet WHERE id = s.fleet AND status < 4)
                  """)
              .bind("trigger", trigger.name())
              .mapTo(String.class)
              .findOne()
              .orElse(null);
      if (open != null) {
        return open + ", which it began before, has not ended";
      }
    }
    return Firing.room(handle, trigger) == 0 ? Firing.full(trigger) : null;
  }

  /** Removes what was long ago. */
  void tidy(Duration keep) {
    jdbi.useTransaction(
        handle ->
            handle
                .createUpdate(
                    """
                    DELETE FROM trigger_shot WHERE id IN (
                      SELECT id FROM trigger_shot
                       WHERE time < now() - greatest(:seconds, 7776000) * interval '1 second'
                       ORDER BY time LIMIT 1000)
                    """)
                .bind("seconds", keep.toSeconds())
                .execute());
  }

  @Override
  public void close() {
    closed = true;
    feed.signal();
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
