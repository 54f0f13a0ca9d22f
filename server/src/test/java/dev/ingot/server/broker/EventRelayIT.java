package dev.ingot.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.events.Severity;
import dev.ingot.testkit.DebianRabbit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Events at the exchange, from outside: order, outages, both brokers, and the page's example. */
class EventRelayIT {
  private static final int NODES = 5;

  @TempDir private Path folder;
  private final Map<String, Integer> last = new HashMap<>();
  private int written;

  private static TestServer server(String url) {
    return TestServer.start(settings -> settings.with(AmqpSettings.DEFAULT.with(url)));
  }

  private static Jdbi jdbi(TestServer server) {
    return Jdbi.create(
        server.database().url(), server.database().user(), server.database().password());
  }

  private static String node(int number) {
    return "01" + "%040x".formatted(number);
  }

  /** Writes events that number themselves, node by node in turn. */
  private void write(TestServer server, int many) {
    OutboxTable outbox = new OutboxTable(() -> {});
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int number = written++;
      events.add(
          new NewEvent(
              "node",
              "changed",
              Severity.INFORMATION,
              "rack.1/" + number,
              node(number % NODES),
              Json.MAPPER.createObjectNode().put("number", number)));
    }
    jdbi(server).useTransaction(handle -> outbox.appendAll(handle, events));
  }

  private static Connection connect(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url.replaceFirst("/$", ""));
    return factory.newConnection();
  }

  /** A queue that outlives the broker, bound to everything of nodes. */
  private static void listen(String url) throws Exception {
    try (Connection connection = connect(url);
        Channel channel = connection.createChannel()) {
      channel.queueDeclare("listener", true, false, false, null);
      channel.queueBind("listener", "ingot.events", "node.changed.#");
    }
  }

  /**
   * What has come, until every number has; each first time is after those before it of its node.
   */
  private List<JsonNode> heard(String url, int many) throws Exception {
    List<JsonNode> events = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try (Connection connection = connect(url);
        Channel channel = connection.createChannel()) {
      while (last.values().stream().mapToInt(number -> number / NODES + 1).sum() < many) {
        GetResponse got = channel.basicGet("listener", true);
        if (got == null) {
          assertThat(System.nanoTime()).as("only " + last + " came").isLessThan(end);
          TimeUnit.MILLISECONDS.sleep(20);
          continue;
        }
        JsonNode event =
            Json.read(new String(got.getBody(), java.nio.charset.StandardCharsets.UTF_8));
        String node = event.path("nodeId").asString();
        int number = event.path("data").path("number").asInt();
        assertThat(got.getEnvelope().getRoutingKey())
            .isEqualTo("node.changed.information.rack%2E1/" + number + "." + node);
        assertThat(got.getProps().getMessageId()).isEqualTo(event.path("id").asString());
        Integer before = last.get(node);
        int expected = before == null ? number % NODES : before + NODES;
        assertThat(number).as("order of " + node).isLessThanOrEqualTo(expected);
        if (number == expected) {
          last.put(node, number);
          events.add(event);
        }
      }
    }
    return events;
  }

  private static void awaitUp(TestServer server) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              JsonNode connections = server.get("/api/v1/broker").body().path("connections");
              return !connections.isEmpty()
                  && connections.valueStream().allMatch(each -> each.path("up").asBoolean());
            });
  }

  @Test
  void eventsGoOutInOrderCatchUpAfterAnOutageAndAServersDeathAtRabbit() throws Exception {
    assumeTrue(DebianRabbit.isInstalled(), "Debian's rabbitmq-server is not installed");
    try (DebianRabbit rabbit = DebianRabbit.start(List.of());
        TestServer server = server(rabbit.url())) {
      awaitUp(server);
      listen(rabbit.url());
      write(server, 50);
      List<JsonNode> events = heard(rabbit.url(), 50);
      assertThat(events.getFirst().propertyNames())
          .containsExactlyInAnyOrder(
              "id", "time", "type", "action", "severity", "typeId", "nodeId", "data");
      rabbit.kill();
      write(server, 700);
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
      server.restart();
      write(server, 10);
      rabbit.startAgain();
      write(server, 40);
      assertThat(heard(rabbit.url(), 800)).hasSize(750);
      pythonHears(rabbit.url(), server);
    }
  }

  @Test
  void eventsGoOutAtTheEmbeddedBroker() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server = server(broker.url())) {
      awaitUp(server);
      listen(broker.url());
      write(server, 20);
      assertThat(heard(broker.url(), 20)).hasSize(20);
      pythonHears(broker.url(), server);
      JsonNode state = server.get("/api/v1/broker").body();
      assertThat(state.path("events").path("confirmed").asInt()).isGreaterThanOrEqualTo(20);
      assertThat(state.toString()).doesNotContain("secret");
    }
  }

  /** The example of docs/amqp.md, by a client that is not ours. */
  private void pythonHears(String url, TestServer server) throws Exception {
    assumeTrue(
        Files.exists(Path.of("/usr/lib/python3/dist-packages/pika")), "python3-pika is missing");
    Matcher example =
        Pattern.compile("```python\n# listen\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/amqp.md")));
    assertThat(example.find()).isTrue();
    Path file = Files.writeString(folder.resolve("listen.py"), example.group(1));
    Path output = folder.resolve("output");
    Process python =
        new ProcessBuilder("/usr/bin/python3", file.toString(), url, "#." + node(1), "2")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.readString(output).contains("listening"));
    int first = written;
    write(server, 2 * NODES);
    assertThat(python.waitFor(30, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
    int ours = first + Math.floorMod(1 - first, NODES);
    assertThat(Files.readString(output))
        .contains("node.changed.information.rack%2E1/" + ours + "." + node(1))
        .contains("rack.1/" + (ours + NODES));
  }
}
