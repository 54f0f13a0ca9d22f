package dev.ingot.agentamqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ingot.agent.link.Carrier;
import dev.ingot.amqp.BrokerAddress;
import dev.ingot.amqp.BrokerException;
import dev.ingot.amqp.BrokerOptions;
import dev.ingot.amqp.LinkNames;
import dev.ingot.amqp.OneConnection;
import dev.ingot.amqp.Reasons;
import dev.ingot.amqp.Trust;
import dev.ingot.protocol.Frame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the link over a broker: a queue of its own for what servers say, and one server
 * that took it. Each frame is one message and counted, so that a gap ends the connection; a frame
 * that finds no server any more comes back and ends it too.
 */
final class AmqpConnection implements Carrier.Connection {
  private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The link has a heartbeat of its own, every ten seconds. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private static final long ANSWER_MILLIS = 15_000;

  /** How long to wait for servers that are slower to answer but have fewer agents. */
  private static final long OTHERS_MILLIS = 50;

  private sealed interface Outgoing {
    record Send(byte[] frame) implements Outgoing {}

    record End(String reason) implements Outgoing {}
  }

  /** A server that takes us. */
  private record Server(String id, int agents) {}

  private final BrokerAddress address;
  private final Trust trust;
  private final Carrier.Listener listener;
  private final String id;
  private final String account;
  private final LinkedBlockingQueue<Server> answers = new LinkedBlockingQueue<>(64);
  private final LinkedBlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
  private final AtomicInteger unsent = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();
  private long heard;

  AmqpConnection(BrokerAddress address, Trust trust, Carrier.Listener listener) {
    this.address = address;
    this.trust = trust;
    this.listener = listener;
    this.account = Objects.requireNonNull(address.user());
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    this.id = HexFormat.of().formatHex(bytes);
  }

  void start() {
    Thread.ofVirtual().name("agent-broker").start(this::run); // ends with the connection
  }

  @Override
  public void send(byte[] frame) {
    unsent.incrementAndGet();
    outgoing.add(new Outgoing.Send(frame));
  }

  @Override
  public boolean drained() {
    return unsent.get() == 0;
  }

  @Override
  public void close(String reason) {
    over.set(true); // the listener hears no more
    outgoing.add(new Outgoing.End(reason));
  }

  private void run() {
    try (OneConnection connection =
        OneConnection.open(
            new BrokerOptions(address, trust, "agent", HEARTBEAT, Frame.MAX_FRAME))) {
      Channel channel = connection.session().channel();
      String queue = LinkNames.agentQueue(account, id);
      channel.addReturnListener(
          returned ->
              ended(
                  returned.getRoutingKey().startsWith(LinkNames.OPEN)
                      ? "no server listens at the broker"
                      : "the server is gone"));
      channel.addShutdownListener(cause -> ended("the broker: " + Reasons.of(cause)));
      channel.queueDeclare(queue, false, true, true, null);
      channel.basicConsume(queue, true, new Consumer(channel));
      channel.basicPublish(
          LinkNames.EXCHANGE,
          LinkNames.openKey(account),
          true,
          properties(LinkNames.OPEN, 0).replyTo(queue).build(),
          new byte[0]);
      String server = server();
      if (server != null) {
        listener.opened();
        publish(channel, LinkNames.serverKey(server, account), queue);
      }
    } catch (BrokerException e) {
      ended(String.valueOf(e.getMessage()));
    } catch (IOException | AlreadyClosedException e) {
      ended("the broker: " + Reasons.of(e));
      log.debug("link over {}", address, e);
    } catch (InterruptedException e) {
      ended("interrupted");
    }
  }

  /** The server with the fewest agents of those that answer; null when it ended before. */
  private @Nullable String server() throws InterruptedException {
    Server best = answers.poll(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    if (best == null) {
      ended("no server answers at the broker");
      return null;
    }
    Server other;
    while ((other = answers.poll(OTHERS_MILLIS, TimeUnit.MILLISECONDS)) != null) {
      if (other.agents() < best.agents()) {
        best = other;
      }
    }
    return over.get() ? null : best.id();
  }

  private void publish(Channel channel, String key, String queue)
      throws IOException, InterruptedException {
    long number = 0;
    while (true) {
      switch (outgoing.take()) {
        case Outgoing.Send(byte[] frame) -> {
          number++;
          AMQP.BasicProperties.Builder properties = properties(LinkNames.FRAME, number);
          if (number == 1) {
            properties.replyTo(queue);
          }
          channel.basicPublish(LinkNames.EXCHANGE, key, true, properties.build(), frame);
          unsent.decrementAndGet();
        }
        case Outgoing.End(String reason) -> {
          channel.basicPublish(
              LinkNames.EXCHANGE,
              key,
              properties(LinkNames.CLOSED, 0).build(),
              reason.getBytes(StandardCharsets.UTF_8));
          return;
        }
      }
    }
  }

  private AMQP.BasicProperties.Builder properties(String type, long number) {
    return new AMQP.BasicProperties.Builder()
        .type(type)
        .userId(account)
        .correlationId(id)
        .messageId(Long.toString(number));
  }

  /** Told once; then nothing is heard or sent any more. */
  private void ended(String reason) {
    if (!over.getAndSet(true)) {
      listener.closed(reason);
    }
    outgoing.add(new Outgoing.End(reason));
    if (answers.isEmpty()) {
      answers.offer(new Server("", 0));
    }
  }

  private final class Consumer extends DefaultConsumer {
    Consumer(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      if (over.get()) {
        return;
      }
      switch (String.valueOf(properties.getType())) {
        case LinkNames.HERE -> answered(properties, body);
        case LinkNames.FRAME -> {
          heard++;
          if (!Long.toString(heard).equals(properties.getMessageId())) {
            ended("a frame was lost at the broker");
          } else {
            listener.received(body);
          }
        }
        case LinkNames.CLOSED -> ended(Reasons.line(new String(body, StandardCharsets.UTF_8)));
        case LinkNames.PROBE -> {}
        default -> log.debug("passed over: {}", properties.getType());
      }
    }

    private void answered(AMQP.BasicProperties properties, byte[] body) {
      String agents = properties.getMessageId();
      int many = agents != null && agents.matches("\\d{1,9}") ? Integer.parseInt(agents) : 0;
      if (!answers.offer(new Server(new String(body, StandardCharsets.UTF_8), many))) {
        log.debug("more servers than are looked at");
      }
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
      ended("the broker: " + Reasons.of(cause));
    }

    @Override
    public void handleCancel(String tag) {
      ended("the broker took the agent's queue away");
    }
  }
}
