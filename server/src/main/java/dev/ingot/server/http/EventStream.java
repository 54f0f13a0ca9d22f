package dev.ingot.server.http;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.events.EventSight;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream. It holds a position and at most one batch; a client that takes nothing for
 * the connection's idle time is cut by Jetty, one that takes little reads later from the table.
 */
final class EventStream {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final int BATCH = 100;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final Context context;
  private final EventFeed feed;
  private final EventFilter filter;
  private final EventSight sight;
  private final BooleanSupplier closing;

  EventStream(
      Context context,
      EventFeed feed,
      EventFilter filter,
      EventSight sight,
      BooleanSupplier closing) {
    this.context = context;
    this.feed = feed;
    this.filter = filter;
    this.sight = sight;
    this.closing = closing;
  }

  void run(EventFeed.Start start) {
    context.res().setContentType("text/event-stream");
    context.res().setCharacterEncoding("utf-8");
    context.res().setHeader("Cache-Control", "no-store");
    context.res().setHeader("X-Accel-Buffering", "no");
    try {
      OutputStream out = context.res().getOutputStream();
      write(out, ": events after " + start.position() + "\n\n");
      if (start.gone()) {
        write(out, "event: gone\ndata: " + Json.write(Map.of("after", start.position())) + "\n\n");
      }
      follow(out, start.position());
    } catch (IOException e) {
      LOG.debug("a stream's client went away: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(OutputStream out, long from) throws IOException, InterruptedException {
    long position = from;
    long written = System.nanoTime();
    long checked = written;
    int restarts = feed.restarts();
    BooleanSupplier over = () -> closing.getAsBoolean() || feed.restarts() != restarts;
    while (!over.getAsBoolean()) {
      feed.await(position, KEEP_ALIVE, over);
      if (System.nanoTime() - checked > KEEP_ALIVE.toNanos()) {
        if (!stillAllowed()) {
          return;
        }
        checked = System.nanoTime();
      }
      EventFeed.Batch batch = feed.after(position, filter, BATCH);
      position = batch.position();
      List<Event> events = seen(batch.events());
      if (events == null) {
        return;
      }
      StringBuilder text = new StringBuilder();
      events.forEach(event -> append(text, event));
      if (text.isEmpty() && System.nanoTime() - written > KEEP_ALIVE.toNanos()) {
        // An id alone: a client whose filter lets little through still resumes near the end.
        text.append(": keep-alive\nid: ").append(position).append("\n\n");
      }
      if (!text.isEmpty()) {
        write(out, text.toString());
        written = System.nanoTime();
      }
    }
  }

  /**
   * What may be seen of a batch, null when nothing may any more. Whoever has a role that can change
   * is asked for after the batch was read: what was granted before an event says nothing.
   */
  private @Nullable List<Event> seen(List<Event> events) {
    if (events.isEmpty() || Requests.principal(context).isBuiltIn()) {
      return events;
    }
    try {
      Principal now = Requests.principalNow(context);
      return now.isRestricted()
          ? sight.seen(now, events).stream().filter(filter::matches).toList()
          : events;
    } catch (Problem e) {
      LOG.debug("a stream ends: {}", e.detail());
      return null;
    }
  }

  private boolean stillAllowed() {
    try {
      Requests.principalNow(context);
      return true;
    } catch (Problem e) {
      return e.kind() == Problem.Kind.UNAVAILABLE; // nobody has said no
    }
  }

  private static void append(StringBuilder text, Event event) {
    text.append("id: ")
        .append(event.id())
        .append("\nevent: ")
        .append(event.type())
        .append('.')
        .append(event.action())
        .append("\ndata: ")
        .append(Json.write(event))
        .append("\n\n");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
