package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.events.Severity;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How events are posted. */
final class WebhooksIT extends WebhookScene {
  @Test
  void anEventArrivesWholeAndItsSignatureFits() throws Exception {
    String secret = add("").text("secret");
    assertThat(secret).startsWith("ingot_webhook_").hasSizeGreaterThan(40);
    append(node(), 7);
    await().until(() -> receiver.taken.size() == 1);
    Receiver.Request request = receiver.taken.getFirst();
    JsonNode event = request.event();
    assertThat(event.path("type").asString()).isEqualTo("node");
    assertThat(event.path("action").asString()).isEqualTo("lost");
    assertThat(event.path("nodeId").asString()).isEqualTo(node());
    assertThat(request.header("Ingot-Event-Id")).isEqualTo(event.path("id").asString());
    assertThat(request.header("Ingot-Attempt")).isEqualTo("1");
    assertThat(request.header("Ingot-Webhook")).isEqualTo(name);
    assertThat(request.header("Content-type")).isEqualTo("application/json");
    String timestamp = request.header("Ingot-Timestamp");
    assertThat(Long.parseLong(timestamp))
        .isCloseTo(Instant.now().getEpochSecond(), org.assertj.core.data.Offset.offset(60L));
    assertThat(request.header("Ingot-Signature"))
        .isEqualTo("v1=" + new SigningSecret(secret).sign(timestamp, request.body()));
    assertThat(
            server.get("/api/v1/webhooks").response().body()
                + server.get("/api/v1/webhooks/" + name).response().body()
                + server.get("/api/v1/audit").response().body())
        .contains(name)
        .doesNotContain(secret);
    await().untilAsserted(() -> assertThat(show().path("delivered").asLong()).isEqualTo(1));
    assertThat(metric("ingot_webhook_delivered_total")).isPositive();
  }

  @Test
  void whateverFailsAndWheneverTheServerRestartsNothingIsLostAndEachNodeIsInOrder()
      throws Exception {
    add("");
    Random random = new Random(7);
    receiver.behaviour =
        (request, exchange) -> {
          int chance;
          synchronized (random) {
            chance = random.nextInt(10);
          }
          return chance < 2 ? 500 : chance == 2 ? 503 : 200;
        };
    int each = 60;
    List<String> nodes = List.of(node() + "a", node() + "b", node() + "c", node() + "d");
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  for (int i = 0; i < each; i++) {
                    for (String node : nodes) {
                      append(node, i);
                    }
                  }
                });
    await().until(() -> receiver.taken.size() > 20);
    server.restart();
    await().until(() -> receiver.taken.size() > 100);
    server.restart();
    writer.join();
    List<Integer> all = IntStream.range(0, each).boxed().toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(nodes)
                    .allSatisfy(node -> assertThat(receiver.numbers(node)).isEqualTo(all)));
  }

  @Test
  void afterARestoreItGoesOnWhereTheBackupWas() throws Exception {
    add("");
    append(node(), 1);
    await().until(() -> receiver.numbers(node()).equals(List.of(1)));
    await().until(() -> show().path("delivered").asLong() == 1);
    HttpRequest backup =
        HttpRequest.newBuilder(server.uri("/api/v1/backup"))
            .header("Authorization", "Bearer " + server.adminToken())
            .build();
    byte[] kept = server.client().send(backup, BodyHandlers.ofByteArray()).body();
    append(node(), 2);
    await().until(() -> receiver.numbers(node()).equals(List.of(1, 2)));
    HttpRequest restore =
        HttpRequest.newBuilder(server.uri("/api/v1/restore"))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(kept))
            .build();
    assertThat(server.send(restore).status()).isEqualTo(200);
    append(node(), 3);
    await().until(() -> receiver.numbers(node()).equals(List.of(1, 2, 3)));
    assertThat(show().path("lost").asLong()).isZero();
  }

  @Test
  void aNodeWhoseEventsFailHoldsUpNoOtherNodeAndItsOwnGoInOrderLater() {
    add("");
    String bad = node() + "bad";
    Set<String> healed = ConcurrentHashMap.newKeySet();
    receiver.behaviour =
        (request, exchange) -> request.node().equals(bad) && healed.isEmpty() ? 500 : 200;
    for (int i = 0; i < 5; i++) {
      append(bad, i);
    }
    await().until(() -> show().path("waiting").asLong() == 5);
    for (int i = 0; i < 30; i++) {
      append(node() + i, i);
      append(bad, 5 + i);
    }
    await().until(() -> receiver.taken.size() == 30);
    assertThat(receiver.numbers(bad)).isEmpty();
    JsonNode waiting = deliveries("waiting");
    assertThat(waiting.get(0).path("reason").asString()).isEqualTo("answered 500");
    assertThat(waiting.get(0).path("attempts").asInt()).isPositive();
    assertThat(waiting.get(1).path("attempts").asInt()).isZero();
    healed.add("yes");
    await()
        .untilAsserted(
            () ->
                assertThat(receiver.numbers(bad))
                    .isEqualTo(IntStream.range(0, 35).boxed().toList()));
    await().until(() -> show().path("waiting").asLong() == 0);
  }

  @Test
  void aReceiverThatHangsHoldsUpNoOther() throws Exception {
    add("");
    CountDownLatch end = new CountDownLatch(1);
    receiver.behaviour =
        (request, exchange) -> {
          end.await();
          return 200;
        };
    try (Receiver other = new Receiver()) {
      String second = name + "-second";
      add(second, other.url(), "");
      for (int i = 0; i < 20; i++) {
        append(node() + i, i);
      }
      await().until(() -> other.taken.size() == 20);
      await().until(() -> show().path("lastError").asString("").startsWith("no answer within"));
      await().until(() -> show().path("state").asString().equals("down"));
      server.delete("/api/v1/webhooks/" + second);
    } finally {
      end.countDown();
    }
    await().until(() -> receiver.taken.size() >= 20);
    await().until(() -> show().path("state").asString().equals("active"));
  }

  @Test
  void redirectsAreNotFollowed() {
    add("");
    try (Receiver elsewhere = new Receiver()) {
      receiver.behaviour =
          (request, exchange) -> {
            exchange.getResponseHeaders().add("Location", elsewhere.url());
            return 307;
          };
      append(node(), 1);
      await().until(() -> deliveries("dead").size() == 1);
      assertThat(deliveries("dead").get(0).path("reason").asString())
          .isEqualTo("answered 307; redirects are not followed");
      assertThat(elsewhere.requests).isEmpty();
    }
  }

  @Test
  void anAnswerWithoutEndOrThatTricklesEndsAtItsStatus() {
    add("");
    receiver.behaviour =
        (request, exchange) -> {
          exchange.sendResponseHeaders(request.number() < 2 ? 200 : 400, 0);
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < 1_000_000; i++) {
            out.write(request.number() % 2 == 0 ? new byte[1000] : new byte[1]);
            out.flush();
            if (request.number() % 2 == 1) {
              Thread.sleep(20);
            }
          }
          return -1;
        };
    for (int i = 0; i < 4; i++) {
      append(node() + i, i);
    }
    await().until(() -> deliveries("dead").size() == 2);
    await().until(() -> show().path("delivered").asLong() == 2);
  }

  @Test
  void garbageAndSilenceAreTriedAgainUntilTheyAreGivenUp() throws Exception {
    try (ServerSocket garbage = new ServerSocket(0)) {
      AtomicInteger calls = new AtomicInteger();
      Thread.ofVirtual()
          .start(
              () -> {
                while (!garbage.isClosed()) {
                  try (Socket socket = garbage.accept()) {
                    calls.incrementAndGet();
                    socket.getOutputStream().write("EHLO\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                  } catch (java.io.IOException e) {
                    assertThat(garbage.isClosed()).isTrue();
                  }
                }
              });
      add(name, "http://127.0.0.1:" + garbage.getLocalPort() + "/", "");
      append(node(), 1);
      await().until(() -> calls.get() > 3);
      assertThat(deliveries("waiting").get(0).path("reason").asString())
          .startsWith("the connection broke");
    }
    await().until(() -> deliveries("waiting").get(0).path("reason").asString().contains("nobody"));
  }

  @Test
  void retryAfterIsHonoured() {
    add("");
    AtomicInteger calls = new AtomicInteger();
    long[] times = new long[2];
    receiver.behaviour =
        (request, exchange) -> {
          times[Math.min(1, calls.get())] = System.nanoTime();
          exchange.getResponseHeaders().add("Retry-After", "1");
          return calls.incrementAndGet() == 1 ? 429 : 200;
        };
    append(node(), 1);
    await().until(() -> receiver.taken.size() == 1);
    // longest-pause, 300 ms, is the most that a receiver can ask for; without it would be 20 ms.
    assertThat(Duration.ofNanos(times[1] - times[0])).isGreaterThan(Duration.ofMillis(290));
    assertThat(receiver.taken.getFirst().header("Ingot-Attempt")).isEqualTo("2");
  }

  @Test
  void aBatchCarriesManyAndOneThatFailsIsTakenApart() {
    add(",\"batch\":10");
    receiver.behaviour =
        (request, exchange) -> {
          boolean poisoned = request.event().valueStream().anyMatch(e -> number(e) == 13);
          return poisoned ? 400 : 200;
        };
    jdbi.useTransaction(
        handle ->
            OUTBOX.appendAll(
                handle,
                IntStream.range(0, 40)
                    .mapToObj(n -> event("node", "lost", Severity.WARNING, node() + n % 4, n))
                    .toList()));
    await().until(() -> deliveries("dead").size() == 1);
    await()
        .until(
            () ->
                receiver.taken.stream()
                        .flatMap(request -> request.event().valueStream())
                        .map(WebhookScene::number)
                        .distinct()
                        .count()
                    == 39);
    assertThat(receiver.requests.getFirst().event().size()).isEqualTo(10);
    assertThat(receiver.requests.getFirst().header("Ingot-Event-Id").split(",")).hasSize(10);
    assertThat(number(deliveries("dead").get(0).path("event"))).isEqualTo(13);
  }
}
