package dev.ingot.server;

import dev.ingot.server.access.AdminToken;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Authentication;
import dev.ingot.server.access.Roles;
import dev.ingot.server.access.Tokens;
import dev.ingot.server.agents.AgentLink;
import dev.ingot.server.agents.BrokerDoor;
import dev.ingot.server.agents.BundleRoutes;
import dev.ingot.server.boot.Boot;
import dev.ingot.server.broker.Broker;
import dev.ingot.server.eve.Eve;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.events.Sequencer;
import dev.ingot.server.http.AuditRoutes;
import dev.ingot.server.http.BackupRoutes;
import dev.ingot.server.http.Closure;
import dev.ingot.server.http.DiskRoutes;
import dev.ingot.server.http.EventRoutes;
import dev.ingot.server.http.Health;
import dev.ingot.server.http.HealthRoutes;
import dev.ingot.server.http.HttpServer;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.http.MetricsRoutes;
import dev.ingot.server.http.OpenApiRoutes;
import dev.ingot.server.http.Routes;
import dev.ingot.server.http.TokenRoutes;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.classes.Classes;
import dev.ingot.server.inventory.segment.RoleRoutes;
import dev.ingot.server.inventory.segment.SegmentedEvents;
import dev.ingot.server.inventory.views.Views;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.logs.Logs;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.plugins.Plugins;
import dev.ingot.server.resources.Resources;
import dev.ingot.server.resources.address.DhcpAddresses;
import dev.ingot.server.store.RestoreWatch;
import dev.ingot.server.store.Retention;
import dev.ingot.server.store.Retention.Kept;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.webhooks.Webhooks;
import dev.ingot.server.workflow.Workflows;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Jdbi;

/** The composition: every part of the server, made and started in order. */
public final class Server implements AutoCloseable {
  /** What the sequencer wakes when positions were given. */
  private static final String EVENTS = "events";

  /** What a change of a role wakes: every process believes anew who may what. */
  private static final String ACCESS = "access";

  private final Lifecycle lifecycle;
  private final Health health;
  private final HttpServer http;

  /**
   * Starts a server and returns when it serves requests.
   *
   * @throws RuntimeException whose message is one line for the person who starts it; what had
   *     started is closed again
   */
  public static Server start(ServerSettings settings) {
    return start(settings, () -> false);
  }

  /**
   * The same, given up soon after whoever starts has been asked to stop.
   *
   * @param unwanted whether that was so
   */
  public static Server start(ServerSettings settings, BooleanSupplier unwanted) {
    return new Server(settings, unwanted, Clock.systemUTC(), new SecureRandom());
  }

  private Server(
      ServerSettings settings, BooleanSupplier unwanted, InstantSource clock, SecureRandom random) {
    lifecycle = new Lifecycle(unwanted);
    health = new Health(lifecycle::checks);
    boolean started = false;
    try {
      HttpServer.check(settings.http());
      Eve.check(settings.resources().eve(), settings.http());
      DataFolder folder = DataFolder.take(settings.data().dir());
      lifecycle.start("data", () -> {}, () -> null, folder);
      HttpServer.mustBeFree(settings.http());
      Store store = Store.open(settings.database(), folder.path(), unwanted);
      lifecycle.start("database", () -> {}, () -> store.trouble().orElse(null), store);
      lifecycle.start("disk", () -> {}, () -> store.diskPressure().trouble(), () -> {});
      Jdbi api = store.api();
      Jdbi engine = store.engine();
      List<Routes> routes = new ArrayList<>();

      // access
      AuditTable audit = new AuditTable();
      Tokens tokens = new Tokens(audit, random);
      Authentication authentication = new Authentication(api, clock);
      routes.add(new TokenRoutes(api, tokens, authentication));
      routes.add(new AuditRoutes(api, audit));

      Roles roles = new Roles(audit);

      // events
      WakeUps wakeUps = WakeUps.start(store);
      lifecycle.start("wake-ups", () -> {}, () -> null, wakeUps);
      EventFeed feed = new EventFeed(engine);
      wakeUps.on(EVENTS, feed::wake);
      wakeUps.on(ACCESS, authentication::forget);
      routes.add(new RoleRoutes(api, roles, () -> wakeUps.wake(ACCESS)));
      Sequencer sequencer = new Sequencer(engine, () -> wakeUps.wake(EVENTS));
      OutboxTable outbox = new OutboxTable(sequencer::wake);
      EventRoutes eventRoutes = new EventRoutes(feed);
      routes.add(eventRoutes);

      // the message broker
      String incarnation = incarnation(random);
      Broker broker = new Broker(settings.amqp(), store, feed, audit, incarnation, random);
      routes.add(broker.routes());

      // store
      Closure closure = new Closure();
      List<Kept> kept = settings.retention().kept();
      routes.add(new DiskRoutes(store, kept));
      routes.add(new BackupRoutes(store, audit, outbox, closure, Version.text()));

      // logs
      Logs logs = new Logs(store, wakeUps, settings.logs());
      routes.add(logs.routes());

      // nodes
      String machine = MachineName.here();
      // Two servers of one machine and database are two.
      ServerIdentity identity =
          new ServerIdentity(machine + "-" + folder.serverId(random), incarnation);
      Nodes nodes =
          new Nodes(store, outbox, audit, settings.nodes(), identity, random, BootId.here());
      routes.addAll(nodes.routes());

      // inventory
      Inventory inventory = new Inventory(store, outbox, audit, settings.inventory());
      nodes.ports().filterBy(inventory.filter());
      nodes.ports().seeWith(inventory.sight());
      eventRoutes.seeWith(new SegmentedEvents(engine, inventory.sight()));
      nodes.ports().removeWith(inventory.removal());
      nodes.ports().removeWith(inventory.importRemoval());
      nodes.ports().removeWith(logs::forget);
      routes.add(inventory.routes(nodes.targets(), nodes.visible()));
      routes.add(inventory.history(nodes.visible()));
      Views views = new Views(store, inventory.queries(), inventory.aggregations(), audit, outbox);
      nodes.ports().viewBy(views.nodes());
      routes.add(views.routes());
      routes.add(inventory.importRoutes(nodes.targets(), nodes.visible()));
      routes.add(inventory.aggregateRoutes());
      Classes classes = new Classes(store, inventory.queries(), audit, outbox);
      routes.add(classes.routes());
      routes.add(inventory.indexes().routes());

      // agents, and jobs, which owe them work
      Jobs jobs =
          new Jobs(
              store,
              wakeUps,
              outbox,
              audit,
              nodes.targets(),
              nodes.visible(),
              identity.name(),
              settings.jobs(),
              System::nanoTime);
      nodes.ports().removeWith(jobs.removal());
      routes.addAll(jobs.routes());
      AgentLink agents =
          new AgentLink(
              nodes.door(),
              nodes.presence(),
              inventory.writer(),
              jobs.owed(),
              batch -> logs.store().append(batch),
              settings.agents());
      nodes.ports().tell(agents.listener());
      agents.comeBy(broker, random);
      BrokerDoor brokerDoor = new BrokerDoor(api, settings.amqp());
      routes.add(brokerDoor.routes());
      routes.add(new BundleRoutes(folder.path().resolve("agent-bundle")));

      Plugins plugins = new Plugins(store, outbox, nodes.targets(), nodes.visible());
      nodes.ports().removeWith(plugins.removal());
      routes.add(plugins.routes());
      agents.keepResults(plugins.desk());
      OldSystems oldSystems =
          OldSystems.of(
                  store,
                  nodes,
                  inventory,
                  jobs,
                  plugins,
                  outbox,
                  audit,
                  identity,
                  authentication,
                  settings,
                  clock,
                  random)
              .beside(broker);
      // boot
      Boot boot =
          new Boot(
              store,
              wakeUps,
              outbox,
              audit,
              nodes.visible(),
              nodes.tickets(),
              settings.nodes().joining().ticketLifetime(),
              logs.store(),
              new DhcpAddresses(),
              settings.netboot(),
              folder.path(),
              settings.http().port(),
              settings.http().tls().certificate() != null,
              clock,
              System::nanoTime);
      routes.addAll(boot.routes());

      // resources
      Resources resources =
          new Resources(
              store,
              wakeUps,
              inventory.queries(),
              nodes.visible(),
              outbox,
              audit,
              settings.resources(),
              random);
      nodes.ports().removeWith(resources.removal());
      routes.addAll(resources.routes());
      routes.addAll(
          Eve.routes(settings.resources().eve(), store, inventory.queries(), resources, clock));

      // workflows
      Workflows workflows =
          new Workflows(
              store,
              wakeUps,
              feed,
              outbox,
              audit,
              nodes,
              inventory.filter("nodes"),
              jobs.calls(),
              resources.claims(),
              identity.name(),
              HttpServer.isAlone(settings.http()),
              settings.workflow());
      nodes.ports().removeWith(workflows.removal());
      routes.addAll(workflows.routes());

      // webhooks
      Webhooks webhooks =
          new Webhooks(
              store,
              wakeUps,
              feed,
              outbox,
              audit,
              inventory.filter("nodes"),
              settings.webhooks(),
              HttpServer.isAlone(settings.http()),
              identity,
              clock,
              random,
              Version.text());
      routes.add(webhooks.routes());

      Retention retention = Retention.start(store, kept);
      lifecycle.start("retention", () -> {}, () -> null, retention);
      AdminToken adminToken = new AdminToken(folder.path(), identity.name(), engine, tokens);
      adminToken.ensure();
      store.afterRestore(authentication::forget);
      store.afterRestore(feed::reset);
      store.afterRestore(webhooks::forget);
      store.afterRestore(broker::forget);
      store.afterRestore(brokerDoor::forget);
      store.afterRestore(logs::reset);
      store.afterRestore(adminToken::ensure);
      store.afterRestore(jobs::forget);
      store.afterRestore(workflows::forget);
      store.afterRestore(agents::redial);
      RestoreWatch restores = RestoreWatch.start(store);
      lifecycle.start("restores", () -> {}, () -> null, restores);
      lifecycle.start("authentication", authentication::start, () -> null, authentication);
      lifecycle.start("events", sequencer::start, sequencer::notReady, sequencer);
      lifecycle.start("feed", feed::start, () -> null, feed);
      lifecycle.start("logs", logs::start, () -> null, logs);
      lifecycle.start("webhooks", webhooks::start, () -> null, webhooks);

      lifecycle.start("nodes", nodes::start, () -> null, nodes);
      lifecycle.start("classes", classes::start, () -> null, classes);
      lifecycle.start("indexes", inventory.indexes()::start, () -> null, inventory.indexes());
      lifecycle.start("jobs", jobs::start, () -> null, jobs);
      lifecycle.start("plugins", plugins::start, () -> null, plugins);
      lifecycle.start("resources", resources::start, () -> null, resources);
      lifecycle.start("workflows", workflows::start, () -> null, workflows);
      lifecycle.start("broker", broker::start, () -> null, broker);
      oldSystems.start(lifecycle);
      lifecycle.start("agents", agents::start, () -> null, agents);
      lifecycle.start("boot", boot::start, () -> null, boot);

      Metrics metrics = new Metrics();
      lifecycle.start("metrics", () -> {}, () -> null, metrics);
      metrics.gauge("ingot.event.position", "the last event's position", feed::last);
      metrics.gauge("ingot.event.streams", "open streams of events", eventRoutes::open);
      metrics.gauge("ingot.event.lag", "seconds that the oldest event waits", sequencer::lag);
      metrics.gauge("ingot.agents", "agents that are connected here", agents::connected);
      webhooks.measure(metrics);
      broker.measure(metrics);
      oldSystems.measure(metrics);
      logs.measure(metrics);
      boot.measure(metrics);
      store.pools().forEach(pool -> ServerFacts.measure(metrics, pool));
      routes.add(new HealthRoutes(health));
      routes.add(new MetricsRoutes(metrics));
      routes.add(new OpenApiRoutes());
      http =
          new HttpServer(
              settings.http(),
              authentication,
              closure,
              routes,
              metrics::done,
              UUID::randomUUID,
              List.of(agents::installOn));
      // Once requests are finished nobody below waits for the database any more.
      lifecycle.start("stopping", () -> {}, () -> null, store::hurry);
      lifecycle.start("backup", () -> {}, closure::reason, () -> {});
      boot.doorIs(http::alsoOn);
      lifecycle.start("http", http::start, () -> null, http);
      // Closes before the listener does, so that agents hear that it is a restart.
      lifecycle.start("agents' sessions", () -> {}, () -> null, agents::leave);
      lifecycle.start("streams", () -> {}, () -> null, eventRoutes);
      lifecycle.start("jobs' streams", () -> {}, () -> null, jobs.streams());
      lifecycle.start("streams of logs", () -> {}, () -> null, logs::endStreams);
      boot.reopen();
      // The first to close: a database that is away is not waited for while requests finish.
      lifecycle.start("waits", () -> {}, () -> null, store::stopping);
      engine.useTransaction(handle -> outbox.append(handle, ServerFacts.started(machine)));
      started = true;
    } finally {
      if (!started) {
        lifecycle.close();
        health.close();
      }
    }
  }

  private static String incarnation(SecureRandom random) {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Where it is reached from this machine. */
  public URI address() {
    return http.address();
  }

  /** What is routed: method and path, with its role's word or {@code none}. */
  Map<String, String> routes() {
    return http.routes();
  }

  /** The routes that answer a principal of less than all from its segment. */
  Set<String> segmented() {
    return http.segmented();
  }

  /** Readiness says no, requests finish, streams end, everything closes; within ten seconds. */
  @Override
  public void close() {
    health.stopping();
    lifecycle.close();
    health.close();
  }
}
