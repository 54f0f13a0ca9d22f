package dev.ingot.server.http;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.access.Segmented;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.events.EventSight;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/events}: server-sent events (HTML standard, section 9.2), resumable. */
public final class EventRoutes implements Routes, AutoCloseable {
  private static final int MOST_STREAMS = 1000;
  private static final int MOST_NAMES = 100;

  private final EventFeed feed;
  private final Semaphore streams = new Semaphore(MOST_STREAMS);
  private final List<EventSight> sights = new CopyOnWriteArrayList<>();
  private volatile boolean closing;

  public EventRoutes(EventFeed feed) {
    this.feed = feed;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/events", this::follow, Role.READER, Segmented.YES);
  }

  /** Says what restricted principals see; to be filled before the start, else they see nothing. */
  public void seeWith(EventSight sight) {
    sights.add(sight);
  }

  private List<Event> seen(Principal principal, List<Event> events) {
    return sights.isEmpty() ? List.of() : sights.getFirst().seen(principal, events);
  }

  /** How many streams are open. */
  public int open() {
    return MOST_STREAMS - streams.availablePermits();
  }

  /** Ends all streams; their clients come back to a server that runs. */
  @Override
  public void close() {
    closing = true;
    feed.signal();
  }

  private void follow(Context context) {
    EventFilter filter = filter(Requests.query(context, "type", "node", "severity"));
    EventFeed.Start start = feed.from(lastEventId(context));
    if (closing || !streams.tryAcquire()) {
      throw Problem.unavailable(
          closing ? "the server is stopping" : "the server has " + MOST_STREAMS + " streams open",
          null);
    }
    try {
      new EventStream(context, feed, filter, this::seen, () -> closing).run(start);
    } finally {
      streams.release();
    }
  }

  private static EventFilter filter(QueryParameters query) {
    String severity = query.text("severity");
    return new EventFilter(
        names(query, "type"),
        names(query, "node"),
        severity == null ? null : Requests.oneOf("severity", severity, Severity.values()));
  }

  private static Set<String> names(QueryParameters query, String parameter) {
    Set<String> names = query.words(parameter);
    if (names.size() > MOST_NAMES) {
      throw Problem.invalid(parameter, "names more than " + MOST_NAMES);
    }
    return names;
  }

  private static @Nullable Long lastEventId(Context context) {
    String header = context.header("Last-Event-ID");
    if (header == null || header.isBlank()) {
      return null;
    }
    try {
      long position = Long.parseLong(header.strip());
      if (position >= 0) {
        return position;
      }
    } catch (NumberFormatException e) {
      throw new Problem(Problem.Kind.MALFORMED, "must be the id of an event", "Last-Event-ID", e);
    }
    throw Problem.malformed("Last-Event-ID", "must be the id of an event");
  }
}
