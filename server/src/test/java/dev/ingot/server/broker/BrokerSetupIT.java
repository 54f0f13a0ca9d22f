package dev.ingot.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.server.TestServer;
import dev.ingot.server.ur.UrSettings;
import dev.ingot.server.vogeler.VogelerSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code ingot setup broker} by its REST call. */
class BrokerSetupIT {
  private static final AmqpSettings BY_HAND =
      new AmqpSettings(
          null,
          null,
          null,
          null,
          null,
          Duration.ofSeconds(10),
          true,
          false,
          true,
          true,
          AmqpSettings.Accounts.PLAIN,
          100,
          null);

  private static List<String> outcomes(TestServer server, boolean dryRun) {
    TestServer.Answer answer = server.post("/api/v1/broker/setup", "{\"dryRun\": " + dryRun + "}");
    assertThat(answer.status()).as(String.valueOf(answer.body())).isEqualTo(200);
    return answer
        .body()
        .path("items")
        .valueStream()
        .map(item -> item.path("name").asString() + " " + item.path("outcome").asString())
        .toList();
  }

  @Test
  void declaresWhatIsMissingSaysWhatItDidAndLeavesAloneWhatDiffers() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(settings -> settings.with(BY_HAND.with(broker.url())))) {
      assertThat(outcomes(server, true))
          .containsExactlyInAnyOrder("ingot.events to be declared", "ingot.agents to be declared");
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(broker.url().replaceFirst("/$", ""));
      try (Connection connection = factory.newConnection();
          Channel channel = connection.createChannel()) {
        channel.exchangeDeclare("ingot.events", "direct", true);
        assertThat(outcomes(server, false))
            .containsExactlyInAnyOrder("ingot.events differs", "ingot.agents declared");
        channel.exchangeDelete("ingot.events");
      }
      assertThat(outcomes(server, false))
          .containsExactlyInAnyOrder("ingot.events declared", "ingot.agents there");
      assertThat(outcomes(server, false))
          .containsExactlyInAnyOrder("ingot.events there", "ingot.agents there");
      JsonNode audit = server.get("/api/v1/audit").body();
      assertThat(audit.toString()).contains("broker.setup").doesNotContain("secret@");
    }
  }

  @Test
  void whatOldSystemsSpeakIsSetUpAndShownWithoutABrokerOfOurOwnToo() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
        TestServer server =
            TestServer.start(
                settings ->
                    settings
                        .with(VogelerSettings.DEFAULT.with(broker.url()))
                        .with(UrSettings.DEFAULT.with(broker.url())))) {
      assertThat(outcomes(server, false)).noneMatch(item -> item.endsWith("failed"));
      assertThat(outcomes(server, false))
          .containsExactlyInAnyOrder(
              "vogeler.broadcast.in there",
              "vogeler.master.in there",
              "ingot.vogeler.requests there",
              "vogeler.broadcast.in -> ingot.vogeler.requests by \"broadcasts.*\" bound",
              "vogeler.broadcast.in -> ingot.vogeler.requests by \"broadcast.*\" bound",
              "vogeler.broadcast.in -> ingot.vogeler.requests by \"#\" bound",
              "ingot.vogeler.results there",
              "vogeler.master.in -> ingot.vogeler.results by \"\" bound",
              "ingot.ur there",
              "amq.topic -> ingot.ur by \"ur.startup.#\" bound",
              "amq.topic -> ingot.ur by \"ur.sysinfo.#\" bound",
              "amq.topic -> ingot.ur by \"ur.execute-reply.#\" bound",
              "amq.topic -> ingot.ur by \"ur.ackingot.#\" bound");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  server
                      .get("/api/v1/broker")
                      .body()
                      .path("connections")
                      .valueStream()
                      .filter(each -> each.path("up").asBoolean())
                      .map(each -> each.path("purpose").asString())
                      .toList()
                      .equals(List.of("vogeler", "ur")));
    }
  }

  @Test
  void withoutABrokerItSaysWhatToSet() {
    try (TestServer server = TestServer.start()) {
      TestServer.Answer answer = server.post("/api/v1/broker/setup", "{}");
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.text("detail")).contains("amqp.url");
      assertThat(server.get("/api/v1/broker").body().path("configured").asBoolean()).isFalse();
    }
  }

  @Test
  void aBrokerThatIsAwayIsSaid() {
    EmbeddedBroker broker = EmbeddedBroker.start(0, "secret");
    String url = broker.url();
    broker.close();
    try (TestServer server =
        TestServer.start(settings -> settings.with(AmqpSettings.DEFAULT.with(url)))) {
      TestServer.Answer answer = server.post("/api/v1/broker/setup", "{}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text("detail")).contains("127.0.0.1").doesNotContain("secret");
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
    }
  }
}
