package dev.ingot.server.logs;

import dev.ingot.server.access.Role;
import dev.ingot.server.http.Cursor;
import dev.ingot.server.http.Page;
import dev.ingot.server.http.QueryParameters;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/logs}: searched, newest first; and followed, as server-sent events. */
final class LogRoutes implements Routes {
  private static final String PATH = "/api/v1/logs";
  private static final int MOST_STREAMS = 200;
  private static final int MOST_LAST = 1000;

  private final LogSearch search;
  private final LogFeed feed;
  private final Semaphore streams = new Semaphore(MOST_STREAMS);

  LogRoutes(LogSearch search, LogFeed feed) {
    this.search = search;
    this.feed = feed;
  }

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get(PATH, this::list, Role.READER);
    routes.get(PATH + "/stream", this::follow, Role.READER);
  }

  private static QueryParameters query(Context context, String... more) {
    return Requests.query(
        context,
        Stream.concat(Stream.of(LogQuery.PARAMETERS), Stream.of(more)).toArray(String[]::new));
  }

  private void list(Context context) {
    QueryParameters given = query(context, "limit", "cursor");
    LogQuery query = LogQuery.of(given::text);
    Cursor cursor = given.cursor(query.identity(), 1);
    long before = cursor == null ? Long.MAX_VALUE : cursor.number(0);
    List<LogSearch.Shown> found = search.before(query, before, given.limit() + 1);
    context.json(Page.of(found, given.limit(), last -> Cursor.of(query.identity(), last.id())));
  }

  private void follow(Context context) {
    QueryParameters given = query(context, "last");
    LogQuery query = LogQuery.of(given::text);
    int last = given.integer("last", 0, 0, MOST_LAST);
    Long seen = lastEventId(context);
    if (feed.isClosed() || !streams.tryAcquire()) {
      throw Problem.unavailable(
          feed.isClosed()
              ? "the server is stopping"
              : "the server has " + MOST_STREAMS + " streams of logs open",
          null);
    }
    feed.join();
    try {
      context.res().setContentType("text/event-stream");
      context.res().setCharacterEncoding("utf-8");
      context.res().setHeader("Cache-Control", "no-store");
      context.res().setHeader("X-Accel-Buffering", "no");
      new LogStream(
              context.res().getOutputStream(),
              () -> Requests.principalNow(context),
              search,
              feed,
              query)
          .run(seen, last);
    } catch (IOException e) {
      throw new UncheckedIOException("the stream broke off", e);
    } finally {
      feed.leave();
      streams.release();
    }
  }

  private static @Nullable Long lastEventId(Context context) {
    String header = context.header("Last-Event-ID");
    if (header == null || header.isBlank()) {
      return null;
    }
    if (!header.strip().matches("\\d{1,18}")) {
      throw Problem.malformed("Last-Event-ID", "must be the id of a log record");
    }
    return Long.parseLong(header.strip());
  }
}
