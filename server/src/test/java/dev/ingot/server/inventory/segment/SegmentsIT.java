package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class SegmentsIT {
  private static final List<String> READ =
      List.of("dmi.sys_vendor", "cpu", "interfaces.driver", "mem.MemTotal");

  private static TestServer server;
  private static Segments segments;
  private static String lab;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    segments = new Segments(server);
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, 9);
      DocumentStore documents =
          new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
      for (int i = 1; i < 9; i++) {
        TestNodes.store(
            documents,
            TestNodes.id(i),
            1,
            """
            {"dmi": {"sys_vendor": "Dell Inc.", "product_name": "R%1$d", "product_serial": "S%1$d"},
             "cpu": [{"model_name": "Xeon", "cores": 4}],
             "interfaces": [{"address": "02:00:00:00:00:0%1$d", "driver": "ixgbe"}],
             "secret": {"x": %1$d}, "mem": {"MemTotal": 64, "slots": [%1$d]}}
            """
                .formatted(i));
      }
    }
    segments.role("lab", "reader", "{\"node.tags\": \"t1\"}", READ, List.of());
    lab = segments.token("lab");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer ask(String body) {
    return segments.query(lab, body);
  }

  @Test
  void aNodeOutsideOfTheSegmentIsNowhere() {
    String seen = TestNodes.id(1);
    String hidden = TestNodes.id(2);
    assertThat(hosts(segments.get(lab, "/api/v1/nodes")))
        .containsExactly("host1", "host4", "host7");
    assertThat(hosts(segments.get(lab, "/api/v1/nodes?on=all"))).hasSize(3);
    assertThat(hosts(segments.get(lab, "/api/v1/nodes?on=tag:t2"))).isEmpty();
    assertThat(hosts(segments.get(lab, "/api/v1/nodes?on=host*"))).hasSize(3);
    assertThat(segments.get(lab, "/api/v1/nodes?on=host2").status()).isEqualTo(404);
    assertThat(ask("{\"count\": true, \"limit\": 0}").body().path("count").intValue()).isEqualTo(3);
    assertThat(ask("{}").body().path("items").size()).isEqualTo(3);
    assertThat(segments.get(lab, "/api/v1/nodes/" + seen).status()).isEqualTo(200);
    Answer unknown = segments.get(lab, "/api/v1/nodes/01ffff");
    for (String path : List.of("", "/inventory")) {
      Answer answer = segments.get(lab, "/api/v1/nodes/" + hidden + path);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.text("detail")).isEqualTo(unknown.text("detail").replace("01ffff", hidden));
    }
    for (String key : List.of("host2", hidden)) {
      assertThat(segments.get(lab, "/api/v1/lookup?key=" + key).status()).isEqualTo(404);
    }
    assertThat(segments.get(lab, "/api/v1/lookup?key=host1").status()).isEqualTo(200);
  }

  @Test
  void aBeginningOfAnIdMeansTheVisibleNodeAndNamesNoOther() {
    Answer several = segments.get(lab, "/api/v1/nodes/0100");
    assertThat(several.status()).isEqualTo(409);
    assertThat(several.text("detail"))
        .contains(TestNodes.id(1), TestNodes.id(4), TestNodes.id(7))
        .doesNotContain(TestNodes.id(2));
    segments.role("one", "reader", "{\"node.hostname\": \"host4\"}", READ, List.of());
    Answer one = segments.get(segments.token("one"), "/api/v1/nodes/0100");
    assertThat(one.text("hostname")).isEqualTo("host4");
  }

  @Test
  void aDocumentShowsWhatIsGranted() {
    JsonNode expected =
        Json.read(
            """
            {"mercury_id": "%s", "dmi": {"sys_vendor": "Dell Inc."},
             "cpu": [{"model_name": "Xeon", "cores": 4}],
             "interfaces": [{"driver": "ixgbe"}], "mem": {"MemTotal": 64}}
            """
                .formatted(TestNodes.id(1)));
    assertThat(segments.get(lab, "/api/v1/nodes/" + TestNodes.id(1) + "/inventory").body())
        .isEqualTo(expected);
    assertThat(ask("{\"limit\": 1}").body().path("items").path(0)).isEqualTo(expected);
    assertThat(ask("{\"limit\": 1, \"projection\": {\"dmi\": 1}}").body().path("items").path(0))
        .isEqualTo(
            Json.read(
                "{\"mercury_id\": \"%s\", \"dmi\": {\"sys_vendor\": \"Dell Inc.\"}}"
                    .formatted(TestNodes.id(1))));
    JsonNode node = segments.get(lab, "/api/v1/nodes/" + TestNodes.id(1)).body();
    assertThat(node.path("summary").path("vendor").asString()).isEqualTo("Dell Inc.");
    assertThat(node.path("summary").path("model").isNull()).isTrue();
    assertThat(node.path("summary").path("serial").isNull()).isTrue();
    assertThat(node.path("summary").path("memoryBytes").asInt()).isEqualTo(64);
    assertThat(node.has("inventory")).isFalse();
    assertThat(node.path("sections").findValuesAsString("name")).containsExactly("cpu");
  }

  @Test
  void aQuestionByAHiddenPathIsForbiddenAndNamesIt() {
    Map<String, String> hidden =
        Map.of(
            "{\"filter\": {\"dmi.product_serial\": \"S1\"}}", "dmi.product_serial",
            "{\"filter\": {\"$or\": [{\"cpu.cores\": 4}, {\"dmi\": {\"$exists\": true}}]}}", "dmi",
            "{\"filter\": {\"$nor\": [{\"interfaces.0.address\": {\"$regex\": \"^02\"}}]}}",
                "interfaces.0.address",
            "{\"filter\": {\"mem.slots\": {\"$not\": {\"$gt\": 3}}}}", "mem.slots",
            "{\"filter\": {\"interfaces\": {\"$exists\": true}}}", "interfaces",
            "{\"sort\": {\"mem\": 1}}", "mem",
            "{\"sort\": {\"cpu.cores\": 1, \"secret.x\": -1}}", "secret.x",
            "{\"projection\": {\"secret\": 1}}", "secret",
            "{\"projection\": {\"dmi.product_serial\": 0}}", "dmi.product_serial");
    hidden.forEach(
        (body, path) -> {
          Answer answer = ask(body);
          assertThat(answer.status()).as(body).isEqualTo(403);
          assertThat(answer.text("detail")).contains("the path " + path + " may not be read");
          assertThat(answer.text("field")).endsWith("." + path);
        });
    Answer list =
        segments.get(
            lab, "/api/v1/nodes?filter=" + Segments.encoded("{\"dmi.product_serial\":\"S1\"}"));
    assertThat(list.status()).isEqualTo(403);
    Answer on =
        segments.get(
            lab, "/api/v1/nodes?on=" + Segments.encoded("{\"dmi.product_serial\":\"S1\"}"));
    assertThat(on.status()).isEqualTo(403);
    assertThat(
            ask("{\"filter\": {\"node.hostname\": \"host1\", \"interfaces.0.driver\": \"ixgbe\"}}")
                .body()
                .path("items")
                .size())
        .isEqualTo(1);
  }

  @Test
  void nobodyFindsANodeByWhatItMayNotRead() {
    assertThat(segments.get(lab, "/api/v1/lookup?key=02:00:00:00:00:01").status()).isEqualTo(404);
    segments.role("macs", "reader", null, List.of("interfaces"), List.of());
    Answer found = segments.get(segments.token("macs"), "/api/v1/lookup?key=02:00:00:00:00:01");
    assertThat(found.status()).isEqualTo(200);
  }

  @Test
  void theFilterOfTheRoleMayAskWhatItsPrincipalsMayNot() {
    segments.role(
        "odd",
        "reader",
        "{\"secret.x\": {\"$mod\": [2, 1]}}".replace("{\"$mod\": [2, 1]}", "{\"$in\": [1, 3]}"),
        List.of("cpu"),
        List.of());
    String odd = segments.token("odd");
    assertThat(hosts(segments.get(odd, "/api/v1/nodes"))).containsExactly("host1", "host3");
    assertThat(segments.query(odd, "{\"filter\": {\"secret.x\": 1}}").status()).isEqualTo(403);
  }

  @Test
  void aCursorOfSomebodyElseIsRefused() {
    segments.role("all-nodes", "reader", null, READ, List.of());
    String one = segments.token("all-nodes");
    String other = segments.token("all-nodes");
    String body = "{\"sort\": {\"cpu.cores\": 1}, \"limit\": 2%s}";
    String next = segments.query(one, body.formatted("")).text("next");
    String again = body.formatted(", \"cursor\": \"" + next + "\"");
    assertThat(segments.query(one, again).status()).isEqualTo(200);
    for (String stranger : List.of(other, server.adminToken())) {
      assertThat(segments.query(stranger, again).status()).isEqualTo(400);
    }
    String page = segments.get(one, "/api/v1/nodes?limit=2").text("next");
    assertThat(segments.get(one, "/api/v1/nodes?limit=2&cursor=" + page).status()).isEqualTo(200);
    assertThat(segments.get(other, "/api/v1/nodes?limit=2&cursor=" + page).status()).isEqualTo(422);
  }

  @Test
  void aChangeCountsFromTheNextRequestOn() {
    segments.role("changing", "reader", null, List.of("cpu"), List.of());
    String token = segments.token("changing");
    String body = "{\"sort\": {\"cpu.cores\": 1}, \"limit\": 2%s}";
    String next = segments.query(token, body.formatted("")).text("next");
    segments.role("changing", "reader", "{\"node.tags\": \"t1\"}", List.of("mem"), List.of());
    assertThat(segments.query(token, body.formatted(", \"cursor\": \"" + next + "\"")).status())
        .isEqualTo(403);
    assertThat(hosts(segments.get(token, "/api/v1/nodes"))).hasSize(3);
    segments.role("changing", "reader", null, List.of("*"), List.of());
    assertThat(segments.query(token, "{\"filter\": {\"secret.x\": 1}}").status()).isEqualTo(200);
  }

  @Test
  void aRoleInUseIsNotDeletedAndItsTokensAreNamed() {
    segments.role("used", "reader", null, List.of("cpu"), List.of());
    Answer made = server.post("/api/v1/tokens", "{\"name\": \"the-user\", \"role\": \"used\"}");
    Answer refused = server.delete("/api/v1/roles/used");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("detail")).contains("the-user");
    assertThat(server.delete("/api/v1/tokens/" + made.text("id")).status()).isEqualTo(204);
    assertThat(server.delete("/api/v1/roles/used").status()).isEqualTo(204);
    assertThat(server.get("/api/v1/roles/used").status()).isEqualTo(404);
    assertThat(server.post("/api/v1/tokens", "{\"name\": \"late\", \"role\": \"used\"}").status())
        .isEqualTo(422);
  }

  @Test
  void whatIsNoRoleIsRefusedByItsField() {
    Map<String, String> wrong =
        Map.of(
            "{\"base\": \"admin\", \"read\": []}", "base",
            "{\"base\": \"reader\", \"read\": [\"cpu..x\"]}", "read.0",
            "{\"base\": \"reader\", \"read\": [\"*\"], \"write\": [\"*\"]}", "write",
            "{\"base\": \"operator\", \"read\": [\"cpu\"], \"write\": [\"cpu.x\", \"mem\"]}",
                "write.1",
            "{\"base\": \"reader\", \"read\": [], \"nodes\": {\"a\": {\"$foo\": 1}}}",
                "nodes.a.$foo",
            "{\"base\": \"reader\"}", "read");
    wrong.forEach(
        (body, field) -> {
          Answer answer = server.send("PUT", "/api/v1/roles/wrong", body, server.adminToken());
          assertThat(answer.status()).as(body).isIn(400, 422);
          assertThat(answer.text("field")).as(body).isEqualTo(field);
        });
    assertThat(segments.put("admin", "reader", null, List.of(), List.of()).status()).isEqualTo(409);
    assertThat(segments.put("Loud", "reader", null, List.of(), List.of()).status()).isEqualTo(422);
    assertThat(server.delete("/api/v1/roles/reader").status()).isEqualTo(409);
    assertThat(segments.get(lab, "/api/v1/roles").status()).isEqualTo(403);
  }

  @Test
  void everyWriteOfARoleIsAudited() {
    segments.role("audited", "reader", null, List.of("cpu"), List.of());
    segments.role("audited", "reader", null, List.of("mem"), List.of());
    assertThat(server.delete("/api/v1/roles/audited").status()).isEqualTo(204);
    List<JsonNode> rows =
        server
            .get("/api/v1/audit?limit=1000")
            .body()
            .path("items")
            .valueStream()
            .filter(row -> row.path("target").asString().equals("role:audited"))
            .toList();
    assertThat(rows)
        .extracting(row -> row.path("action").asString())
        .containsExactly("role.delete", "role.set", "role.set");
    assertThat(rows.get(1).path("before").path("read").path(0).asString()).isEqualTo("cpu");
    assertThat(rows.get(1).path("after").path("read").path(0).asString()).isEqualTo("mem");
  }

  private static List<String> hosts(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer
        .body()
        .path("items")
        .valueStream()
        .map(node -> node.path("hostname").stringValue())
        .toList();
  }
}
