package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Authentication;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.HostGuard;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The feature: Mercury's services, each where it is told to listen; off unless configured. */
public final class Mercury implements AutoCloseable {
  static final Principal WHO = new Principal("mercury", Role.OPERATOR);

  private static final Logger log = LoggerFactory.getLogger(Mercury.class);
  private static final Duration SEEN = Duration.ofSeconds(3);
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** So often in an interval is looked whose turn it is. */
  private static final int PING_TICKS = 30;

  private static final Duration TIDY = Duration.ofHours(1);

  private final Jdbi jdbi;
  private final MercurySettings settings;
  private final InventoryFace inventory;
  private final MercuryAgents agents;
  private final JobsFace jobs;
  private final Authentication authentication;
  private final HostGuard hosts;
  private final LongSupplier nanos;
  private final List<RouterSocket> sockets = new ArrayList<>();
  private final List<Repeating> repeated = new ArrayList<>();
  private final ReplySpace space;
  private @Nullable HttpListener http;

  /**
   * @param nanos a monotonic clock
   */
  public Mercury(
      Store store,
      Nodes nodes,
      Inventory inventory,
      Jobs jobs,
      Outbox outbox,
      Audit audit,
      ServerIdentity server,
      Authentication authentication,
      HostGuard hosts,
      MercurySettings settings,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.jdbi = store.engine();
    this.settings = settings;
    this.authentication = authentication;
    this.hosts = hosts;
    this.nanos = nanos;
    ForeignTable foreign = new ForeignTable();
    Shown.Origin origin = new Shown.Origin(settings.origin(), settings.datacenter());
    ForeignDocuments documents =
        new ForeignDocuments(
            store.engine(), inventory.writer(), nodes, outbox, audit, settings.nodes(), clock);
    Queries queries = inventory.queries();
    this.space =
        new ReplySpace(
            (int) settings.largestReply().bytes(),
            Math.min(settings.replies().bytes(), Runtime.getRuntime().maxMemory() / 4),
            ReplySpace.PATIENCE,
            ReplySpace.SLOW,
            nanos);
    Turns turns = new Turns(store.api());
    Shown shown = new Shown(origin, foreign);
    this.inventory = new InventoryFace(turns, queries, shown, documents);
    this.jobs =
        new JobsFace(
            turns,
            jobs,
            new MercuryJobs(turns, queries, shown, jobs, foreign, WHO, UUID::randomUUID),
            foreign);
    this.agents =
        new MercuryAgents(
            store.engine(),
            documents,
            foreign,
            new ForeignSessions(outbox, server, random),
            nodes.presence(),
            jobs.owed(),
            DialledNetworks.of(settings.agents()),
            server.name(),
            new Rates(settings.messagesPerMinute(), nanos),
            new Calls(settings.interval(), clock, nanos),
            settings.interval(),
            nanos);
  }

  /**
   * Listens.
   *
   * @throws IllegalArgumentException if it cannot, in one line
   */
  public void start() {
    if (!settings.isOn()) {
      return;
    }
    log.warn(
        "Mercury's protocol is spoken: it has no authentication. Whoever reaches its ports can make"
            + " jobs and speak for any machine; docs/mercury.md says how to bound that");
    if (settings.backend() != null) {
      agents.restore();
      Duration tick = settings.interval().dividedBy(PING_TICKS);
      repeated.add(Repeating.every(tick, "mercury-ping", agents::ping));
      repeated.add(Repeating.every(tick, "mercury-lost", agents::lose));
      repeated.add(Repeating.every(SEEN, "mercury-presence", agents::seen));
      repeated.add(Repeating.every(LOOK, "mercury-overdue", agents::look));
    }
    listen("backend", settings.backend(), BackendFace.endpoints(agents));
    listen("inventory", settings.inventory(), inventory.endpoints());
    listen("rpc", settings.rpc(), jobs.endpoints());
    String api = settings.api();
    if (api != null) {
      int colon = api.lastIndexOf(':');
      HttpListener made =
          new HttpListener(
              api.substring(0, colon),
              Integer.parseInt(api.substring(colon + 1)),
              new HttpFace(inventory, jobs),
              space,
              this::mayWith,
              hosts,
              rates(),
              nanos);
      made.start();
      repeated.add(Repeating.every(LOOK, "mercury-api-late", made::look));
      http = made;
      log.info("Mercury's api listens at {}", made.address());
    }
    repeated.add(Repeating.every(TIDY, "mercury-tidy", this::tidy));
  }

  private void listen(String name, @Nullable String place, Endpoints endpoints) {
    if (place == null) {
      return;
    }
    RouterSocket socket =
        new RouterSocket(
            name,
            place,
            (int) settings.largest().bytes(),
            rates(),
            () -> new PackedReply(space),
            endpoints::answer,
            nanos);
    sockets.add(socket);
    socket.start();
    repeated.add(Repeating.every(LOOK, "mercury-" + name + "-late", socket::look));
    log.info("Mercury's {} listens at {}", name, socket.address());
  }

  /** How often an address may ask one service. */
  private Rates rates() {
    return new Rates(settings.requestsPerMinute(), nanos);
  }

  private boolean mayWith(@Nullable String token) {
    if (!settings.tokens()) {
      return true;
    }
    if (token == null) {
      return false;
    }
    try {
      Principal who = authentication.authenticate(token, "mercury.api");
      return !who.isRestricted() && who.role().includes(Role.OPERATOR);
    } catch (Problem refused) {
      return false;
    }
  }

  private void tidy() {
    jdbi.useHandle(
        handle -> {
          RequestTable.tidy(handle);
          handle.execute(
              "DELETE FROM mercury_job m WHERE created < now() - interval '1 hour'"
                  + " AND NOT EXISTS (SELECT FROM job j WHERE j.id = m.job)");
        });
  }

  /** Where a service listens, {@code host:port}; null if it is off. For tests. */
  @Nullable String address(String service) {
    if (service.equals("api")) {
      return http == null ? null : http.address();
    }
    return sockets.stream()
        .filter(socket -> socket.name().equals(service))
        .map(RouterSocket::address)
        .findFirst()
        .orElse(null);
  }

  public void measure(Metrics metrics) {
    if (!settings.isOn()) {
      return;
    }
    metrics.gauge("ingot.mercury.agents", "agents of Mercury that are there", agents::size);
    metrics.counter(
        "ingot.mercury.requests",
        "requests in Mercury's protocol that were answered",
        () -> sockets.stream().mapToLong(RouterSocket::answered).sum());
    metrics.counter(
        "ingot.mercury.junk",
        "messages in Mercury's protocol that are no requests, and peers that do not speak it",
        () -> sockets.stream().mapToLong(RouterSocket::junk).sum());
    metrics.counter(
        "ingot.mercury.refused",
        "requests in Mercury's protocol of addresses that ask too often",
        () -> sockets.stream().mapToLong(RouterSocket::refused).sum());
    metrics.gauge(
        "ingot.mercury.replies",
        "octets that are kept for large replies in Mercury's protocol, made or read",
        space::taken);
    metrics.counter(
        "ingot.mercury.replies.refused",
        "questions in Mercury's protocol for whose answers there was no room",
        space::refused);
    metrics.gauge(
        "ingot.mercury.connections",
        "connections to Mercury's services",
        () ->
            sockets.stream().mapToInt(RouterSocket::connections).sum()
                + (http == null ? 0 : http.connections()));
    metrics.gauge(
        "ingot.mercury.dialled",
        "connections to agents of Mercury that are pinged, or given a task",
        agents::dialled);
  }

  @Override
  public void close() {
    repeated.forEach(Repeating::close);
    if (http != null) {
      http.close();
    }
    sockets.forEach(RouterSocket::close);
    agents.close();
  }
}
