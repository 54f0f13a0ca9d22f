package dev.ingot.server.broker;

import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.Intake;
import dev.ingot.server.access.Audit;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.http.Routes;
import dev.ingot.server.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The feature: who connects to the broker, and what is needed there. Without a broker in the
 * settings it does nothing. Others add their needs and connections before the start.
 */
public final class Broker implements AutoCloseable {
  /** Events are small, and nothing is read on the relay's connection. */
  private static final int RELAY_BODY = 1024;

  private static final int SETUP_BODY = 1024;

  private final AmqpSettings settings;
  private final BrokerNeeds needs;
  private final RandomGenerator random;
  private final @Nullable EventRelay relay;
  private final Routes routes;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final List<Intake> intakes = new CopyOnWriteArrayList<>();
  private final List<Place> elsewhere = new CopyOnWriteArrayList<>();
  private LongSupplier agents = () -> 0;

  /** A connection of one user. */
  record Link(String purpose, BrokerConnection connection) {}

  /**
   * @param owner this server process, another for each
   */
  public Broker(
      AmqpSettings settings,
      Store store,
      EventFeed feed,
      Audit audit,
      String owner,
      RandomGenerator random) {
    this.settings = settings;
    this.needs = new BrokerNeeds(settings);
    this.random = random;
    if (settings.isConfigured() && settings.events()) {
      needs.add(new Need.Exchange(EventRelay.EXCHANGE, EventRelay.EXCHANGE, "topic"));
      relay = new EventRelay(store.engine(), feed, owner, settings.durable(), needs);
      connect("events", RELAY_BODY, relay);
    } else {
      relay = null;
    }
    this.routes = new BrokerRoutes(store.api(), audit, settings, this);
  }

  public AmqpSettings settings() {
    return settings;
  }

  public BrokerNeeds needs() {
    return needs;
  }

  public Routes routes() {
    return routes;
  }

  /**
   * A connection of its own for somebody who is told when it is there; made from the start on. Only
   * where a broker is configured.
   *
   * @param largestBody octets of the largest message that is read; larger ones are passed over
   */
  public BrokerConnection connect(String purpose, int largestBody, BrokerConnection.User user) {
    BrokerOptions options = settings.options(purpose, largestBody);
    BrokerConnection connection = new BrokerConnection(options, user, random);
    links.add(new Link(purpose, connection));
    return connection;
  }

  /** Another broker at which something is spoken; set up and shown with ours. */
  public void also(Place place) {
    elsewhere.add(place);
  }

  List<Place> elsewhere() {
    return List.copyOf(elsewhere);
  }

  /** All brokers at which something is needed. */
  List<Place> places() {
    List<Place> places = new ArrayList<>();
    if (settings.isConfigured()) {
      places.add(new Place("ingot", settings.options("setup", SETUP_BODY), needs, () -> null));
    }
    places.addAll(elsewhere);
    return places;
  }

  /** Who says how many agents came by the broker. */
  public void agentsAre(LongSupplier counted) {
    agents = counted;
  }

  /** What somebody consumes, to be counted. */
  public void counts(Intake intake) {
    intakes.add(intake);
  }

  /** Messages of which nothing could be made, over all that is consumed. */
  long unreadable() {
    return intakes.stream().mapToLong(Intake::unreadable).sum();
  }

  List<Link> links() {
    return List.copyOf(links);
  }

  long agents() {
    return agents.getAsLong();
  }

  @Nullable EventRelay relay() {
    return relay;
  }

  public void start() {
    if (relay != null) {
      relay.start();
    }
    links.forEach(link -> link.connection().start());
  }

  /** After a restore: begins anew with what the database says. */
  public void forget() {
    if (relay != null) {
      relay.forget();
    }
  }

  public void measure(Metrics metrics) {
    for (Link link : links) {
      Supplier<Number> up = () -> link.connection().isUp() ? 1 : 0;
      metrics.gauge(
          "ingot.broker.up", "whether there is a connection", "purpose", link.purpose(), up);
    }
    metrics.counter("ingot.broker.unreadable", "messages that were dropped", this::unreadable);
    if (relay != null) {
      metrics.counter("ingot.broker.events", "events that the broker confirmed", relay::sent);
      metrics.counter("ingot.broker.lost", "events no longer kept when due", relay::lost);
      metrics.gauge("ingot.broker.behind", "events that are not relayed yet", relay::behind);
    }
  }

  @Override
  public void close() {
    if (relay != null) {
      relay.close();
    }
    links.forEach(link -> link.connection().close());
  }
}
