package dev.ingot.server.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.store.Store;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ImportRoutesIT {
  private static final String DELL = "{\"dmi\": {\"sys_vendor\": \"Dell Inc.\"}, \"cpu\": []}";
  private static TestServer server;
  private static Store store;
  private static int next;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 40);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static String fresh() {
    return TestNodes.id(next++);
  }

  /** A node whose agent has said DELL. */
  private static String observed() {
    String node = fresh();
    TestNodes.store(
        new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT),
        node,
        1,
        DELL);
    return node;
  }

  private static String path(String node) {
    return "/api/v1/nodes/" + node + "/inventory";
  }

  private static JsonNode document(String node) {
    Answer answer = server.get(path(node));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void aWholeDocumentReplacesWhatImportSaidAndNothingElse() {
    String node = observed();
    Answer first =
        server.put(path(node), "{\"asset\": {\"owner\": \"lab\"}, \"notes\": [\"a\"], \"x\": 1}");
    assertThat(first.status()).as("%s", first.body()).isEqualTo(200);
    assertThat(first.text("status")).isEqualTo("changed");
    assertThat(first.body().path("written").toString()).isEqualTo("[\"asset\",\"notes\",\"x\"]");
    Answer second = server.put(path(node), "{\"asset\": {\"owner\": \"fab\"}}");
    assertThat(second.body().path("removed").toString()).isEqualTo("[\"notes\",\"x\"]");
    assertThat(document(node))
        .isEqualTo(
            Json.read(
                "{\"mercury_id\": \"%s\", \"dmi\": {\"sys_vendor\": \"Dell Inc.\"}, \"cpu\": [], \"asset\": {\"owner\": \"fab\"}}"
                    .formatted(node)));
    Answer third =
        server.put(
            path(node),
            "{\"mercury_id\": \"%s\", \"asset\": {\"owner\": \"fab\"}}".formatted(node));
    assertThat(third.text("status")).isEqualTo("unchanged");
    assertThat(third.body().path("revision")).isEqualTo(second.body().path("revision"));
    assertThat(sources(node)).containsExactly("agent", "import", "import");
  }

  /** An agent that knows no modules of memory says that all else there is a reading. */
  @Test
  void whatAgentsCallAReadingIsNoneOfAListThatTheyNeverName() {
    new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT)
        .store(
            List.of(
                TestNodes.report(
                    fresh(),
                    1,
                    1,
                    new Section(
                        "memory",
                        Json.read("{\"Total\": 8, \"Free\": 1}"),
                        null,
                        new FieldClasses(
                            Map.of("*", FieldClass.READING, "Total", FieldClass.CONFIG))))));
    String node = fresh();
    String said = "{\"memory\": {\"Total\": 8, \"Free\": 1, \"dimms\": [{\"serial\": \"S1\"}]}}";
    server.put(path(node), said);
    assertThat(changes(node)).isEqualTo(1);
    server.put(path(node), said.replace("\"Free\": 1", "\"Free\": 2"));
    assertThat(changes(node)).as("a reading").isEqualTo(1);
    server.put(path(node), said.replace("{\"serial\": \"S1\"}", ""));
    assertThat(changes(node)).as("a module that is gone").isEqualTo(2);
    assertThat(
            server
                .get("/api/v1/nodes/" + node + "/history")
                .body()
                .path("items")
                .path(0)
                .path("change")
                .stringValue())
        .isEqualTo("lost");
  }

  @Test
  void aReadingIsNoneThoughNoAgentHasReportedYet() {
    String node = fresh();
    String said =
        """
        {"interfaces": [{"devname": "eth0", "permanent_address": "3c:fd:fe:00:00:01", "speed": 1000}],
         "mem": {"MemTotal": 8, "MemFree": 1}}\
        """;
    server.put(path(node), said);
    server.put(path(node), said.replace("1000", "10000").replace("Free\": 1", "Free\": 2"));
    assertThat(changes(node)).as("readings").isEqualTo(1);
    assertThat(document(node).path("interfaces").path(0).path("speed").intValue()).isEqualTo(10000);
    server.put(path(node), said.replace("eth0", "ens1").replace("Total\": 8", "Total\": 4"));
    assertThat(changes(node)).as("a name and the memory").isEqualTo(2);
  }

  private static int changes(String node) {
    return server.get("/api/v1/nodes/" + node + "/history").body().path("items").size();
  }

  @Test
  void oneSectionIsPutAndTakenAway() {
    String node = observed();
    assertThat(server.put(path(node) + "/asset", "{\"a\": 1}").status()).isEqualTo(200);
    assertThat(server.put(path(node) + "/label", "\"x\"").status()).isEqualTo(200);
    assertThat(document(node).path("asset").path("a").intValue()).isEqualTo(1);
    Answer removed = server.delete(path(node) + "/asset");
    assertThat(removed.body().path("removed").toString()).isEqualTo("[\"asset\"]");
    assertThat(document(node).has("asset")).isFalse();
    assertThat(document(node).path("label").stringValue()).isEqualTo("x");
    assertThat(server.delete(path(node) + "/asset").status()).isEqualTo(404);
    assertThat(server.delete(path(node)).body().path("removed").toString())
        .isEqualTo("[\"label\"]");
  }

  @Test
  void whatIsObservedIsNotEditedByHand() {
    String node = observed();
    String before = server.get(path(node)).response().body();
    refused(server.delete(path(node) + "/dmi"), 409, "dmi", "the source agent observed");
    refused(
        server.patch(path(node), "{\"asset\": 1, \"dmi\": {\"sys_vendor\": null}}"),
        409,
        "dmi.sys_vendor",
        "only what the source import says can be edited");
    refused(server.put(path(node) + "/dmi?source=agent", "{}"), 403, "source", "is observed");
    refused(server.put(path(node) + "?source=bmc", "{}"), 403, "source", "is observed");
    refused(server.put(path(node) + "?source=other", "{}"), 422, "source", "must be import");
    assertThat(server.get(path(node)).response().body()).isEqualTo(before);
  }

  @Test
  void aDisagreementIsShownUntilItIsSettled() {
    String node = observed();
    Answer written = server.put(path(node) + "/dmi", "{\"sys_vendor\": \"HPE\", \"rack\": \"r1\"}");
    assertThat(written.body().path("aside"))
        .isEqualTo(Json.read("[{\"section\": \"dmi\", \"served\": \"agent\", \"differs\": true}]"));
    assertThat(document(node).path("dmi")).isEqualTo(Json.read("{\"sys_vendor\": \"Dell Inc.\"}"));
    JsonNode expected =
        Json.read(
            """
            [{"path": "dmi.rack", "served": "agent", "values": {"import": "r1"}},
             {"path": "dmi.sys_vendor", "served": "agent",
              "values": {"agent": "Dell Inc.", "import": "HPE"}}]
            """);
    assertThat(server.get("/api/v1/nodes/" + node).body().path("disagreements"))
        .isEqualTo(expected);
    JsonNode view = server.get(path(node) + "?sources=true").body();
    assertThat(view.path("disagreements")).isEqualTo(expected);
    assertThat(view.path("served"))
        .isEqualTo(Json.read("{\"cpu\": \"agent\", \"dmi\": \"agent\"}"));
    assertThat(view.path("sources").path("import").path("dmi").path("sys_vendor").stringValue())
        .isEqualTo("HPE");
    server.patch(path(node), "{\"dmi\": {\"sys_vendor\": \"Dell Inc.\", \"rack\": null}}");
    assertThat(server.get("/api/v1/nodes/" + node).body().path("disagreements").isEmpty()).isTrue();
    assertThat(events(node, "disputed")).hasSize(1);
    assertThat(events(node, "settled")).hasSize(1);
  }

  @Test
  void aPatchMergesAsTheRfcSays() {
    String node = fresh();
    server.put(path(node), "{\"a\": {\"b\": \"c\", \"d\": {\"e\": 1}}, \"l\": [1, 2], \"t\": 1}");
    Answer patched =
        server.send(
            HttpRequest.newBuilder(server.uri(path(node)))
                .header("Authorization", "Bearer " + server.adminToken())
                .header("Content-Type", "application/merge-patch+json")
                .method(
                    "PATCH",
                    HttpRequest.BodyPublishers.ofString(
                        "{\"a\": {\"b\": null, \"d\": {\"f\": null, \"g\": 2}}, \"l\": [3], \"t\":"
                            + " null, \"u\": {\"n\": null, \"v\": {}}}"))
                .build());
    assertThat(patched.status()).as("%s", patched.body()).isEqualTo(200);
    assertThat(((ObjectNode) document(node)).without("mercury_id"))
        .isEqualTo(
            Json.read("{\"a\": {\"d\": {\"e\": 1, \"g\": 2}}, \"l\": [3], \"u\": {\"v\": {}}}"));
    assertThat(patched.body().path("removed").toString()).isEqualTo("[\"t\"]");
  }

  @Test
  void theEtagKeepsTwoWritersFromOverwritingEachOther() {
    String node = observed();
    String etag = server.get(path(node)).response().headers().firstValue("ETag").orElseThrow();
    assertThat(with("If-Match", etag, "PUT", node, "{\"asset\": 1}").status()).isEqualTo(200);
    Answer late = with("If-Match", etag, "PUT", node, "{\"asset\": 2}");
    refused(late, 412, "If-Match", "its ETag is now \"2\"");
    assertThat(document(node).path("asset").intValue()).isEqualTo(1);
    // What is not served is part of what the ETag stands for.
    assertThat(with("If-Match", "\"2\"", "PUT", node, "{\"dmi\": {}, \"asset\": 1}").status())
        .isEqualTo(200);
    refused(with("If-Match", "\"2\"", "PATCH", node, "{\"dmi\": null}"), 412, "If-Match", "\"3\"");
    refused(with("If-None-Match", "*", "PUT", node, "{}"), 412, "If-None-Match", "\"3\"");
    refused(with("If-Match", "*", "PUT", fresh(), "{}"), 412, "If-Match", "there is no document");
    assertThat(with("If-None-Match", "*", "PUT", fresh(), "{\"a\": 1}").status()).isEqualTo(200);
  }

  private static Answer with(String header, String value, String method, String node, String body) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path(node)))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/json")
            .header(header, value)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void aMachineThatHasNotComeIsMadeByItsWholeId() {
    String id = "02" + "ab".repeat(20);
    Answer made = server.put(path(id), "{\"dmi\": {\"sys_vendor\": \"HPE\"}}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.text("status")).isEqualTo("created");
    Answer shown = server.get("/api/v1/nodes/" + id);
    assertThat(shown.status()).as("%s", shown.body()).isEqualTo(200);
    JsonNode node = shown.body();
    assertThat(node.path("presence").path("state").asString()).as("%s", node).isEqualTo("lost");
    assertThat(node.path("presence").path("lastSeen").isNull()).isTrue();
    assertThat(node.path("presence").path("reason").asString())
        .isEqualTo("its agent has not come yet");
    assertThat(node.path("summary").path("vendor").stringValue()).isEqualTo("HPE");
    assertThat(server.put(path("02abcdef"), "{}").status()).isEqualTo(404);
    assertThat(server.patch(path("03" + "ab".repeat(20)), "{}").status()).isEqualTo(404);
  }

  @Test
  void whatCannotBeStoredIsRefusedWithItsPathAndNothingChanges() {
    String node = observed();
    String before = server.get(path(node)).response().body();
    Map.of(
            "{\"a\": {\"b\": [1, \"x\\u0000\"]}}", "a.b.1",
            "{\"a\": {\"b\": 1e999}}", "a.b",
            "{\"node\": {}}", "node",
            "{\"plugins\": {}}", "plugins",
            "{\"a.b\": {}}", "a.b",
            "{\"$a\": {}}", "$a",
            "{\"mercury_id\": \"01\", \"a\": 1}", "mercury_id")
        .forEach(
            (body, field) -> {
              refused(server.put(path(node), body), 422, field, "");
              refused(server.patch(path(node), body), 422, field, "");
            });
    refused(server.put(path(node), "[1]"), 422, "", "must be a JSON object");
    refused(server.patch(path(node), "{\"a\": 1"), 400, "", "not JSON");
    Answer type =
        server.send(
            HttpRequest.newBuilder(server.uri(path(node)))
                .header("Authorization", "Bearer " + server.adminToken())
                .header("Content-Type", "application/json-patch+json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("[]"))
                .build());
    assertThat(type.status()).isEqualTo(415);
    assertThat(type.response().headers().firstValue("Accept-Patch"))
        .contains("application/merge-patch+json");
    assertThat(server.get(path(node)).response().body()).isEqualTo(before);
  }

  @Test
  void everyWriteIsInTheAuditWithBeforeAndAfter() {
    String node = fresh();
    server.put(path(node) + "/asset", "{\"a\": 1}");
    server.patch(path(node), "{\"asset\": {\"a\": 2}}");
    JsonNode newest =
        server
            .get("/api/v1/audit?limit=100")
            .body()
            .path("items")
            .valueStream()
            .filter(entry -> entry.path("target").stringValue().equals("node:" + node))
            .findFirst()
            .orElseThrow();
    assertThat(newest.path("action").stringValue()).isEqualTo("inventory.import");
    assertThat(newest.path("before")).isEqualTo(Json.read("{\"asset\": {\"a\": 1}}"));
    assertThat(newest.path("after")).isEqualTo(Json.read("{\"asset\": {\"a\": 2}}"));
  }

  @Test
  void aReadingInAnImportMakesNoChange() {
    String seen = fresh();
    TestNodes.store(
        new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT),
        seen,
        1,
        "{\"mem\": {\"MemTotal\": 1, \"MemFree\": 1}}");
    String node = fresh();
    server.put(path(node), "{\"mem\": {\"MemTotal\": 1, \"MemFree\": 1}}");
    server.put(path(node), "{\"mem\": {\"MemTotal\": 1, \"MemFree\": 2}}");
    assertThat(document(node).path("mem").path("MemFree").intValue()).isEqualTo(2);
    assertThat(events(node, "changed")).hasSize(1);
  }

  private static void refused(Answer answer, int status, String field, String detail) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.text("field")).isEqualTo(field);
    assertThat(answer.text("detail")).contains(detail);
  }

  private static List<String> sources(String node) {
    return rows("SELECT source FROM inventory_history WHERE node = :node ORDER BY revision", node);
  }

  /** Of a running server, which moves them from one table to the other. */
  private static List<String> events(String node, String action) {
    return rows(
        """
        SELECT data::text FROM (
          SELECT node_id, action, data, node_sequence FROM event
          UNION ALL SELECT node_id, action, data, node_sequence FROM event_outbox) AS e
        WHERE node_id = :node AND action = '%s' ORDER BY node_sequence
        """
            .formatted(action),
        node);
  }

  private static List<String> rows(String select, String node) {
    return store
        .api()
        .withHandle(
            handle -> handle.createQuery(select).bind("node", node).mapTo(String.class).list());
  }
}
