package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/** Somebody at a broker who speaks Ur's protocol to its agents, and knows nothing of ours. */
final class UrHeadNode implements AutoCloseable {
  private static final String EXCHANGE = "amq.topic";

  private final Connection connection;
  private final Channel channel;
  private final Map<String, String> heard = new ConcurrentHashMap<>();

  UrHeadNode(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url);
    connection = factory.newConnection();
    channel = connection.createChannel();
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, EXCHANGE, "ur.#");
    channel.basicConsume(
        queue,
        true,
        (tag, message) ->
            heard.put(
                message.getEnvelope().getRoutingKey(),
                new String(message.getBody(), StandardCharsets.UTF_8)),
        tag -> {});
  }

  void says(String key, String json) throws Exception {
    BasicProperties properties =
        new BasicProperties.Builder().contentType("application/json").build();
    channel.basicPublish(EXCHANGE, key, properties, json.getBytes(StandardCharsets.UTF_8));
  }

  /** What came under that key, as soon as it has. */
  String hears(String key) {
    Awaitility.await(key)
        .atMost(RackLab.BOOT)
        .untilAsserted(() -> assertThat(heard).containsKey(key));
    return heard.get(key);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
