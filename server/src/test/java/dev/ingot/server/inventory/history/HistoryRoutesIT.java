package dev.ingot.server.inventory.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HistoryRoutesIT {
  private static final String ONE = TestNodes.id(1);
  private static final String TWO = TestNodes.id(2);
  private static TestServer server;
  private static Store store;
  private static DocumentStore documents;
  private static long sequence;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 20);
    documents = new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    put(ONE, "{\"dmi\": {\"bios_version\": \"1\"}, \"mem\": {\"MemTotal\": 64, \"MemFree\": 1}}");
    put(ONE, "{\"dmi\": {\"bios_version\": \"2\"}, \"mem\": {\"MemTotal\": 64, \"MemFree\": 2}}");
    put(ONE, "{\"dmi\": {\"bios_version\": \"2\"}, \"mem\": {\"MemTotal\": 32, \"MemFree\": 3}}");
    put(TWO, "{\"dmi\": {\"bios_version\": \"1\"}, \"mem\": {\"MemTotal\": 32, \"MemFree\": 3}}");
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static void put(String node, String document) {
    TestNodes.store(documents, node, ++sequence, document);
  }

  private static JsonNode get(String path) {
    Answer answer = server.get("/api/v1" + path);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> what(JsonNode list) {
    List<String> what = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      item.path("what")
          .forEach(
              finding ->
                  what.add(
                      finding.path("change").stringValue()
                          + ": "
                          + finding.path("what").stringValue()));
    }
    return what;
  }

  @Test
  void theHistorySaysWhatChangedTheLatestFirst() {
    JsonNode list = get("/nodes/" + ONE + "/history");
    assertThat(what(list))
        .containsExactly(
            "degraded: mem.MemTotal: 64 B → 32 B",
            "informational: dmi.bios_version: 1 → 2",
            "informational: first seen, with 2 sections");
    JsonNode latest = list.path("items").path(0);
    assertThat(latest.path("source").stringValue()).isEqualTo("agent");
    assertThat(latest.path("severity").stringValue()).isEqualTo("warning");
    assertThat(latest.path("number").intValue()).isEqualTo(3);
    JsonNode page = get("/nodes/" + ONE + "/history?limit=2");
    assertThat(what(page)).hasSize(2);
    assertThat(
            what(
                get(
                    "/nodes/"
                        + ONE
                        + "/history?limit=2&cursor="
                        + page.path("next").stringValue())))
        .containsExactly("informational: first seen, with 2 sections");
  }

  @Test
  void itIsNarrowedByTimePathAndMeaning() {
    assertThat(what(get("/nodes/" + ONE + "/history?path=dmi"))).hasSize(2);
    assertThat(what(get("/nodes/" + ONE + "/history?path=mem.MemTotal"))).hasSize(2);
    assertThat(what(get("/nodes/" + ONE + "/history?path=mem.Mem"))).hasSize(1);
    assertThat(what(get("/nodes/" + ONE + "/history?change=degraded,lost"))).hasSize(1);
    assertThat(what(get("/nodes/" + ONE + "/history?until=1h%20ago"))).isEmpty();
    String second = time(1);
    assertThat(what(get("/nodes/" + ONE + "/history?since=" + second))).hasSize(2);
    assertThat(what(get("/nodes/" + ONE + "/history?until=" + second))).hasSize(2);
    assertThat(server.get("/api/v1/nodes/" + ONE + "/history?change=worse").text("field"))
        .isEqualTo("change");
    assertThat(server.get("/api/v1/nodes/" + ONE + "/history?since=yesteryear").status())
        .isEqualTo(422);
  }

  private static String time(int index) {
    return get("/nodes/" + ONE + "/history").path("items").path(index).path("time").stringValue();
  }

  @Test
  void aDocumentIsShownAsItStoodWithoutReadings() {
    String path = "/nodes/" + ONE + "/inventory?as-of=";
    Answer first = server.get("/api/v1" + path + time(2));
    assertThat(first.body())
        .isEqualTo(
            Json.read(
                "{\"mercury_id\": \"%s\", \"dmi\": {\"bios_version\": \"1\"}, \"mem\": {\"MemTotal\": 64}}"
                    .formatted(ONE)));
    assertThat(first.response().headers().firstValue("Ingot-As-Of")).contains(time(2));
    assertThat(first.response().headers().firstValue("Ingot-Left-Out"))
        .contains("counters, readings");
    assertThat(get(path + time(1)).path("dmi").path("bios_version").stringValue()).isEqualTo("2");
    assertThat(get(path + "now").path("mem").toString()).isEqualTo("{\"MemTotal\":32}");
    Answer before = server.get("/api/v1" + path + "1h%20ago");
    assertThat(before.status()).isEqualTo(404);
    assertThat(before.text("detail")).isEqualTo("node " + ONE + " was first seen at " + time(2));
    assertThat(server.get("/api/v1" + path + "2999-01-01").text("field")).isEqualTo("as-of");
    assertThat(server.get("/api/v1" + path + "2026-01-02T03:04:05").text("detail"))
        .contains("has no zone");
  }

  @Test
  void twoTimesOrTwoNodesAreCompared() {
    JsonNode times = get("/nodes/" + ONE + "/diff?from=" + time(2) + "&to=" + time(0));
    assertThat(times.path("change").stringValue()).isEqualTo("degraded");
    assertThat(times.path("changes").valueStream().map(it -> it.path("what").stringValue()))
        .containsExactly("dmi.bios_version: 1 → 2", "mem.MemTotal: 64 B → 32 B");
    JsonNode nodes = get("/nodes/" + ONE + "/diff?with=" + TWO);
    assertThat(nodes.path("changes").size()).isEqualTo(1);
    assertThat(nodes.path("changes").path(0).path("before").stringValue()).isEqualTo("2");
    assertThat(nodes.path("changes").path(0).path("after").stringValue()).isEqualTo("1");
    assertThat(nodes.has("change")).isFalse();
    assertThat(get("/nodes/" + ONE + "/diff?from=now").path("changes").isEmpty()).isTrue();
    assertThat(server.get("/api/v1/nodes/" + ONE + "/diff").text("field")).isEqualTo("from");
  }

  @Test
  void aPartIsFoundWhereItIsAndWas() {
    String here = TestNodes.id(6);
    String there = TestNodes.id(7);
    put(
        here,
        "{\"os_storage\": [{\"serial\": \"FOUND1\", \"device\": \"/dev/sda\", \"model\": \"X\"}]}");
    put(here, "{\"os_storage\": []}");
    put(
        there,
        "{\"os_storage\": [{\"serial\": \"FOUND1\", \"device\": \"/dev/sdc\", \"model\": \"X\"}]}");
    JsonNode parts = get("/parts?serial=found1").path("items");
    assertThat(parts.size()).isEqualTo(2);
    assertThat(parts.path(0).path("node").stringValue()).isEqualTo(here);
    assertThat(parts.path(0).path("gone").isString()).isTrue();
    assertThat(parts.path(0).path("lastSeen").stringValue())
        .isLessThan(parts.path(0).path("gone").stringValue());
    assertThat(parts.path(1).path("node").stringValue()).isEqualTo(there);
    assertThat(parts.path(1).path("gone").isNull()).isTrue();
    assertThat(parts.path(1).path("slot").stringValue()).isEqualTo("/dev/sdc");
    assertThat(parts.path(1).path("hostname").stringValue()).isEqualTo("host7");
    assertThat(get("/parts?serial=0123456789").path("items").isEmpty()).isTrue();
    assertThat(get("/parts?node=" + there + "&kind=disk").path("items").size()).isEqualTo(1);
    JsonNode page = get("/parts?limit=1");
    assertThat(
            get("/parts?limit=1&cursor=" + page.path("next").stringValue()).path("items").path(0))
        .isNotEqualTo(page.path("items").path(0));
  }

  @Test
  void aDifferenceSaysWhereAPartIsThatIsMissing() {
    String from = TestNodes.id(8);
    String into = TestNodes.id(9);
    String dimm =
        "{\"mem\": {\"dimms\": [{\"locator\": \"A1\", \"serial\": \"DIFF1\", \"size\": 16}]}}";
    put(into, "{\"mem\": {\"dimms\": []}}");
    put(from, dimm);
    String before = times(from);
    put(from, "{\"mem\": {\"dimms\": []}}");
    String between = times(from);
    put(into, dimm);

    String then = "/diff?from=" + before;
    assertThat(what(get("/nodes/" + from + then + "&to=" + between), "what"))
        .containsExactly("lost: DIMM A1 16 B serial DIFF1 is gone");
    assertThat(what(get("/nodes/" + from + then), "what"))
        .containsExactly("moved: DIMM A1 16 B serial DIFF1 moved to host9 slot A1");
    assertThat(what(get("/nodes/" + into + then), "what"))
        .containsExactly("moved: DIMM A1 16 B serial DIFF1 moved here from host8 slot A1");
  }

  private static List<String> what(JsonNode diff, String field) {
    return diff.path(field)
        .valueStream()
        .map(one -> one.path("change").stringValue() + ": " + one.path("what").stringValue())
        .toList();
  }

  private static String times(String node) {
    return get("/nodes/" + node + "/history").path("items").path(0).path("time").stringValue();
  }

  @Test
  void aMergedNodesHistoryAndPartsStayReachable() {
    String from = TestNodes.id(3);
    String into = TestNodes.id(4);
    put(from, "{\"dmi\": {\"bios_version\": \"a\"}, \"os_storage\": [{\"serial\": \"MERGE1\"}]}");
    put(from, "{\"dmi\": {\"bios_version\": \"b\"}, \"os_storage\": [{\"serial\": \"MERGE1\"}]}");
    String then =
        get("/nodes/" + from + "/history").path("items").path(0).path("time").stringValue();
    put(into, "{\"dmi\": {\"bios_version\": \"c\"}}");
    Answer merged =
        server.post(
            "/api/v1/nodes/merge", "{\"from\": \"" + from + "\", \"into\": \"" + into + "\"}");
    assertThat(merged.status()).as("%s", merged.body()).isEqualTo(200);

    assertThat(what(get("/nodes/" + into + "/history")))
        .containsExactly(
            "informational: merged into node " + into,
            "informational: first seen, with 1 sections",
            "informational: dmi.bios_version: a → b",
            "informational: first seen, with 2 sections");
    String asOf = "/inventory?as-of=" + then;
    assertThat(get("/nodes/" + from + asOf).path("dmi").path("bios_version").stringValue())
        .isEqualTo("b");
    assertThat(get("/nodes/" + into + asOf).path("mercury_id").stringValue()).isEqualTo(from);
    assertThat(
            get("/nodes/" + from + "/inventory?as-of=now")
                .path("dmi")
                .path("bios_version")
                .stringValue())
        .isEqualTo("c");
    JsonNode part = get("/parts?serial=MERGE1").path("items").path(0);
    assertThat(part.path("node").stringValue()).isEqualTo(into);
    assertThat(part.path("gone").isString()).isTrue();

    put(into, "{\"dmi\": {\"bios_version\": \"c\"}, \"os_storage\": [{\"serial\": \"MERGE1\"}]}");
    part = get("/parts?serial=MERGE1").path("items").path(0);
    assertThat(part.path("gone").isNull()).isTrue();
    assertThat(part.path("firstSeen").stringValue()).isLessThan(then);

    assertThat(
            server
                .post("/api/v1/nodes/" + into + "/split", "{\"alias\": \"" + from + "\"}")
                .status())
        .isEqualTo(200);
    put(from, "{\"dmi\": {\"bios_version\": \"d\"}}");
    assertThat(get("/nodes/" + from + asOf).path("dmi").path("bios_version").stringValue())
        .isEqualTo("b");
    assertThat(what(get("/nodes/" + from + "/history"))).hasSize(4);
    assertThat(get("/nodes/" + from + "/history").path("items").path(0).path("number").intValue())
        .isEqualTo(4);

    assertThat(server.delete("/api/v1/nodes/" + from).status()).isEqualTo(204);
    long left =
        store
            .api()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            "SELECT (SELECT count(*) FROM inventory_history WHERE node = :node)"
                                + " + (SELECT count(*) FROM part WHERE node = :node)")
                        .bind("node", from)
                        .mapTo(Long.class)
                        .one());
    assertThat(left).isZero();
  }

  @Test
  void timesAreReadAsPeopleWriteThem() {
    for (String text :
        List.of(
            "1h ago",
            "-1h",
            "90m",
            "1d12h ago",
            "2 hours ago",
            "2020-01-01",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00+01:00")) {
      Answer answer = server.get("/api/v1/nodes/" + ONE + "/inventory?as-of=" + encoded(text));
      assertThat(answer.status()).as("%s: %s", text, answer.body()).isEqualTo(404);
    }
    assertThat(
            server
                .get("/api/v1/nodes/" + ONE + "/inventory?as-of=2020-01-01T00:00:00+01:00")
                .status())
        .isEqualTo(404);
    for (String text : List.of("", "soon", "3 parsecs ago", "2020-13-01", "99999999999h")) {
      Answer answer = server.get("/api/v1/nodes/" + ONE + "/inventory?as-of=" + encoded(text));
      assertThat(answer.status()).as("%s: %s", text, answer.body()).isEqualTo(422);
    }
  }
}
