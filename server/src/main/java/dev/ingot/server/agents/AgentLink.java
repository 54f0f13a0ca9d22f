package dev.ingot.server.agents;

import dev.ingot.amqp.LinkNames;
import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.server.broker.Broker;
import dev.ingot.server.broker.Need;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.logs.LogBatch;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Presence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/**
 * The server end of the agents' link: a WebSocket on the server's own port. It sits before the
 * servlets, so an upgrade makes no HTTP session.
 */
public final class AgentLink implements AutoCloseable {
  public static final String PATH = "/api/v1/agent";

  private static final Duration IDLE = Duration.ofMinutes(2);

  private final AdmissionGate gate;
  private final IngestBatcher batcher;
  private final PresenceWriter presenceWriter;
  private final AgentSessions sessions;
  private final ExecutorService grants;
  private final ScheduledExecutorService ticker;
  private final AtomicLong requests = new AtomicLong();
  private final AgentsSettings settings;
  private @Nullable BrokerAgents broker;

  public AgentLink(
      Door door,
      Presence presence,
      InventoryWriter inventory,
      OwedWork owed,
      Consumer<LogBatch> logs,
      AgentsSettings settings) {
    this.settings = settings;
    gate = new AdmissionGate(door, inventory, settings);
    batcher = new IngestBatcher(inventory, settings);
    grants =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("agent-credit").factory());
    sessions =
        new AgentSessions(
            settings,
            gate,
            batcher,
            desks(settings.receiveBytes().bytes(), settings.outputBytes().bytes(), grants),
            owed,
            new NodeLogs(logs),
            this::ended,
            AgentLink::millis);
    presenceWriter = new PresenceWriter(presence, sessions::takeHeard, sessions::over);
    ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-tick").factory());
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  /** Agents may come by a message broker too, where one is configured; before the start. */
  public void comeBy(Broker where, RandomGenerator random) {
    if (where.settings().isConfigured() && where.settings().agents()) {
      where.needs().add(new Need.Exchange(LinkNames.EXCHANGE, LinkNames.EXCHANGE, "topic"));
      BrokerAgents agents =
          new BrokerAgents(
              sessions,
              where.settings(),
              where.needs(),
              random,
              AgentLink::millis,
              settings.heartbeat());
      where.agentsAre(agents::connected);
      where.counts(agents.intake());
      where.connect("agents", Frame.MAX_FRAME, agents);
      broker = agents;
    }
  }

  private static Function<Lane, CreditDesk> desks(long inventory, long bulk, Executor grants) {
    CreditDesk reports = new CreditDesk(inventory, grants);
    CreditDesk output = new CreditDesk(bulk, grants);
    return lane -> lane == Lane.BULK ? output : reports;
  }

  /** Results of plugins go there; before {@link #start}. */
  public void keepResults(PluginDesk desk) {
    sessions.keepResults(desk);
  }

  /** Begins to take reports and to look after the sessions. */
  public void start() {
    batcher.start();
    presenceWriter.start();
    var unused = ticker.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  private void tick() {
    sessions.tick();
    if (broker != null) {
      broker.tick();
    }
  }

  private void ended(Presence.Session session, String reason) {
    presenceWriter.ended(session, reason);
  }

  /** Puts the endpoint before the handlers of a server that is not started yet. */
  public void installOn(Server server) {
    WebSocketUpgradeHandler handler = WebSocketUpgradeHandler.from(server, this::configure);
    WebSocketComponents components = WebSocketServerComponents.getWebSocketComponents(server);
    // A client could switch it on, and its windows cost 200 to 400 kB a connection.
    components.getExtensionRegistry().unregister("permessage-deflate");
    server.insertHandler(handler);
  }

  private void configure(ServerWebSocketContainer container) {
    container.setMaxBinaryMessageSize(Frame.MAX_FRAME);
    container.setMaxTextMessageSize(1);
    container.setMaxFrameSize(Frame.MAX_FRAME);
    container.setMaxOutgoingFrames(16);
    container.setIdleTimeout(IDLE);
    container.setAutoFragment(false);
    container.addMapping(PATH, this::accept);
  }

  private @Nullable Object accept(
      ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
    // Only browsers send an origin, and no page speaks for a machine.
    if (request.getHeaders().contains(HttpHeader.ORIGIN)) {
      Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
      return null;
    }
    if (sessions.full()) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, 10);
      Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
      return null;
    }
    return new JettyWire(sessions);
  }

  /** What nodes tell of sessions that are over; never blocks. */
  public Presence.Listener listener() {
    return over -> grants.execute(() -> sessions.over(over));
  }

  /** Asks the node to inspect now; false if it is not connected here. No names: everything. */
  public boolean inspect(String nodeId, List<String> sectionNames) {
    AgentSession session = sessions.speaker(nodeId);
    if (session == null) {
      return false;
    }
    session.say(new Message.Inspect(requests.incrementAndGet(), sectionNames));
    return true;
  }

  /** Nodes whose agent is connected here and admitted. */
  public int connected() {
    return sessions.connected();
  }

  /** Ends every session so that it begins anew: the database became another. */
  public void redial() {
    sessions.redial("the server's database was restored", within());
  }

  /** Tells every agent that the server restarts; before the HTTP server stops. */
  public void leave() {
    sessions.leave("the server restarts", within());
    if (broker != null) {
      broker.flush();
    }
  }

  /** As fast as they can be taken back with room for everything else, seconds. */
  private int within() {
    return Math.clamp(sessions.connected() / 500, 3, 30);
  }

  /** After the HTTP server stopped: what arrived is committed, what did not is said again. */
  @Override
  public void close() {
    leave();
    ticker.shutdownNow();
    gate.close();
    batcher.close();
    presenceWriter.close();
    grants.shutdownNow();
  }
}
