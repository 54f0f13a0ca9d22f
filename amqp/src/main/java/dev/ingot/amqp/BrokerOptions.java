package dev.ingot.amqp;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How to connect.
 *
 * @param purpose what for, a word or two: the connection's name at the broker and in the log
 * @param heartbeat a peer that says nothing for twice as long is gone; whole seconds
 * @param largestBody octets; larger bodies are passed over unread and said to be too large
 */
public record BrokerOptions(
    BrokerAddress address, Trust trust, String purpose, Duration heartbeat, int largestBody) {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int ANSWER_MILLIS = 15_000;

  /** Threads of all connections: virtual ones, made when there is something to do. */
  private static final ExecutorService WORK =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("broker-work-", 0).factory());

  BodyMark newMark() {
    return new BodyMark(new SecureRandom());
  }

  ConnectionFactory factory(BodyMark mark) {
    ConnectionFactory factory = new Bounded(mark, largestBody);
    factory.setVirtualHost(address.virtualHost());
    String user = address.user();
    if (user != null) {
      factory.setUsername(user);
      factory.setPassword(address.password().reveal());
    }
    factory.setAutomaticRecoveryEnabled(false); // BrokerConnection makes another one
    factory.setTopologyRecoveryEnabled(false);
    factory.setRequestedHeartbeat((int) heartbeat.toSeconds());
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(ANSWER_MILLIS);
    factory.setChannelRpcTimeout(ANSWER_MILLIS);
    factory.setShutdownTimeout(2_000);
    factory.setThreadFactory(Thread.ofVirtual().name("broker-read-", 0).factory());
    factory.setSharedExecutor(WORK);
    factory.setShutdownExecutor(WORK);
    Map<String, Object> properties = new HashMap<>(factory.getClientProperties());
    properties.put("product", "Ingot");
    properties.put("connection_name", "ingot " + purpose);
    // Qpid would end a connection that publishes to nobody.
    properties.put("qpid.close_when_no_route", "false");
    factory.setClientProperties(properties);
    if (address.tls()) {
      factory.useSslProtocol(trust.context());
      if (trust.namesHost()) {
        factory.enableHostnameVerification();
      }
    }
    return factory;
  }

  /** The client's factory, whose connections pass over bodies that are too large. */
  private static final class Bounded extends ConnectionFactory {
    private final BodyMark mark;
    private final int largest;

    Bounded(BodyMark mark, int largest) {
      this.mark = mark;
      this.largest = largest;
    }

    @Override
    protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
      FrameHandlerFactory sockets = super.createFrameHandlerFactory();
      return (address, name) -> {
        FrameHandler frames = sockets.create(address, name);
        return new BoundedFrames(frames, mark, largest);
      };
    }
  }
}
