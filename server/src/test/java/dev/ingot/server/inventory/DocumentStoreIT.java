package dev.ingot.server.inventory;

import static dev.ingot.server.inventory.TestNodes.failed;
import static dev.ingot.server.inventory.TestNodes.report;
import static dev.ingot.server.inventory.TestNodes.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.store.TestStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DocumentStoreIT {
  private static TestStore database;
  private static DocumentStore store;
  private static int next;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    store =
        new DocumentStore(
            database.store().ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    TestNodes.make(database.jdbi(), 0, 300);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static String fresh() {
    return TestNodes.id(next++);
  }

  @Test
  void aNewNodesSectionsBecomeItsDocumentWithOneEvent() {
    String node = fresh();
    Section dmi = section("dmi", "{\"sys_vendor\": \"Dell Inc.\", \"product_serial\": \"ABC\"}");
    Section memory = section("mem", "{\"MemTotal\": 64000, \"MemFree\": 12}");
    store.store(List.of(report(node, 1, 1, dmi, memory)));

    assertThat(document(node))
        .isEqualTo(
            Json.read(
                "{\"dmi\": {\"sys_vendor\": \"Dell Inc.\", \"product_serial\": \"ABC\"},"
                    + " \"mem\": {\"MemTotal\": 64000, \"MemFree\": 12}}"));
    assertThat(store.digests(node)).isEqualTo(Map.of("dmi", dmi.digest(), "mem", memory.digest()));
    assertThat(events(node)).hasSize(1);
    JsonNode event = events(node).getFirst();
    assertThat(event.path("change").stringValue()).isEqualTo("informational");
    assertThat(event.path("first").booleanValue()).isTrue();
    assertThat(event.path("sections").toString()).isEqualTo("[\"dmi\",\"mem\"]");
    assertThat(one("SELECT vendor || ' ' || serial || ' ' || memory_bytes FROM inventory", node))
        .isEqualTo("Dell Inc. ABC 64000");
  }

  @Test
  void whatANodeShowedGoesWithIt() {
    String node = fresh();
    store.store(
        List.of(
            report(
                node,
                1,
                1,
                section("os_storage", "[{\"serial\": \"GONE1\", \"size\": 1}]"),
                section(
                    "interfaces",
                    "[{\"devname\": \"eth0\", \"address\": \"b4:96:91:00:00:01\"}]"))));
    List<String> tables = List.of("inventory", "inventory_section", "node_address", "part");
    for (String table : tables) {
      assertThat(one("SELECT count(*) > 0 FROM " + table, node)).as(table).isEqualTo("t");
    }
    database.jdbi().useHandle(handle -> handle.execute("DELETE FROM node WHERE id = ?", node));
    for (String table : tables) {
      assertThat(one("SELECT count(*) FROM " + table, node)).as(table).isEqualTo("0");
    }
  }

  @Test
  void keysThatAreEmptyOrNeedQuotesAreStoredAsTheyAre() {
    String node = fresh();
    String content = "{\"\": {\"\": 1}, \"q\\\"\\n\": [\"\u00fc\u20ac\ud83d\ude00\"]}";
    store.store(List.of(report(node, 1, 1, section("dmi", content))));
    assertThat(document(node).path("dmi")).isEqualTo(Json.read(content));
    store.store(List.of(report(node, 1, 2, section("mem", "{\"\": 0}"))));
    assertThat(document(node).path("dmi")).isEqualTo(Json.read(content));
    assertThat(document(node).path("mem")).isEqualTo(Json.read("{\"\": 0}"));
  }

  @Test
  void whatIsUnchangedWritesNoDocument() {
    String node = fresh();
    store.store(List.of(report(node, 1, 1, section("mem", "{\"MemTotal\": 1, \"MemFree\": 1}"))));
    String version = one("SELECT xmin::text FROM inventory", node);
    store.store(List.of(report(node, 1, 2, section("mem", "{\"MemTotal\": 1, \"MemFree\": 1}"))));
    assertThat(one("SELECT xmin::text FROM inventory", node)).isEqualTo(version);
    assertThat(events(node)).hasSize(1);
  }

  @Test
  void aReadingIsStoredAndMakesNoChange() {
    String node = fresh();
    store.store(List.of(report(node, 1, 1, section("mem", "{\"MemTotal\": 1, \"MemFree\": 1}"))));
    String changed = one("SELECT changed::text FROM inventory", node);
    store.store(List.of(report(node, 1, 2, section("mem", "{\"MemTotal\": 1, \"MemFree\": 2}"))));
    assertThat(document(node).path("mem").path("MemFree").intValue()).isEqualTo(2);
    assertThat(one("SELECT changed::text FROM inventory", node)).isEqualTo(changed);
    assertThat(events(node)).hasSize(1);
    assertThat(history(node)).hasSize(1);
  }

  @Test
  void aChangeLeavesTheWayBackAndSaysWhichPathsDiffer() {
    String node = fresh();
    store.store(List.of(report(node, 1, 1, section("dmi", "{\"bios_version\": \"1\", \"a\": 1}"))));
    store.store(List.of(report(node, 1, 2, section("dmi", "{\"bios_version\": \"2\", \"a\": 1}"))));
    assertThat(history(node))
        .containsExactly(
            Json.read("[{\"op\": \"remove\", \"path\": \"/dmi\"}]"),
            Json.read(
                "[{\"op\": \"replace\", \"path\": \"/dmi/bios_version\", \"value\": \"1\"}]"));
    assertThat(events(node).getLast().path("paths").toString()).isEqualTo("[\"dmi.bios_version\"]");
  }

  @Test
  void aFailedInspectorLeavesTheLastGoodSection() {
    String node = fresh();
    Section good = section("cpu", "[{\"cores\": 4}]");
    store.store(List.of(report(node, 1, 1, good)));
    store.store(List.of(report(node, 1, 2, failed("cpu", "lscpu is missing"))));
    assertThat(document(node).path("cpu").path(0).path("cores").intValue()).isEqualTo(4);
    assertThat(one("SELECT failure FROM inventory_section", node)).isEqualTo("lscpu is missing");
    assertThat(store.digests(node))
        .containsEntry("cpu", failed("cpu", "lscpu is missing").digest());

    store.store(List.of(report(node, 1, 3, good)));
    assertThat(one("SELECT coalesce(failure, 'none') FROM inventory_section", node))
        .isEqualTo("none");
    assertThat(events(node)).hasSize(1);
  }

  @Test
  void aSectionThatFailedFromTheBeginningIsKnownWithoutADocument() {
    String node = fresh();
    store.store(List.of(report(node, 1, 1, failed("dmi", "needs root"))));
    assertThat(one("SELECT failure FROM inventory_section", node)).isEqualTo("needs root");
    assertThat(events(node)).isEmpty();
    store.store(List.of(report(node, 1, 2, section("dmi", "{\"a\": 1}"))));
    assertThat(document(node)).isEqualTo(Json.read("{\"dmi\": {\"a\": 1}}"));
  }

  @Test
  void anOlderReportAndOneOfAnEpochThatIsOverAreIgnored() {
    String node = fresh();
    store.store(List.of(report(node, 1, 5, section("dmi", "{\"a\": 5}"))));
    store.store(List.of(report(node, 1, 4, section("dmi", "{\"a\": 4}"))));
    store.store(List.of(report(node, 0, 6, section("dmi", "{\"a\": 6}"))));
    assertThat(document(node).path("dmi").path("a").intValue()).isEqualTo(5);
    assertThat(events(node)).hasSize(1);
  }

  @Test
  void aNodeIsFoundByTheAddressesThatItsInterfacesShow() {
    String node = fresh();
    String interfaces =
        """
        [{"address": "02:00:00:00:00:0A", "address_info": [{"addr": "10.1.2.3"}, {"addr": "127.0.0.1"}],
          "address_info_v6": [{"addr": "fe80::1"}, {"addr": "2001:db8::1"}]},
         {"address": "00:00:00:00:00:00", "permanent_address": "%s"}]
        """;
    store.store(
        List.of(
            report(node, 1, 1, section("interfaces", interfaces.formatted("02:00:00:00:00:0b")))));
    assertThat(addresses(node))
        .containsExactly("02:00:00:00:00:0a", "02:00:00:00:00:0b", "10.1.2.3", "2001:db8::1");
    store.store(
        List.of(
            report(node, 1, 2, section("interfaces", interfaces.formatted("02:00:00:00:00:0c")))));
    assertThat(addresses(node))
        .containsExactly("02:00:00:00:00:0a", "02:00:00:00:00:0c", "10.1.2.3", "2001:db8::1");
  }

  private static List<String> addresses(String node) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT value FROM node_address WHERE node = :node ORDER BY value")
                    .bind("node", node)
                    .mapTo(String.class)
                    .list());
  }

  @Test
  void aReportOfANodeThatIsGoneIsIgnored() {
    store.store(List.of(report(TestNodes.id(999_999), 1, 1, section("dmi", "{}"))));
    assertThat(store.digests(TestNodes.id(999_999))).isEmpty();
  }

  @Test
  void aCharacterThatPostgresqlCannotHoldKeepsNothingOut() {
    String node = fresh();
    Section odd = section("dmi", "{\"board_name\": \"X\\u0000Y\\ud800\"}");
    store.store(List.of(report(node, 1, 1, odd), report(fresh(), 1, 1, section("dmi", "{}"))));
    assertThat(document(node).path("dmi").path("board_name").stringValue())
        .isEqualTo("X\ufffdY\ufffd");
    assertThat(store.digests(node)).containsEntry("dmi", odd.digest());
  }

  @Test
  void writersOfTheSameNodesInAnyOrderAllFinish() throws Exception {
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      nodes.add(fresh());
    }
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int sequence = writer + 1;
        running.add(
            writers.submit(
                () -> {
                  List<String> order = new ArrayList<>(nodes);
                  Collections.shuffle(order);
                  List<NodeReports> reports =
                      order.stream()
                          .map(
                              node ->
                                  report(
                                      node,
                                      1,
                                      sequence,
                                      section("dmi", "{\"a\": " + sequence + "}")))
                          .toList();
                  store.store(reports);
                }));
      }
      for (Future<?> writer : running) {
        writer.get();
      }
    }
    for (String node : nodes) {
      assertThat(document(node).path("dmi").path("a").intValue()).isEqualTo(4);
      assertThat(events(node)).hasSize(history(node).size());
    }
  }

  private static JsonNode document(String node) {
    return Json.read(one("SELECT doc::text FROM inventory", node));
  }

  private static String one(String select, String node) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(select + " WHERE node = :node")
                    .bind("node", node)
                    .mapTo(String.class)
                    .one());
  }

  private static List<JsonNode> events(String node) {
    return list("SELECT data FROM event_outbox WHERE node_id = :node ORDER BY node_sequence", node);
  }

  private static List<JsonNode> history(String node) {
    return list("SELECT undo FROM inventory_history WHERE node = :node ORDER BY revision", node);
  }

  private static List<JsonNode> list(String select, String node) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle.createQuery(select).bind("node", node).mapTo(String.class).list().stream()
                    .map(Json::read)
                    .toList());
  }
}
