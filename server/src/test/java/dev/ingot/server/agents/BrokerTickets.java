package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.amqp.LinkNames;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Proof;
import dev.ingot.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.JsonNode;

/** Machines that come by a broker with a boot ticket, as they come by https. */
final class BrokerTickets {
  private static final Duration SOON = Duration.ofSeconds(40);

  private BrokerTickets() {}

  private static String mac(int number) {
    return "0c:c4:7a:00:00:%02x".formatted(number);
  }

  private static BrokerAgent agent(
      TestServer server, String url, int number, String address, String network) {
    IdentityFacts.Port port = new IdentityFacts.Port("eth0", mac(number), mac(number), false, true);
    IdentityFacts facts =
        new IdentityFacts(null, null, null, null, null, null, List.of(port), null);
    TestServer.Answer made =
        server.post(
            "/api/v1/boot-tickets",
            "{\"mac\": \"%s\", \"address\": \"%s\", \"network\": \"%s\"}"
                .formatted(mac(number), address, network));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    Proof.Voucher ticket = new Proof.Voucher(Proof.Kind.TICKET, made.text("secret"));
    return new BrokerAgent(url, number, facts, ticket, 1);
  }

  private static String standing(TestServer server, int number) {
    for (JsonNode node : server.get("/api/v1/nodes").body().path("items")) {
      if (node.path("hostname").asString("").equals("host-" + number)) {
        return node.path("standing").asString("");
      }
    }
    return "none";
  }

  private static void awaitStanding(TestServer server, int number, String standing) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(standing(server, number)).isEqualTo(standing));
  }

  private static void awaitRefused(BrokerAgent agent, String reason) {
    await().atMost(SOON).untilAsserted(() -> assertThat(agent.news.toString()).contains(reason));
  }

  private static String account(int number) {
    return LinkNames.account(Agents.key(number));
  }

  /** Whoever asks as RabbitMQ does is answered, and not believed. */
  private static String saidByAStranger(TestServer server, int number, String secret)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/broker/auth/vhost" + secret))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "username=" + account(number) + "&vhost=%2F&ip=10.9.9.9"))
            .build();
    return server.client().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String whence(TestServer server, int number) {
    var database = server.database();
    return Jdbi.create(database.url(), database.user(), database.password())
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT account_address FROM boot_ticket WHERE account = :account")
                    .bind("account", account(number))
                    .mapTo(String.class)
                    .one());
  }

  /** RabbitMQ says whence an account of a key comes. */
  static void areGoodFromTheirAddressOnly(TestServer server, String url) throws Exception {
    assertThat(server.put("/api/v1/boot-networks/open", "{\"policy\": \"auto\"}").status())
        .isLessThan(300);
    try (BrokerAgent known = agent(server, url, 21, "127.0.0.1", "lab");
        BrokerAgent open = agent(server, url, 22, "127.0.0.1", "open");
        BrokerAgent elsewhere = agent(server, url, 23, "10.9.9.9", "open")) {
      awaitStanding(server, 21, "pending");
      awaitStanding(server, 22, "admitted");
      awaitRefused(elsewhere, "ticket-address");
      assertThat(standing(server, 23)).isEqualTo("none");
      for (String secret : List.of("", "?secret=guess")) {
        assertThat(saidByAStranger(server, 23, secret)).isEqualTo("allow");
      }
      assertThat(whence(server, 23)).isEqualTo("127.0.0.1");
      String body = "{\"kind\": \"mac\", \"value\": \"" + mac(21) + "\"}";
      assertThat(server.post("/api/v1/known-machines", body).status()).isEqualTo(201);
      awaitStanding(server, 21, "admitted");
      assertThat(known.news).isNotEmpty();
      assertThat(open.news).isNotEmpty();
    }
  }

  /** That account stands for the address. */
  static void areGoodWithAnAccountThatSomebodyMade(TestServer server, String url) {
    try (BrokerAgent agent = agent(server, url, 24, "10.9.9.9", "lab")) {
      awaitStanding(server, 24, "pending");
      assertThat(agent.news).isNotEmpty();
    }
  }
}
