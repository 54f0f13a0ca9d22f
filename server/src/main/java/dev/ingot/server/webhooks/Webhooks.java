package dev.ingot.server.webhooks;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.http.Reach;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The feature: its doors, made once. */
public final class Webhooks implements AutoCloseable {
  private final Tally tally = new Tally();
  private final Postings postings;
  private final Sender sender;
  private final Routes routes;
  private final Jdbi engine;
  private final InstantSource clock;

  /**
   * @param nodes the inventory's filter, whose problems name the field {@code nodes}
   * @param alone whether this server can be reached from this machine only
   */
  public Webhooks(
      Store store,
      WakeUps wakeUps,
      EventFeed feed,
      Outbox outbox,
      Audit audit,
      NodeFilter nodes,
      WebhooksSettings settings,
      boolean alone,
      ServerIdentity server,
      InstantSource clock,
      SecureRandom random,
      String version) {
    Reach wished = settings.targets();
    TargetGuard guard =
        new TargetGuard(wished != null ? wished : alone ? Reach.LOOPBACK : Reach.PRIVATE);
    NodeMatch match = new NodeMatch(nodes);
    this.engine = store.engine();
    this.clock = clock;
    this.sender =
        new Sender(guard, Trust.with(settings.caFile()), settings.timeout(), clock, version);
    Tools tools = new Tools(engine, feed, outbox, match, sender, settings, random, tally);
    this.postings = new Postings(tools, wakeUps, server.name() + ":" + server.incarnation());
    this.routes =
        new WebhookRoutes(
            store.api(),
            new Administration(audit, outbox, feed, guard, match, random),
            sender,
            postings::isDown,
            () -> wakeUps.wake(Postings.TOPIC));
  }

  public Routes routes() {
    return routes;
  }

  public void start() {
    postings.start();
  }

  /** After a restore: begins anew with what the database says. */
  public void forget() {
    postings.forget();
  }

  public void measure(Metrics metrics) {
    metrics.counter("ingot.webhook.delivered", "events that arrived", tally.delivered::sum);
    metrics.counter("ingot.webhook.failed", "requests that failed", tally.failed::sum);
    metrics.counter("ingot.webhook.dead", "events that were given up", tally.dead::sum);
    metrics.counter("ingot.webhook.lost", "events no longer kept when due", tally.lost::sum);
    metrics.gauge("ingot.webhook.down", "receivers that are down", postings::down);
    metrics.gauge("ingot.webhook.lag", "seconds that the oldest event waits", this::lag);
  }

  /** Over all webhooks that this process sends for; NaN when nobody can say. */
  private double lag() {
    if (postings.size() == 0) {
      return 0;
    }
    @Nullable Instant oldest = postings.oldest();
    double fresh =
        oldest == null ? 0 : Duration.between(oldest, clock.instant()).toMillis() / 1000.0;
    try {
      double waiting =
          engine.withHandle(
              handle ->
                  handle
                      .createQuery(
                          "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(since)), 0)"
                              + " FROM webhook_waiting")
                      .mapTo(Double.class)
                      .one());
      return Math.max(0, Math.max(fresh, waiting));
    } catch (RuntimeException e) {
      return Double.NaN; // as the events' own lag
    }
  }

  @Override
  public void close() {
    postings.close();
    sender.close();
  }
}
