package dev.ingot.server.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What people wrote of a node goes to the one that it is merged into. */
class MergedImportsIT {
  private static final String FROM = TestNodes.id(1);
  private static final String INTO = TestNodes.id(2);
  private static final String EMPTY = TestNodes.id(3);
  private static TestServer server;
  private static Store store;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 5);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static void put(String node, String document) {
    Answer answer = server.put("/api/v1/nodes/" + node + "/inventory", document);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  private static JsonNode get(String path) {
    Answer answer = server.get("/api/v1/nodes/" + path);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static void merge(String from, String into) {
    Answer answer =
        server.post(
            "/api/v1/nodes/merge", "{\"from\": \"" + from + "\", \"into\": \"" + into + "\"}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  @Test
  void importsGoWithTheMergedNodeByTheSamePrecedence() {
    DocumentStore agents =
        new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    TestNodes.store(agents, FROM, 1, "{\"dmi\": {\"product_serial\": \"OLD\"}}");
    TestNodes.store(agents, INTO, 1, "{\"dmi\": {\"product_serial\": \"SEEN\"}}");
    put(
        FROM,
        "{\"asset\": {\"owner\": \"lab\"}, \"notes\": [\"of from\"],"
            + " \"dmi\": {\"product_serial\": \"WRITTEN\"}}");
    put(INTO, "{\"notes\": [\"of into\"]}");

    merge(FROM, INTO);
    // Served where nobody else says it; aside, and shown to disagree, where an agent does; its own
    // import of a section stays.
    assertThat(get(INTO + "/inventory"))
        .isEqualTo(
            Json.read(
                "{\"mercury_id\": \"%s\", \"asset\": {\"owner\": \"lab\"}, \"notes\": [\"of into\"], \"dmi\": {\"product_serial\": \"SEEN\"}}"
                    .formatted(INTO)));
    JsonNode sources = get(INTO + "/inventory?sources=true");
    assertThat(sources.path("sources").path("import"))
        .isEqualTo(
            Json.read(
                "{\"asset\": {\"owner\": \"lab\"}, \"notes\": [\"of into\"], \"dmi\":"
                    + " {\"product_serial\": \"WRITTEN\"}}"));
    assertThat(sources.path("disagreements").toString())
        .contains("dmi.product_serial", "SEEN", "WRITTEN");
    // It is a change of the other node like any other, and the merged one's history has the rest.
    JsonNode history = get(INTO + "/history").path("items");
    assertThat(history.path(0).path("source").stringValue()).isEqualTo("import");
    assertThat(history.toString()).contains("asset", "merged into node " + INTO);
    String then = history.path(0).path("time").stringValue();
    assertThat(get(INTO + "/inventory?as-of=" + then).has("asset")).isTrue();
    assertThat(server.get("/api/v1/nodes/" + FROM + "/inventory").body().path("mercury_id"))
        .isEqualTo(get(INTO + "/inventory").path("mercury_id"));

    // A node that had no document yet has one now.
    merge(INTO, EMPTY);
    assertThat(get(EMPTY + "/inventory").path("notes").path(0).stringValue()).isEqualTo("of into");
    // The agent of the merged node no longer speaks for what it said of dmi: the import is served.
    assertThat(get(EMPTY + "/inventory").path("dmi").path("product_serial").stringValue())
        .isEqualTo("WRITTEN");
  }
}
