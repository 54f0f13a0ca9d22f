package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.ingot.amqp.LinkNames;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.configuration.Secret;
import dev.ingot.server.TestServer;
import dev.ingot.server.broker.AmqpSettings;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.testkit.DebianRabbit;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The link by a broker, from agent to database, over both brokers. */
class BrokerAgentsIT {
  private static @Nullable JsonNode presence(TestServer server, int number) {
    TestServer.Answer answer = server.get("/api/v1/nodes/" + Agents.nodeId(number));
    return answer.status() == 200 ? answer.body() : null;
  }

  private static void awaitOnline(TestServer server, int number, boolean online, int seconds) {
    await()
        .atMost(Duration.ofSeconds(seconds))
        .untilAsserted(
            () -> {
              JsonNode node = presence(server, number);
              assertThat(String.valueOf(node)).contains(online ? "\"online\"" : "\"lost\"");
            });
  }

  private static void awaitStored(TestServer server, int number, long version) {
    await()
        .atMost(Duration.ofSeconds(40))
        .until(
            () ->
                server
                        .get("/api/v1/nodes/" + Agents.nodeId(number) + "/inventory")
                        .body()
                        .path("pci")
                        .path("version")
                        .asLong()
                    == version);
  }

  private static Connection connect(String url) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(url.replaceFirst("/$", ""));
    return factory.newConnection();
  }

  private static void joinsReportsIsLostAndComesBack(TestServer server, String url, String master)
      throws Exception {
    String token = BrokerAgent.token(server);
    try (BrokerAgent agent = new BrokerAgent(url, 1, token, 1);
        BrokerAgent other = new BrokerAgent(url, 2, token, 1)) {
      awaitStored(server, 1, 1);
      awaitStored(server, 2, 1);
      awaitOnline(server, 1, true, 10);
      assertThat(server.get("/api/v1/broker").body().path("agents").asInt()).isEqualTo(2);
      assertThat(agent.news).isNotEmpty();
      other.stop();
      awaitOnline(server, 2, false, 10);
      strangersAreDropped(master);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> server.get("/api/v1/broker").body().path("unreadable").asInt() == 4);
      awaitOnline(server, 1, true, 1);
    }
    try (BrokerAgent again = new BrokerAgent(url, 1, token, 2)) {
      awaitStored(server, 1, 2);
      assertThat(again.news).isNotEmpty();
    }
  }

  /** What is no message of the link ends nothing and nobody. */
  private static void strangersAreDropped(String url) throws Exception {
    try (Connection connection = connect(url);
        Channel channel = connection.createChannel()) {
      AMQP.BasicProperties none = new AMQP.BasicProperties();
      channel.basicPublish(
          LinkNames.EXCHANGE,
          "open.ingot",
          none,
          "not JSON".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      channel.basicPublish(LinkNames.EXCHANGE, "open.ingot", none, new byte[5 << 20]);
      channel.basicPublish(
          LinkNames.EXCHANGE,
          "open.ingot",
          none.builder().type("open").correlationId("0123456789abcdef").replyTo("victim").build(),
          new byte[0]);
      channel.basicPublish(
          LinkNames.EXCHANGE,
          "open.ingot",
          none.builder().type("dance").correlationId("0123456789abcdef").build(),
          new byte[0]);
    }
  }

  @Test
  void agentsComeByTheEmbeddedBrokerWithItsAccount() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(settings -> settings.with(AmqpSettings.DEFAULT.with(broker.url())))) {
      joinsReportsIsLostAndComesBack(server, broker.url(), broker.url());
      try (BrokerAgent agent = new BrokerAgent(broker.url(), 1, BrokerAgent.token(server), 3)) {
        awaitStored(server, 1, 3);
        int before = agent.news.size();
        server.restart();
        await().atMost(Duration.ofSeconds(60)).until(() -> agent.news.size() > before + 1);
        awaitOnline(server, 1, true, 60);
      }
    }
  }

  private static AmqpSettings keys(String url) {
    AmqpSettings standard = AmqpSettings.DEFAULT;
    return new AmqpSettings(
        url,
        null,
        null,
        null,
        null,
        standard.heartbeat(),
        true,
        true,
        true,
        true,
        AmqpSettings.Accounts.KEYS,
        100,
        new Secret("asked-by-rabbit"));
  }

  private static HttpSettings onPort(int port) {
    HttpSettings standard = HttpSettings.DEFAULT;
    return new HttpSettings("127.0.0.1", port, false, standard.tls(), standard.allowedHosts());
  }

  private static DebianRabbit askingRabbit(int http) throws Exception {
    String path = "http://127.0.0.1:" + http + "/api/v1/broker/auth/";
    return DebianRabbit.start(
        List.of("rabbitmq_auth_backend_http", "rabbitmq_auth_backend_cache"),
        "auth_backends.1 = internal",
        "auth_backends.2 = cache",
        "auth_cache.cached_backend = http",
        "auth_cache.cache_ttl = 2000",
        "auth_http.http_method = post",
        "auth_http.user_path = " + path + "user",
        "auth_http.vhost_path = " + path + "vhost?secret=asked-by-rabbit",
        "auth_http.resource_path = " + path + "resource",
        "auth_http.topic_path = " + path + "topic");
  }

  @Test
  void agentsComeByRabbitWithTheirKeysAndMayTouchOnlyWhatIsTheirs() throws Exception {
    assumeTrue(DebianRabbit.isInstalled(), "Debian's rabbitmq-server is not installed");
    int http = FreePort.next();
    try (DebianRabbit rabbit = askingRabbit(http);
        TestServer server =
            TestServer.start(settings -> settings.with(keys(rabbit.url())).with(onPort(http)))) {
      String bare = "amqp://127.0.0.1:" + rabbit.port() + "/";
      joinsReportsIsLostAndComesBack(server, bare, rabbit.url());
      mayTouchOnlyItsOwn(rabbit.port());
      anAccountMadeByThePageIsEnough(server, rabbit);
      BrokerTickets.areGoodFromTheirAddressOnly(server, bare);
      BrokerTickets.areGoodWithAnAccountThatSomebodyMade(
          server, "amqp://rack1-07:PASSWORD@127.0.0.1:" + rabbit.port() + "/");
      try (BrokerAgent agent = new BrokerAgent(bare, 1, BrokerAgent.token(server), 3);
          BrokerAgent stranger = new BrokerAgent(bare, 9, "no-such-token", 1)) {
        awaitStored(server, 1, 3);
        rabbit.kill();
        awaitOnline(server, 1, false, 20);
        rabbit.startAgain();
        awaitOnline(server, 1, true, 90);
        assertThat(agent.news).isNotEmpty();
        assertThat(stranger.news.toString()).contains("refuses user or password");
        assertThat(presence(server, 9)).isNull();
      }
    }
  }

  /** The commands of docs/amqp.md, as they stand there. */
  private static void anAccountMadeByThePageIsEnough(TestServer server, DebianRabbit rabbit)
      throws Exception {
    List<String> commands =
        Files.readAllLines(Path.of("../docs/amqp.md")).stream()
            .filter(line -> line.startsWith("rabbitmqctl "))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(command);
      while (word.find()) {
        words.add(word.group(1) != null ? word.group(1) : word.group(2));
      }
      words.replaceAll(each -> each.equals("ingot") ? "/" : each);
      rabbit.control(words.subList(1, words.size()).toArray(new String[0]));
    }
    String url = "amqp://rack1-07:PASSWORD@127.0.0.1:" + rabbit.port() + "/";
    try (BrokerAgent agent = new BrokerAgent(url, 7, BrokerAgent.token(server), 1)) {
      awaitStored(server, 7, 1);
      assertThat(agent.news).isNotEmpty();
    }
    try (Connection connection = connect(url)) {
      assertThat(may(connection, c -> publish(c, LinkNames.EXCHANGE, "open.rack1-07"))).isTrue();
      assertThat(may(connection, c -> publish(c, LinkNames.EXCHANGE, "open.rack1-08"))).isFalse();
      assertThat(may(connection, c -> publish(c, "", "ingot.agent.rack1-08.x"))).isFalse();
    }
  }

  /** As agent 1, by a plain client. */
  private static void mayTouchOnlyItsOwn(int port) throws Exception {
    String account = LinkNames.account(Agents.key(1));
    String other = LinkNames.account(Agents.key(2));
    String url = "amqp://" + account + ":" + Agents.key(1) + "@127.0.0.1:" + port;
    try (Connection connection = connect(url)) {
      String own = LinkNames.agentQueue(account, "0123456789abcdef");
      assertThat(may(connection, c -> c.queueDeclare(own, false, true, true, null))).isTrue();
      assertThat(may(connection, c -> c.basicGet(own, true))).isTrue();
      assertThat(may(connection, c -> publish(c, LinkNames.EXCHANGE, "open." + account))).isTrue();
      assertThat(may(connection, c -> publish(c, LinkNames.EXCHANGE, "open." + other))).isFalse();
      assertThat(may(connection, c -> publish(c, LinkNames.EXCHANGE, "to.x." + other))).isFalse();
      assertThat(may(connection, c -> publish(c, "", own))).isFalse();
      assertThat(may(connection, c -> publish(c, "ingot.events", "a.b"))).isFalse();
      assertThat(may(connection, c -> publish(c, "amq.topic", "a.b"))).isFalse();
      String theirs = LinkNames.agentQueue(other, "0123456789abcdef");
      assertThat(may(connection, c -> c.queueDeclare(theirs, false, true, true, null))).isFalse();
      assertThat(may(connection, c -> c.queueBind(own, "ingot.events", "#"))).isFalse();
      assertThat(may(connection, c -> c.exchangeDelete("ingot.events"))).isFalse();
    }
  }

  private interface Attempt {
    void on(Channel channel) throws Exception;
  }

  private static void publish(Channel channel, String exchange, String key) throws Exception {
    channel.confirmSelect();
    channel.basicPublish(exchange, key, null, new byte[0]);
    channel.waitForConfirmsOrDie(10_000);
  }

  private static boolean may(Connection connection, Attempt attempt) throws Exception {
    Channel channel = connection.createChannel();
    try {
      attempt.on(channel);
      return true;
    } catch (IOException | ShutdownSignalException e) {
      assertThat(e.getCause() + " " + e.getMessage()).contains("403");
      return false;
    } finally {
      if (channel.isOpen()) {
        channel.close();
      }
    }
  }
}
