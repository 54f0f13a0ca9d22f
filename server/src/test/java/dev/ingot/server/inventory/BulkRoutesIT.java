package dev.ingot.server.inventory;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.store.Store;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class BulkRoutesIT {
  private static TestServer server;
  private static Store store;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 10);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static Answer bulk(String query, String body) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/api/v1/inventory/bulk" + query))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(StandardCharsets.UTF_8)))
            .build());
  }

  private static List<JsonNode> lines(Answer answer) {
    assertThat(answer.status()).as("%s", answer.response().body()).isEqualTo(200);
    return answer.response().body().lines().map(Json::read).toList();
  }

  private static String export(String query) {
    Answer answer = server.get("/api/v1/inventory/export" + query);
    assertThat(answer.status()).isEqualTo(200);
    return answer.response().body();
  }

  private static String id(int number) {
    return "01%040x".formatted(0xb000000 + number);
  }

  private static long count(String table) {
    return store
        .api()
        .withHandle(h -> h.createQuery("SELECT count(*) FROM " + table).mapTo(Long.class).one());
  }

  @Test
  void eachLineIsStoredOrRefusedForItself() {
    String body =
        """
        {"mercury_id": "%1$s", "asset": {"owner": "a"}}

        {"id": "HOST3", "asset": 3}
        not json
        {"asset": 1}
        {"mercury_id": "nobody", "asset": 1}
        {"mercury_id": "%1$s", "asset": {"owner": "b"}, "more": []}
        {"mercury_id": "%1$s", "asset": {"owner": "b"}, "more": []}
        {"mercury_id": "%2$s", "node": {}}
        {"mercury_id": "%2$s", "x": "\\u0000"}
        [1]\
        """
            .formatted(id(1), id(2));
    List<JsonNode> answer = lines(bulk("", body));
    assertThat(answer.stream().limit(10).map(line -> line.path("line").intValue()))
        .containsExactly(1, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    assertThat(answer.stream().limit(10).map(line -> line.path("status").stringValue()))
        .containsExactly(
            "created",
            "changed",
            "refused",
            "refused",
            "refused",
            "changed",
            "unchanged",
            "refused",
            "refused",
            "refused");
    assertThat(answer.get(3).path("problem").path("field").stringValue()).isEqualTo("mercury_id");
    assertThat(answer.get(4).path("problem").path("status").intValue()).isEqualTo(404);
    assertThat(answer.get(7).path("problem").path("field").stringValue()).isEqualTo("node");
    assertThat(answer.get(8).path("problem").path("field").stringValue()).isEqualTo("x");
    assertThat(answer.getLast().path("done"))
        .isEqualTo(
            Json.read(
                "{\"lines\": 10, \"created\": 1, \"changed\": 2, \"unchanged\": 1, \"refused\":"
                    + " 6}"));
    assertThat(server.get("/api/v1/nodes/" + TestNodes.id(3) + "/inventory").body().path("asset"))
        .isEqualTo(Json.read("3"));
    assertThat(server.get("/api/v1/nodes/" + id(2)).status()).isEqualTo(404);
  }

  @Test
  void allLinesAreStoredOrNone() {
    long nodes = count("node");
    long documents = count("inventory");
    StringBuilder body = new StringBuilder();
    for (int i = 100; i < 250; i++) {
      body.append("{\"mercury_id\": \"%s\", \"asset\": %d}\n".formatted(id(i), i));
    }
    for (String bad :
        List.of(
            "{\"mercury_id\": \"%s\", \"a.b\": 1}".formatted(id(99)),
            "{\"mercury_id\": \"nobody\", \"a\": 1}",
            "{")) {
      Answer refused = bulk("?mode=atomic", body + bad);
      assertThat(refused.status()).as("%s", refused.body()).isIn(400, 404, 422);
      assertThat(refused.text("detail")).startsWith("line 151: ");
      assertThat(count("node")).isEqualTo(nodes);
      assertThat(count("inventory")).isEqualTo(documents);
    }
    List<JsonNode> answer =
        lines(
            bulk(
                "?mode=atomic",
                body + "{\"mercury_id\": \"%s\", \"asset\": 0}".formatted(id(100))));
    assertThat(answer.getLast().path("done").path("created").intValue()).isEqualTo(150);
    assertThat(answer.getLast().path("done").path("changed").intValue()).isEqualTo(1);
    assertThat(server.get("/api/v1/nodes/" + id(100) + "/inventory").body().path("asset"))
        .isEqualTo(Json.read("0"));
    assertThat(count("inventory")).isEqualTo(documents + 150);
  }

  @Test
  void aLineThatCannotBeStoredBesideOthersIsNamed() {
    String sections =
        IntStream.range(0, 256).mapToObj(i -> "\"s%d\": 1".formatted(i)).collect(joining(", "));
    lines(bulk("", "{\"mercury_id\": \"%s\", %s}".formatted(id(302), sections)));
    StringBuilder body = new StringBuilder();
    for (int i = 304; i > 299; i--) {
      body.append("{\"mercury_id\": \"%s\", \"asset\": 1}\n".formatted(id(i)));
    }
    Answer answer = bulk("?mode=atomic&keep=true", body.toString());
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("detail").stringValue()).startsWith("line 3: ");
    assertThat(server.get("/api/v1/nodes/" + id(304)).status()).isEqualTo(404);
  }

  @Test
  void sectionsThatAreNotNamedGoOrStay() {
    bulk("", "{\"mercury_id\": \"%s\", \"a\": 1, \"b\": 1}".formatted(id(50)));
    bulk("?keep=true", "{\"mercury_id\": \"%s\", \"a\": 2}".formatted(id(50)));
    assertThat(export("?on=" + id(50)))
        .isEqualTo("{\"mercury_id\": \"%s\", \"a\": 2, \"b\": 1}\n".formatted(id(50)));
    bulk("", "{\"mercury_id\": \"%s\", \"a\": 2}".formatted(id(50)));
    assertThat(export("?on=" + id(50)))
        .isEqualTo("{\"mercury_id\": \"%s\", \"a\": 2}\n".formatted(id(50)));
  }

  @Test
  void whatIsExportedFromOneServerIsImportedIntoAnotherUnchanged() {
    Random random = new Random(1);
    StringBuilder body = new StringBuilder();
    for (int i = 1000; i < 2200; i++) {
      body.append("{\"mercury_id\": \"").append(id(i)).append("\", \"dmi\": ");
      body.append(value(random, 4)).append(", \"x\\\"y é\": ").append(value(random, 3));
      body.append("}\n");
    }
    List<JsonNode> answer = lines(bulk("", body.toString()));
    assertThat(answer.getLast().path("done").path("created").intValue()).isEqualTo(1200);
    assertThat(answer.getFirst().path("progress").path("lines").intValue()).isEqualTo(500);
    String exported =
        export("?filter=%7B%22x%5C%22y%20%C3%A9%22%3A%7B%22%24exists%22%3Atrue%7D%7D");
    assertThat(exported.lines()).hasSize(1200);
    try (TestServer other = TestServer.start()) {
      Answer into =
          other.send(
              HttpRequest.newBuilder(other.uri("/api/v1/inventory/bulk?mode=atomic"))
                  .header("Authorization", "Bearer " + other.adminToken())
                  .header("Content-Type", "application/x-ndjson")
                  .POST(HttpRequest.BodyPublishers.ofString(exported))
                  .build());
      assertThat(into.status()).isEqualTo(200);
      assertThat(other.get("/api/v1/inventory/export").response().body()).isEqualTo(exported);
    }
    // And once more into the same: nothing changes.
    assertThat(lines(bulk("", exported)).getLast().path("done").path("unchanged").intValue())
        .isEqualTo(1200);
  }

  private static String value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 9)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
      case 2 -> "null";
      case 3 -> "true";
      case 4 -> "\"" + "é\\u2028\\\"\\\\x/".repeat(random.nextInt(3)) + "\"";
      case 5 -> "123456789012345678901234567890";
      case 6, 7 -> {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
          object.append("\"k").append(i).append("\": ").append(value(random, depth - 1));
          object.append(i == 1 ? "" : ", ");
        }
        yield object + "}";
      }
      default -> "[" + value(random, depth - 1) + ", " + value(random, depth - 1) + "]";
    };
  }

  @Test
  void aLineThatIsTooLongIsRefusedAndTheNextIsRead() {
    String body =
        "{\"mercury_id\": \"%s\", \"a\": \"%s\"}\n{\"mercury_id\": \"%s\", \"a\": 1}\n"
            .formatted(id(60), "x".repeat(5 << 20), id(61));
    List<JsonNode> answer = lines(bulk("", body));
    assertThat(answer.getFirst().path("problem").path("status").intValue()).isEqualTo(413);
    assertThat(answer.get(1).path("status").stringValue()).isEqualTo("created");
  }

  @Test
  void whatIsNoBulkIsRefused() {
    assertThat(server.post("/api/v1/inventory/bulk", "{}").status()).isEqualTo(415);
    assertThat(bulk("?mode=some", "").text("field")).isEqualTo("mode");
    assertThat(lines(bulk("", "")).getLast().path("done").path("lines").intValue()).isZero();
    assertThat(lines(bulk("?mode=atomic", "")).getLast().path("done").isObject()).isTrue();
    assertThat(server.get("/api/v1/inventory/export?filter=%7B%22%24x%22%3A1%7D").status())
        .isEqualTo(422);
  }
}
