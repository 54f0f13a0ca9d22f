package dev.ingot.server.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.store.Store;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InventoryRoutesIT {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, 12);
      DocumentStore documents =
          new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
      for (int i = 1; i < 12; i++) {
        TestNodes.store(
            documents,
            TestNodes.id(i),
            1,
            """
            {"dmi": {"sys_vendor": "Dell Inc.", "product_name": "R%d"},
             "cpu": [{"model_name": "Xeon", "cores": 4}, {"model_name": "Xeon", "cores": 4}],
             "os_storage": [{"size": 100}, {"size": 200}], "mem": {"MemTotal": 64}}
            """
                .formatted(i));
      }
      documents.store(
          List.of(TestNodes.report(TestNodes.id(1), 1, 2, TestNodes.failed("cpu", "no lscpu"))));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theListShowsEachNodeWithItsSummaryPageByPage() {
    Answer first = server.get("/api/v1/nodes?limit=5");
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.body().path("items").size()).isEqualTo(5);
    JsonNode node = first.body().path("items").path(1);
    assertThat(node.path("hostname").stringValue()).isEqualTo("host1");
    assertThat(node.path("summary"))
        .isEqualTo(
            Json.read(
                """
                {"vendor": "Dell Inc.", "model": "R1", "serial": null, "cpuModel": "Xeon",
                 "cpuCores": 8, "memoryBytes": 64, "diskBytes": 300}
                """));
    assertThat(first.body().path("items").path(0).path("summary").path("vendor").isNull()).isTrue();
    Answer second =
        server.get("/api/v1/nodes?limit=100&cursor=" + first.body().path("next").stringValue());
    assertThat(second.body().path("items").size()).isEqualTo(7);
    assertThat(second.body().path("next").isNull()).isTrue();
  }

  @Test
  void theListTakesAFilterAndATarget() {
    assertThat(hosts("filter={\"dmi.product_name\":\"R7\"}")).containsExactly("host7");
    assertThat(hosts("on={\"dmi.product_name\":{\"$in\":[\"R7\",\"R8\"]}}"))
        .containsExactly("host7", "host8");
    assertThat(hosts("on=tag:t1&filter={\"node.location.rack\":\"r1\"}"))
        .containsExactly("host1", "host7");
    assertThat(hosts("on=all")).hasSize(12);
    assertThat(hosts("on=host1*")).containsExactly("host1", "host10", "host11");
  }

  private static List<String> hosts(String query) {
    StringBuilder encoded = new StringBuilder();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      encoded
          .append(encoded.isEmpty() ? "?" : "&")
          .append(parameter, 0, equals + 1)
          .append(URLEncoder.encode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
    }
    Answer answer = server.get("/api/v1/nodes" + encoded);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer
        .body()
        .path("items")
        .valueStream()
        .map(node -> node.path("hostname").stringValue())
        .toList();
  }

  @Test
  void aNodeShowsItsIdentityAndWhatFailed() {
    Answer answer = server.get("/api/v1/nodes/" + TestNodes.id(1));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.response().headers().firstValue("ETag")).contains("\"1\"");
    assertThat(answer.body().path("identity").path("rule").stringValue()).isEqualTo("01");
    Map<String, String> failures = new java.util.TreeMap<>();
    for (JsonNode section : answer.body().path("sections")) {
      failures.put(section.path("name").stringValue(), section.path("failure").asString("none"));
      assertThat(section.path("collected").isString()).isTrue();
    }
    assertThat(failures)
        .isEqualTo(Map.of("cpu", "no lscpu", "dmi", "none", "mem", "none", "os_storage", "none"));
  }

  @Test
  void aDocumentIsShownAndKnownByItsEtag() {
    String path = "/api/v1/nodes/" + TestNodes.id(2) + "/inventory";
    Answer answer = server.get(path);
    assertThat(answer.body().path("mercury_id").stringValue()).isEqualTo(TestNodes.id(2));
    assertThat(answer.body().path("dmi").path("product_name").stringValue()).isEqualTo("R2");
    assertThat(answer.response().headers().firstValue("ETag")).contains("\"1\"");
    assertThat(server.get("/api/v1/nodes/" + TestNodes.id(0) + "/inventory").status())
        .isEqualTo(404);
    assertThat(server.get("/api/v1/nodes/ffffff").status()).isEqualTo(404);
    assertThat(server.get("/api/v1/nodes/01000").status()).isEqualTo(409);
  }

  @Test
  void wholeDocumentsComeWithTheirLengthOrCompressedForWhoTakesThat() throws Exception {
    HttpRequest.Builder asked =
        HttpRequest.newBuilder(server.uri("/api/v1/inventory/query"))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"limit\": 12}"));
    HttpResponse<byte[]> plain =
        server.client().send(asked.build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(plain.headers().firstValueAsLong("Content-Length")).hasValue(plain.body().length);
    assertThat(plain.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode read = Json.read(plain.body());
    assertThat(read.path("items").size()).isEqualTo(12);
    assertThat(read.path("next").isNull()).isTrue();
    HttpResponse<byte[]> compressed =
        server
            .client()
            .send(
                asked.header("Accept-Encoding", "gzip").build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
  }

  @Test
  void aQuestionIsAnswered() {
    Answer answer =
        server.post(
            "/api/v1/inventory/query",
            """
            {"filter": {"cpu.0.model_name": {"$regex": "."}}, "projection": {"dmi.product_name": 1},
             "sort": {"dmi.product_name": -1}, "limit": 2, "count": true}
            """);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.body().path("count").intValue()).isEqualTo(11);
    assertThat(answer.body().path("items").toString())
        .isEqualTo(
            "[{\"mercury_id\":\"%s\",\"dmi\":{\"product_name\":\"R9\"}},{\"mercury_id\":\"%s\",\"dmi\":{\"product_name\":\"R8\"}}]"
                .formatted(TestNodes.id(9), TestNodes.id(8)));
  }

  @Test
  void whatCannotBeAskedIsOneProblemThatNamesTheField() {
    Map<String, String> asked =
        Map.of(
            "{\"filter\": {\"a.b\": {\"$regx\": \"x\"}}}", "filter.a.b.$regx",
            "{\"filter\": {\"$where\": \"1\"}}", "filter.$where",
            "{\"filter\": {\"a\": {\"$in\": 1}}}", "filter.a.$in",
            "{\"filter\": {\"a..b\": 1}}", "filter.a..b",
            "{\"filter\": {\"a\": {\"$regex\": \"(a\"}}}", "filter.a.$regex",
            "{\"filter\": {\"a\": {\"$regex\": \"((a{1,200}){1,200}){1,200}\"}}}",
                "filter.a.$regex",
            "{\"sort\": {\"a\": 2}}", "sort.a",
            "{\"projection\": {\"a\": 1, \"b\": 0}}", "projection.b",
            "{\"limit\": 100000}", "limit");
    asked.forEach(
        (body, field) -> {
          Answer answer = server.post("/api/v1/inventory/query", body);
          assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(422);
          assertThat(answer.text("field")).as(body).isEqualTo(field);
        });
    assertThat(
            server
                .post("/api/v1/inventory/query", "{\"filter\": {\"a\": {\"$regx\": \"x\"}}}")
                .text("detail"))
        .isEqualTo("unknown operator $regx; the nearest known is $regex");
    Answer cursor = server.post("/api/v1/inventory/query", "{\"cursor\": \"zzz\"}");
    assertThat(cursor.status()).isEqualTo(400);
    assertThat(cursor.text("field")).isEqualTo("cursor");
    for (String number : List.of("1e400", "9".repeat(390), "1.5", "0")) {
      assertThat(
              server
                  .post("/api/v1/inventory/query", "{\"sort\": {\"a\": " + number + "}}")
                  .text("field"))
          .isEqualTo("sort.a");
      assertThat(
              server
                  .post("/api/v1/inventory/query", "{\"projection\": {\"a\": " + number + "}}")
                  .status())
          .isEqualTo(200);
    }
    assertThat(server.post("/api/v1/inventory/query", "{\"fliter\": {}}").text("field"))
        .isEqualTo("fliter");
  }
}
