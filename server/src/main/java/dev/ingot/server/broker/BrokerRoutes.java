package dev.ingot.server.broker;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Role;
import dev.ingot.server.http.Requests;
import dev.ingot.server.http.Routes;
import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/v1/broker}: the message broker as this server sees it, and what is declared there.
 */
final class BrokerRoutes implements Routes {
  private final Jdbi api;
  private final Audit audit;
  private final AmqpSettings settings;
  private final Broker broker;

  BrokerRoutes(Jdbi api, Audit audit, AmqpSettings settings, Broker broker) {
    this.api = api;
    this.audit = audit;
    this.settings = settings;
    this.broker = broker;
  }

  /** A connection; {@code trouble} is null when it is up. */
  record Connection(String purpose, boolean up, @Nullable String trouble) {}

  /** What went to the exchange from this server, and how far the slowest part is behind. */
  record Events(long confirmed, long lost, @Nullable Long behind) {}

  /** The answer; {@code url} is null without a broker, and names no account. */
  record State(
      boolean configured,
      @Nullable String url,
      boolean durable,
      List<Connection> connections,
      @Nullable Events events,
      long agents,
      long unreadable) {}

  /** The question. */
  record SetUp(@Nullable Boolean dryRun) {}

  /** What was done, thing by thing. */
  record Done(String url, boolean durable, boolean dryRun, List<BrokerSetup.Item> items) {}

  @Override
  public void addTo(JavalinDefaultRoutingApi routes) {
    routes.get("/api/v1/broker", this::state, Role.READER);
    routes.post("/api/v1/broker/setup", this::setUp, Role.ADMIN);
  }

  private void state(Context context) {
    Requests.query(context);
    EventRelay relay = broker.relay();
    context.json(
        new State(
            settings.isConfigured(),
            settings.isConfigured() ? settings.address().toString() : null,
            settings.durable(),
            connections(),
            relay == null ? null : new Events(relay.sent(), relay.lost(), behind(relay)),
            broker.agents(),
            broker.unreadable()));
  }

  private List<Connection> connections() {
    List<Connection> connections = new ArrayList<>();
    for (Broker.Link link : broker.links()) {
      connections.add(
          new Connection(link.purpose(), link.connection().isUp(), link.connection().trouble()));
    }
    for (Place place : broker.elsewhere()) {
      String trouble = place.trouble().get();
      connections.add(new Connection(place.purpose(), trouble == null, trouble));
    }
    return connections;
  }

  private static @Nullable Long behind(EventRelay relay) {
    double behind = relay.behind();
    return Double.isNaN(behind) ? null : (long) behind;
  }

  private void setUp(Context context) {
    Requests.query(context);
    SetUp asked = Requests.body(context, SetUp.class);
    List<Place> places = broker.places();
    if (places.isEmpty()) {
      throw Problem.conflict(
          "no broker is configured: set amqp.url (INGOT_AMQP_URL) and start the server again");
    }
    boolean dryRun = Boolean.TRUE.equals(asked.dryRun());
    Done done =
        new Done(
            places.getFirst().options().address().toString(),
            settings.durable(),
            dryRun,
            BrokerSetup.run(places, dryRun));
    if (!dryRun) {
      api.useTransaction(
          handle ->
              audit.record(
                  handle,
                  Requests.principal(context),
                  "broker.setup",
                  "broker",
                  null,
                  Json.MAPPER.valueToTree(done)));
    }
    context.json(done);
  }
}
