package dev.ingot.server.ur;

import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.Intake;
import dev.ingot.amqp.NotNow;
import dev.ingot.amqp.Rates;
import dev.ingot.amqp.Reasons;
import dev.ingot.amqp.Senders;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.protocol.Message;
import dev.ingot.server.access.Audit;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.broker.Broker;
import dev.ingot.server.broker.BrokerNeeds;
import dev.ingot.server.broker.Need;
import dev.ingot.server.broker.Place;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.Transience;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature: agents of Ur as nodes that can be asked to run something; off unless configured. Of
 * several servers the one that alone consumes the queue of what they say speaks.
 */
public final class Ur implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ur.class);
  private static final String PURPOSE = "ur";
  private static final int PREFETCH = 20;
  private static final List<String> KEYS =
      List.of("ur.startup.#", "ur.sysinfo.#", "ur.execute-reply.#", "ur.ack" + Said.CLIENT + ".#");
  private static final Duration SEEN = Duration.ofSeconds(3);
  private static final Duration OVERDUE = Duration.ofSeconds(1);
  private static final Duration MERGE = Duration.ofSeconds(2);
  private static final Duration ALL = Duration.ofMinutes(10);
  private static final Duration TIDY = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record ToNode(UrLink link, Message message) {}

  private final Store store;
  private final UrSettings settings;
  private final LongSupplier nanos;
  private final UrAgents agents;
  private final Senders senders;
  private final Rates rates;
  private final Intake intake = new Intake("Ur's agents", this::received);
  private final LinkedBlockingQueue<ToNode> inbox = new LinkedBlockingQueue<>();
  private final LongAdder replies = new LongAdder();
  private final List<AutoCloseable> repeated = new ArrayList<>();
  private final BrokerNeeds needs;
  private final @Nullable BrokerConnection connection;
  private final Thread thread;
  private volatile boolean closed;
  private volatile long askedAll;

  /**
   * @param nanos a monotonic clock
   */
  public Ur(
      Store store,
      Nodes nodes,
      InventoryWriter inventory,
      OwedWork jobs,
      Outbox outbox,
      Audit audit,
      ServerIdentity server,
      UrSettings settings,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.store = store;
    this.settings = settings;
    this.nanos = nanos;
    this.senders = new Senders(settings.agents());
    this.rates = new Rates(settings.messagesPerMinute(), nanos);
    this.agents =
        new UrAgents(
            store.engine(),
            new UrNodes(outbox, audit, server, random, settings.nodes()),
            new UrSections(inventory, clock),
            nodes.ports(),
            nodes.presence(),
            jobs,
            settings.silence(),
            nanos,
            random,
            (link, message) -> inbox.add(new ToNode(link, message)));
    this.connection =
        settings.isOn() ? new BrokerConnection(settings.options(), new Link(), random) : null;
    this.needs = BrokerNeeds.ofProtocol(needs(settings.queue()));
    // Stopped by close().
    this.thread = Thread.ofPlatform().daemon().name("ur").unstarted(this::work);
  }

  private static Need[] needs(String queue) {
    List<Need> needs = new ArrayList<>(List.of(new Need.Queue(PURPOSE, queue)));
    KEYS.forEach(key -> needs.add(new Need.Binding(PURPOSE, queue, Said.EXCHANGE, key)));
    return needs.toArray(new Need[0]);
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
    public void connected(BrokerSession session) throws IOException {
      needs.meet(session, PURPOSE);
      try {
        session.consumeAlone(settings.queue(), PREFETCH, intake);
      } catch (IOException e) {
        throw new IOException(
            "this server stands by while another speaks Ur there: " + Reasons.of(e));
      }
      agents.connected(new Speech(session.channel(), settings.options().address().user()));
      askedAll = nanos.getAsLong() - ALL.toNanos();
      look();
    }

    @Override
    public void lost(String reason) {
      agents.disconnected();
    }
  }

  public void start() {
    BrokerConnection dialled = connection;
    if (dialled == null) {
      return;
    }
    log.warn(
        "Ur's protocol is spoken at {}: it has no authentication. Whoever may use that virtual host"
            + " can say that it is an agent, hear what nodes are asked to run, and answer for"
            + " them; docs/ur.md says how to bound that",
        settings.options().address());
    thread.start();
    dialled.start();
    repeated.add(Repeating.every(settings.interval(), "ur-look", this::look));
    repeated.add(Repeating.every(SEEN, "ur-presence", agents::seen));
    repeated.add(Repeating.every(OVERDUE, "ur-overdue", agents::overdue));
    repeated.add(Repeating.every(MERGE, "ur-nodes", agents::merge));
    repeated.add(
        Repeating.every(TIDY, "ur-tidy", () -> store.engine().useTransaction(RequestTable::tidy)));
  }

  private void look() {
    long now = nanos.getAsLong();
    boolean all = now - askedAll >= ALL.toNanos();
    if (all) {
      askedAll = now;
    }
    agents.look(all);
  }

  private void work() {
    try {
      while (!closed) {
        ToNode next = inbox.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          hear(next);
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private void hear(ToNode next) throws InterruptedException {
    boolean told = false;
    while (!closed) {
      try {
        agents.hear(next.link(), next.message());
        return;
      } catch (RuntimeException e) {
        if (!Transience.passes(e)) {
          log.error("what is said to node {} failed", next.link().node(), e);
          return;
        }
        if (!told) {
          log.warn("what is said to agents of Ur waits: {}", Transience.cause(e));
          told = true;
        }
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  private void received(Delivery delivery) {
    senders.check(delivery);
    Said said = Said.of(delivery);
    if (!rates.take(said.name())) {
      throw new UnreadableMessage(
          "more messages than one agent may (ur.messages-per-minute)", said.name());
    }
    try {
      switch (said) {
        case Said.Startup(var name, var body) -> agents.described(new Sysinfo(name, body), true);
        case Said.Sysinfo(var name, var body) -> agents.described(new Sysinfo(name, body), false);
        case Said.Reply reply when reply.request().startsWith(UrAgents.TO_ALL) ->
            agents.answered(new Sysinfo(reply.name(), reply.body()), reply.request());
        case Said.Reply reply -> reply(reply);
        case Said.Pong(var name) -> agents.ponged(name);
      }
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        throw new NotNow("the database does not answer: " + Transience.cause(e), e);
      }
      throw e;
    }
  }

  /** The message is acknowledged when the job has the answer. */
  private void reply(Said.Reply reply) {
    CountDownLatch committed = new CountDownLatch(1);
    agents.replied(reply.name(), reply.request(), reply.body(), committed::countDown);
    try {
      if (!committed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new NotNow("an answer is not stored in time", new IllegalStateException("waiting"));
      }
      replies.increment();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow("stopping", e);
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
    metrics.gauge("ingot.ur.agents", "agents of Ur that are there", agents::size);
    metrics.counter("ingot.ur.messages", "messages of agents of Ur", intake::received);
    metrics.counter("ingot.ur.replies", "answers to what was asked", replies::sum);
    metrics.counter(
        "ingot.ur.unreadable", "messages of which nothing could be made", intake::unreadable);
  }

  @Override
  public void close() {
    closed = true;
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
    try {
      thread.join(5_000); // one that was never started is not waited for
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
