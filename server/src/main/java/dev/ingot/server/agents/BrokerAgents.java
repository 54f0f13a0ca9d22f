package dev.ingot.server.agents;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Delivery;
import dev.ingot.amqp.Intake;
import dev.ingot.amqp.LinkNames;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.server.broker.AmqpSettings;
import dev.ingot.server.broker.BrokerNeeds;
import dev.ingot.server.nodes.Introduction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of the link over a broker: one queue for all who come here, one queue of each
 * agent to answer to. Frames are counted both ways, so that a gap ends a connection. An agent that
 * is gone is known by its queue: a message to it comes back.
 */
final class BrokerAgents implements BrokerConnection.User, BrokerWire.Post {
  private static final int PREFETCH = 1_000;
  private static final Pattern CONNECTION = Pattern.compile("[0-9a-f]{16}");

  private static final String TOO_MANY =
      "busy: %d agents came with plain accounts (amqp.plain-agents); for more the broker asks the"
          + " server for each agent's key (amqp.accounts: keys)";

  private final AgentSessions sessions;
  private final AmqpSettings settings;
  private final BrokerNeeds needs;
  private final RandomGenerator random;
  private final LongSupplier monotonicMillis;
  private final long quietAfter;
  private final Intake intake = new Intake("agents", this::received);
  private final Map<String, BrokerWire> wires = new ConcurrentHashMap<>();
  private volatile @Nullable Session open;

  /** A connection of the broker that is there. */
  private record Session(String id, BrokerPost post) {}

  BrokerAgents(
      AgentSessions sessions,
      AmqpSettings settings,
      BrokerNeeds needs,
      RandomGenerator random,
      LongSupplier monotonicMillis,
      Duration heartbeat) {
    this.sessions = sessions;
    this.settings = settings;
    this.needs = needs;
    this.random = random;
    this.monotonicMillis = monotonicMillis;
    this.quietAfter = heartbeat.toMillis() * 5 / 4;
  }

  Intake intake() {
    return intake;
  }

  int connected() {
    return wires.size();
  }

  @Override
  public void connected(BrokerSession broker) throws IOException {
    needs.meet(broker, LinkNames.EXCHANGE);
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    String id = HexFormat.of().formatHex(bytes);
    Channel out = broker.channel();
    out.addReturnListener(returned -> returned(returned.getRoutingKey()));
    BrokerPost post = new BrokerPost(out);
    post.start();
    open = new Session(id, post);
    Channel declaring = broker.channel();
    String queue = LinkNames.serverQueue(id);
    declaring.queueDeclare(queue, false, true, true, null);
    declaring.queueBind(queue, LinkNames.EXCHANGE, LinkNames.serverBinding(id));
    declaring.queueBind(queue, LinkNames.EXCHANGE, LinkNames.ANY_OPEN);
    broker.consume(queue, PREFETCH, intake);
  }

  @Override
  public void lost(String reason) {
    Session was = open;
    open = null;
    if (was != null) {
      was.post().stop();
    }
    List.copyOf(wires.values()).forEach(wire -> forget(wire, "the broker's connection ended"));
  }

  /** Asks after those who said nothing for a while: a queue that is gone says so at once. */
  void tick() {
    long now = monotonicMillis.getAsLong();
    Session there = open;
    if (there != null) {
      for (BrokerWire wire : wires.values()) {
        if (wire.isQuiet(now, quietAfter)) {
          there.post().say(wire.queue(), LinkNames.PROBE, 0, new byte[0]);
        }
      }
    }
  }

  private void received(Delivery delivery) {
    Session there = open;
    if (there == null) {
      return;
    }
    AMQP.BasicProperties properties = delivery.properties();
    String word = LinkNames.wordOf(delivery.routingKey());
    String connection = properties.getCorrelationId();
    if (word == null || connection == null || !CONNECTION.matcher(connection).matches()) {
      throw new UnreadableMessage("no message of the link: no connection is named");
    }
    String user = properties.getUserId();
    if (user == null ? settings.accounts() == AmqpSettings.Accounts.KEYS : !is(user, word)) {
      throw new UnreadableMessage("the key is that of " + word + ", the sender is " + user);
    }
    switch (String.valueOf(properties.getType())) {
      case LinkNames.OPEN -> comes(there, word, connection, properties.getReplyTo());
      case LinkNames.FRAME -> frame(there, word, connection, properties, delivery.body());
      case LinkNames.CLOSED -> {
        BrokerWire wire = wires.get(word + "." + connection);
        if (wire != null) {
          String why = LogText.line(new String(delivery.body(), StandardCharsets.UTF_8));
          forget(wire, "connection closed: " + why);
        }
      }
      default ->
          throw new UnreadableMessage("no message of the link: type " + properties.getType());
    }
  }

  private static boolean is(String user, String word) {
    return LinkNames.word(user).equals(word);
  }

  /** Nothing is kept of who only asks. */
  private void comes(Session there, String word, String connection, @Nullable String queue) {
    String own = own(word, connection, queue);
    if (there.post().isFull()) {
      return; // the agent asks again
    }
    if (sessions.full()) {
      there.post().say(own, LinkNames.CLOSED, 0, "busy: as many agents as may be are connected");
    } else if (tooMany()) {
      there.post().say(own, LinkNames.CLOSED, 0, TOO_MANY.formatted(settings.plainAgents()));
    } else {
      there.post().say(own, LinkNames.HERE, wires.size(), there.id());
    }
  }

  private boolean tooMany() {
    return settings.accounts() == AmqpSettings.Accounts.PLAIN
        && wires.size() >= settings.plainAgents();
  }

  /** Answers go to queues of who asks, and to no other's. */
  private static String own(String word, String connection, @Nullable String queue) {
    String own = "ingot.agent." + word + "." + connection;
    if (!own.equals(queue)) {
      throw new UnreadableMessage("wants its answers in " + queue + ", its queue is " + own);
    }
    return own;
  }

  private void frame(
      Session there, String word, String connection, AMQP.BasicProperties properties, byte[] body) {
    String name = word + "." + connection;
    BrokerWire wire = wires.get(name);
    String number = properties.getMessageId();
    long now = monotonicMillis.getAsLong();
    if (wire == null) {
      if (!"1".equals(number)) {
        String queue = "ingot.agent." + name;
        there.post().say(queue, LinkNames.CLOSED, 0, "the server does not know the connection");
        return;
      }
      String queue = own(word, connection, properties.getReplyTo());
      if (sessions.full() || tooMany()) {
        there
            .post()
            .say(queue, LinkNames.CLOSED, 0, "busy: as many agents as may be are connected");
        return;
      }
      String user = properties.getUserId();
      String remote = user != null && is(user, word) ? Introduction.byBroker(user) : "broker";
      wire = new BrokerWire(this, sessions, word, connection, queue, remote, now);
      wires.put(name, wire);
    }
    if (wire.isNext(number, now)) {
      wire.session().received(body);
    } else {
      there.post().say(wire.queue(), LinkNames.CLOSED, 0, "a frame was lost at the broker");
      forget(wire, "connection failed: a frame was lost at the broker");
    }
  }

  private void returned(String queue) {
    BrokerWire wire = wires.get(queue.substring(Math.min(queue.length(), "ingot.agent.".length())));
    if (wire != null) {
      forget(wire, "connection closed: the agent is gone");
    }
  }

  @Override
  public void frame(BrokerWire wire, byte[] frame) {
    Session there = open;
    if (there != null) {
      there.post().frame(wire, frame);
    }
  }

  @Override
  public void end(BrokerWire wire, byte[] reason) {
    Session there = open;
    if (there != null) {
      there.post().say(wire.queue(), LinkNames.CLOSED, 0, reason);
    }
    forget(wire, "connection closed");
  }

  @Override
  public void forget(BrokerWire wire, String reason) {
    wires.remove(wire.account() + "." + wire.connection(), wire);
    sessions.closed(wire.session(), reason);
  }

  /** Returns when what was said to agents has gone, or after a moment. */
  void flush() {
    Session there = open;
    if (there != null) {
      try {
        there.post().flush(Duration.ofSeconds(3));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
