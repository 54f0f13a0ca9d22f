package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.TestServer;
import dev.ingot.server.events.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which events are posted, where to, and what becomes of those that are not taken. */
final class WebhookChoiceIT extends WebhookScene {
  @Test
  void whatIsRefusedDiesAtOnceIsListedWithItsReasonAndCanBeReplayed() {
    add("");
    receiver.behaviour =
        (request, exchange) -> {
          if (request.number() % 2 == 0) {
            return 200;
          }
          byte[] text = "no \u0000such\nfield\u001b[2J".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(422, text.length);
          exchange.getResponseBody().write(text);
          return -1;
        };
    for (int i = 0; i < 6; i++) {
      append(node(), i);
    }
    await().until(() -> deliveries("dead").size() == 3);
    assertThat(receiver.requests).hasSize(6);
    JsonNode dead = deliveries("dead").get(0);
    assertThat(dead.path("reason").asString()).isEqualTo("answered 422: no such field [2J");
    assertThat(dead.path("status").asInt()).isEqualTo(422);
    assertThat(dead.path("event").path("data").path("number").asInt()).isEqualTo(1);
    assertThat(told("dead-lettered")).isEqualTo(1);
    receiver.behaviour = (request, exchange) -> 200;
    String id = dead.path("event").path("id").asString();
    assertThat(replay("{\"events\":[\"" + id + "\"]}").body().path("left").asInt()).isEqualTo(2);
    await().until(() -> receiver.numbers(node()).contains(1));
    assertThat(replay("{\"all\":true}").body().path("replayed").asInt()).isEqualTo(2);
    await().until(() -> receiver.numbers(node()).size() == 6);
    assertThat(deliveries("dead")).isEmpty();
    // What was delivered can be sent again too, and everything after an event.
    int before = receiver.taken.size();
    replay("{\"events\":[\"" + id + "\"]}");
    await().until(() -> receiver.taken.size() == before + 1);
    replay("{\"after\":\"" + id + "\"}");
    await().until(() -> receiver.taken.size() >= before + 5);
    JsonNode attempts = deliveries("attempts");
    assertThat(attempts.valueStream().map(each -> each.path("outcome").asString()))
        .contains("delivered", "dead");
  }

  @Test
  void onlyWhatIsWantedIsSent() {
    add(",\"events\":{\"types\":[\"node.lost\"],\"severity\":\"warning\",\"typeIds\":[\"*-x?\"]}");
    append("node", "online", Severity.WARNING, node() + "-x1", 1);
    append("node", "lost", Severity.INFORMATION, node() + "-x1", 2);
    append("node", "lost", Severity.WARNING, node() + "-y1", 3);
    append("node", "lost", Severity.CRITICAL, node() + "-x12", 4);
    append("node", "lost", Severity.CRITICAL, node() + "-x1", 5);
    await().until(() -> receiver.taken.size() == 1);
    assertThat(receiver.taken.getFirst().number()).isEqualTo(5);
    await().untilAsserted(() -> assertThat(show().path("behind").asLong()).isLessThan(3));
  }

  @Test
  void aNodeFilterIsAskedOfTheEventsNode() {
    String gpu = insertNode("{gpu}");
    String plain = insertNode("{}");
    add(",\"nodes\":{\"node.tags\":\"gpu\"}");
    append(plain, 1);
    append("never-known", 2);
    append("node", "deleted", Severity.INFORMATION, "long-gone", 3);
    append(gpu, 4);
    await().until(() -> receiver.numbers(gpu).equals(List.of(4)));
    assertThat(receiver.taken).hasSize(2);
    assertThat(receiver.numbers("long-gone")).containsExactly(3);
    TestServer.Answer bad = post(name + "-bad", receiver.url(), ",\"nodes\":{\"a\":{\"$foo\":1}}");
    assertThat(bad.status()).isEqualTo(422);
    assertThat(bad.text("field")).isEqualTo("nodes.a.$foo");
  }

  @Test
  void whatIsNoLongerKeptWhenItsTurnComesIsSaid() {
    add("");
    patch("{\"paused\":true}");
    append(node(), 0);
    await()
        .until(
            () ->
                jdbi.withHandle(
                        handle ->
                            handle
                                .createQuery("select count(*) from event where node_id = :node")
                                .bind("node", node())
                                .mapTo(Long.class)
                                .one())
                    == 1);
    assertThat(show().path("state").asString()).isEqualTo("paused");
    // As if two thousand more had come and retention had dropped the oldest of them.
    jdbi.useTransaction(
        handle -> {
          for (int i = 0; i < 2000; i += 500) {
            OUTBOX.appendAll(
                handle,
                IntStream.range(i, i + 500)
                    .mapToObj(n -> event("node", "lost", Severity.WARNING, "filler", n))
                    .toList());
          }
        });
    await().until(() -> count("select count(*) from event where node_id = 'filler'") == 2000);
    long first = count("select min(position) from event where node_id = 'filler'");
    jdbi.useHandle(handle -> handle.execute("delete from event where position < ?", first + 100));
    patch("{\"paused\":false}");
    await().atMost(Duration.ofMinutes(1)).until(() -> receiver.numbers("filler").size() == 1900);
    assertThat(show().path("lost").asLong()).isGreaterThanOrEqualTo(101);
    assertThat(told("lost")).isEqualTo(1);
  }

  @Test
  void aTestSaysWhatTheReceiverAnswered() {
    add("");
    TestServer.Answer fine = server.send("POST", path() + "/test", null, server.adminToken());
    assertThat(fine.body().path("delivered").asBoolean()).isTrue();
    assertThat(receiver.taken.getFirst().event().path("action").asString()).isEqualTo("test");
    receiver.behaviour = (request, exchange) -> 500;
    TestServer.Answer bad = server.send("POST", path() + "/test", null, server.adminToken());
    assertThat(bad.status()).isEqualTo(200);
    assertThat(bad.text("reason")).isEqualTo("answered 500");
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    for (List<String> each :
        List.of(
            List.of("name", "a b", receiver.url(), ""),
            List.of("url", name, "ftp://a/", ""),
            List.of("url", name, "http:///x", ""),
            List.of("url", name, "http://u:p@a/", ""),
            List.of("url", name, "http://a/#f", ""),
            List.of("url", name, "no url", ""),
            List.of("url", name, "http://169.254.169.254/latest", ""),
            List.of("url", name, "http://[fe80::1]/", ""),
            List.of("url", name, "http://0.0.0.0:1/", ""),
            List.of("secret", name, receiver.url(), ",\"secret\":\"short\""),
            List.of("batch", name, receiver.url(), ",\"batch\":101"),
            List.of("after", name, receiver.url(), ",\"after\":\"99999999\""),
            List.of("events.types.0", name, receiver.url(), ",\"events\":{\"types\":[\"nod\"]}"))) {
      TestServer.Answer answer = post(each.get(1), each.get(2), each.get(3));
      assertThat(answer.status()).as(each.toString()).isEqualTo(422);
      assertThat(answer.text("field")).as(each.toString()).isEqualTo(each.getFirst());
    }
    add("");
    assertThat(post(name, receiver.url(), "").status()).isEqualTo(409);
    assertThat(server.get("/api/v1/webhooks/nobody").status()).isEqualTo(404);
    assertThat(replay("{}").text("field")).isEqualTo("events");
    assertThat(replay("{\"events\":[\"999999\"]}").text("field")).isEqualTo("events.0");
  }
}
