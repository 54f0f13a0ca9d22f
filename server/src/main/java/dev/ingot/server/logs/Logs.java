package dev.ingot.server.logs;

import dev.ingot.server.http.Metrics;
import dev.ingot.server.http.Routes;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import org.jdbi.v3.core.Handle;

/** The feature: its doors, made once. */
public final class Logs implements AutoCloseable {
  private static final String TOPIC = "logs";

  private final LogStore store;
  private final LogFeed feed;
  private final Routes routes;

  public Logs(Store database, WakeUps wakeUps, LogsSettings settings) {
    LogSearch search = new LogSearch(database.api(), settings.queryLimit());
    this.store = new LogStore(database, () -> wakeUps.wake(TOPIC));
    this.feed = new LogFeed(search);
    this.routes = new LogRoutes(search, feed);
    wakeUps.on(TOPIC, feed::wake);
  }

  /** Where records go. */
  public LogStore store() {
    return store;
  }

  public Routes routes() {
    return routes;
  }

  public void start() {
    store.start();
    feed.start();
  }

  /** After a restore: streams begin anew. */
  public void reset() {
    feed.reset();
  }

  /** Ends the streams: their clients come back to a server that runs. */
  public void endStreams() {
    feed.close();
  }

  /** A node goes: what is known of its last batch too; its records stay until their time is up. */
  public void forget(Handle handle, String node) {
    handle.execute("DELETE FROM log_origin WHERE node = ?", node);
  }

  public void measure(Metrics metrics) {
    metrics.counter("ingot.log.stored", "log records that were stored", store::records);
    metrics.counter("ingot.log.dropped", "log records for which there was no room", store::dropped);
    metrics.gauge("ingot.log.streams", "open streams of logs", feed::followers);
  }

  @Override
  public void close() {
    feed.close();
    store.close();
  }
}
