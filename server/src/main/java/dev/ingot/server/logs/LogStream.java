package dev.ingot.server.logs;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One follower's stream: server-sent events that go on where they broke off. */
final class LogStream {
  private static final Logger LOG = LoggerFactory.getLogger(LogStream.class);
  private static final int BATCH = 500;
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final OutputStream out;
  private final Runnable allowed;
  private final LogSearch search;
  private final LogFeed feed;
  private final LogQuery query;

  /**
   * @param allowed throws a {@link Problem} when the client may no longer follow
   */
  LogStream(OutputStream out, Runnable allowed, LogSearch search, LogFeed feed, LogQuery query) {
    this.out = out;
    this.allowed = allowed;
    this.search = search;
    this.feed = feed;
    this.query = query;
  }

  /**
   * Until the client goes or the server stops.
   *
   * @param seen the last record that the client has; null to begin now
   * @param last how many of those that are there already come first
   */
  void run(@Nullable Long seen, int last) {
    search.check(query);
    long end = search.last();
    List<LogSearch.Shown> first =
        seen == null && last > 0 ? search.before(query, end + 1, last).reversed() : List.of();
    long from = seen == null ? end : Math.min(seen, end);
    // A client that was told of records which are no longer kept, or of another database's.
    boolean gone = seen != null && (seen > end || seen + 1 < search.firstKept());
    try {
      write(": events after " + from + "\n\n");
      if (gone) {
        write("event: gone\ndata: " + Json.write(Map.of("after", from)) + "\n\n");
      }
      write(text(first));
      follow(from);
    } catch (IOException e) {
      LOG.debug("a stream's client went away: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Problem e) {
      LOG.debug("a stream ends: {}", e.getMessage());
    }
  }

  private void follow(long from) throws IOException, InterruptedException {
    long position = from;
    long written = System.nanoTime();
    long checked = written;
    int restarts = feed.restarts();
    while (!feed.isClosed() && feed.restarts() == restarts) {
      long end = feed.await(position, KEEP_ALIVE, () -> feed.restarts() != restarts);
      if (System.nanoTime() - checked > KEEP_ALIVE.toNanos()) {
        allowed.run();
        checked = System.nanoTime();
      }
      String text = "";
      if (end > position) {
        List<LogSearch.Shown> records = search.between(query, position, end, BATCH);
        position = records.size() < BATCH ? end : Long.parseLong(records.getLast().id());
        text = text(records);
      }
      if (text.isEmpty() && System.nanoTime() - written > KEEP_ALIVE.toNanos()) {
        text = ": keep-alive\nid: " + position + "\n\n";
      }
      if (!text.isEmpty()) {
        write(text);
        written = System.nanoTime();
      }
    }
  }

  private static String text(List<LogSearch.Shown> records) {
    StringBuilder text = new StringBuilder();
    for (LogSearch.Shown record : records) {
      text.append("id: ")
          .append(record.id())
          .append("\nevent: log\ndata: ")
          .append(Json.write(record))
          .append("\n\n");
    }
    return text.toString();
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
