package dev.ingot.server.vogeler;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Intake;
import dev.ingot.server.access.Audit;
import dev.ingot.server.broker.Broker;
import dev.ingot.server.broker.BrokerNeeds;
import dev.ingot.server.broker.Place;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.plugins.Plugins;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature: Vogeler's protocol, spoken at a broker of its own choice; off unless configured. */
public final class Vogeler implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Vogeler.class);
  private static final String PURPOSE = "vogeler";
  private static final int PREFETCH = 10;
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration RELEASE = Duration.ofSeconds(1);
  private static final Duration MERGE = Duration.ofSeconds(2);
  private static final Duration TIDY = Duration.ofHours(1);

  private final Store store;
  private final Nodes nodes;
  private final VogelerSettings settings;
  private final HostNodes hosts;
  private final Replies replies;
  private final RequestIntake asking;
  private final ResultIntake answering;
  private final Intake requests;
  private final Intake results;
  private final List<AutoCloseable> repeated = new ArrayList<>();
  private final BrokerNeeds needs;
  private final @Nullable BrokerConnection connection;
  private volatile @Nullable Channel publishing;

  /**
   * @param nanos a monotonic clock
   */
  public Vogeler(
      Store store,
      Nodes nodes,
      Jobs jobs,
      Plugins plugins,
      Outbox outbox,
      Audit audit,
      VogelerSettings settings,
      LongSupplier nanos,
      RandomGenerator random) {
    this.store = store;
    this.nodes = nodes;
    this.settings = settings;
    this.replies = new Replies(store.engine());
    this.hosts = new HostNodes(outbox, audit, settings.nodes());
    this.asking = new RequestIntake(store.engine(), jobs, replies, settings, nanos);
    this.answering = new ResultIntake(store.engine(), plugins, hosts, settings, nanos);
    this.requests = new Intake("Vogeler's requests", asking::received);
    this.results = new Intake("Vogeler's results", answering::received);
    this.connection =
        settings.isOn() ? new BrokerConnection(settings.options(), new Link(), random) : null;
    this.needs = Wire.needs(PURPOSE, settings);
    if (settings.isOn()) {
      plugins.watch(replies::stored);
    }
  }

  /** What is spoken here is set up and shown with the server's own broker. */
  public void beside(Broker broker) {
    if (settings.isOn()) {
      broker.also(new Place(PURPOSE, settings.options(), needs, this::trouble));
    }
  }

  /** What is done with a connection. */
  private final class Link implements BrokerConnection.User {
    @Override
    public void connected(BrokerSession session) throws IOException, TimeoutException {
      needs.meet(session, PURPOSE);
      session.consume(settings.requests(), PREFETCH, requests);
      session.consume(settings.results(), PREFETCH, results);
      Channel channel = session.channel();
      channel.confirmSelect();
      publishing = channel;
    }

    @Override
    public void lost(String reason) {
      publishing = null;
    }
  }

  public void start() {
    BrokerConnection dialled = connection;
    if (dialled == null) {
      return;
    }
    log.warn(
        "Vogeler's protocol is spoken at {}: it has no authentication. Whoever may use that virtual"
            + " host can ask for plugins and speak for any hostname; docs/vogeler.md says how to"
            + " bound that",
        settings.options().address());
    dialled.start();
    repeated.add(Repeating.every(LOOK, "vogeler-replies", this::publish));
    repeated.add(Repeating.every(RELEASE, "vogeler-results", answering::release));
    repeated.add(Repeating.every(MERGE, "vogeler-nodes", this::merge));
    repeated.add(
        Repeating.every(TIDY, "vogeler-tidy", () -> store.engine().useTransaction(Replies::tidy)));
  }

  private void publish() {
    Channel channel = publishing;
    if (channel == null) {
      return;
    }
    try {
      boolean more = true;
      while (more) {
        more = replies.publish(channel);
      }
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      // They stay, and go by the next connection.
      log.warn("answers to Vogeler's runners wait: {}", e.toString());
      BrokerConnection dialled = connection;
      if (dialled != null) {
        dialled.reconnect("answers are not confirmed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An agent came to a host that was known by its name alone: they are one node. */
  private void merge() {
    for (HostNodes.Same same : store.engine().withHandle(HostNodes::appeared)) {
      store.engine().useTransaction(handle -> hosts.merge(handle, nodes.ports(), same));
      log.info("node {}, known by its hostname, is node {} now", same.foreign(), same.own());
    }
  }

  /** Why it does not work; null when it does, or is off. */
  private @Nullable String trouble() {
    return connection == null ? null : connection.trouble();
  }

  public void measure(Metrics metrics) {
    if (!settings.isOn()) {
      return;
    }
    metrics.counter("ingot.vogeler.requests", "requests of runners", requests::received);
    metrics.counter("ingot.vogeler.asked", "requests that became jobs", asking::asked);
    metrics.counter("ingot.vogeler.results", "messages of clients", results::received);
    metrics.counter("ingot.vogeler.stored", "results of clients, stored", answering::stored);
    metrics.counter(
        "ingot.vogeler.replaced", "results in whose place a later one came", answering::replaced);
    metrics.counter("ingot.vogeler.replies", "answers to runners", replies::published);
    metrics.counter(
        "ingot.vogeler.unreadable",
        "messages of which nothing could be made",
        () -> requests.unreadable() + results.unreadable());
  }

  @Override
  public void close() {
    for (AutoCloseable each : repeated) {
      try {
        each.close();
      } catch (Exception e) { // as AutoCloseable declares it
        log.warn("close", e);
      }
    }
    if (connection != null) {
      connection.close();
    }
  }
}
