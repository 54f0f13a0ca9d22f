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
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SourcesIT {
  private static TestStore database;
  private static DocumentStore store;
  private static int next;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    store =
        new DocumentStore(
            database.store().ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    TestNodes.make(database.jdbi(), 0, 50);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static String fresh() {
    return TestNodes.id(next++);
  }

  private static void says(Source source, String node, long sequence, Section... sections) {
    NodeReports agent = report(node, 1, sequence, sections);
    store.store(
        List.of(
            new NodeReports(node, agent.epoch(), agent.incarnation(), agent.reports(), source)));
  }

  @Test
  void theFirstSourceIsServedWholeAndTheOtherStandsAside() {
    String node = fresh();
    says(Source.BMC, node, 1, section("dmi", "{\"product_serial\": \"B\", \"sku\": \"1\"}"));
    assertThat(document(node).path("dmi").path("product_serial").stringValue()).isEqualTo("B");

    says(Source.AGENT, node, 1, section("dmi", "{\"product_serial\": \"A\"}"));
    assertThat(document(node)).isEqualTo(Json.read("{\"dmi\": {\"product_serial\": \"A\"}}"));
    assertThat(aside(node))
        .containsExactly("bmc dmi {\"sku\": \"1\", \"product_serial\": \"B\"} true");

    says(Source.BMC, node, 2, section("dmi", "{\"product_serial\": \"A\"}"));
    assertThat(document(node)).isEqualTo(Json.read("{\"dmi\": {\"product_serial\": \"A\"}}"));
    assertThat(aside(node)).containsExactly("bmc dmi {\"product_serial\": \"A\"} false");

    assertThat(events(node))
        .containsExactly(
            "changed bmc 1", "changed agent 2", "disputed bmc null", "settled bmc null");
    assertThat(histories(node)).containsExactly("bmc", "agent");
  }

  @Test
  void aDisputeNamesThePlacesAndPartsAreMatchedByWhatTheyAre() {
    String node = fresh();
    says(
        Source.AGENT,
        node,
        1,
        section(
            "interfaces",
            "[{\"permanent_address\": \"aa\", \"speed\": 10},"
                + " {\"permanent_address\": \"bb\", \"speed\": 10}]"));
    says(
        Source.BMC,
        node,
        1,
        section(
            "interfaces",
            "[{\"permanent_address\": \"bb\", \"speed\": 10},"
                + " {\"permanent_address\": \"aa\", \"speed\": 25}]"));
    assertThat(
            data(node, "disputed").stream().map(event -> event.path("paths").toString()).toList())
        .containsExactly("[\"interfaces.1.speed\"]");
  }

  @Test
  void aFailureLeavesWhatIsServedAndWhatStandsAside() {
    String node = fresh();
    says(Source.AGENT, node, 1, section("cpu", "[{\"cores\": 4}]"));
    says(Source.BMC, node, 1, section("cpu", "[{\"cores\": 8}]"));
    says(Source.AGENT, node, 2, failed("cpu", "lscpu is missing"));
    says(Source.BMC, node, 2, failed("cpu", "401"));
    assertThat(document(node)).isEqualTo(Json.read("{\"cpu\": [{\"cores\": 4}]}"));
    assertThat(aside(node)).containsExactly("bmc cpu [{\"cores\": 8}] true");
    says(Source.BMC, node, 3, section("cpu", "[{\"cores\": 4}]"));
    assertThat(aside(node)).containsExactly("bmc cpu [{\"cores\": 4}] false");
  }

  @Test
  void whatASourceNeverSawAnotherOneServes() {
    String node = fresh();
    says(Source.AGENT, node, 1, failed("bmc", "no ipmi device"));
    says(Source.BMC, node, 1, section("bmc", "{\"firmware\": \"1\"}"));
    assertThat(document(node)).isEqualTo(Json.read("{\"bmc\": {\"firmware\": \"1\"}}"));
    assertThat(aside(node)).isEmpty();
  }

  /** Whatever is said in whatever order: what is served is the first source's last word. */
  @Test
  void anyOrderOfReportsServesTheFirstSourcesLastWord() {
    for (int seed = 0; seed < 10; seed++) {
      Random random = new Random(seed);
      String node = fresh();
      TreeMap<String, TreeMap<Source, String>> model = new TreeMap<>();
      for (int step = 1; step <= 30; step++) {
        Source source = Source.values()[random.nextInt(2)];
        String name = "s" + random.nextInt(3);
        if (random.nextInt(5) == 0) {
          says(source, node, step, failed(name, "no"));
        } else {
          String content = "{\"a\": " + random.nextInt(3) + "}";
          says(source, node, step, section(name, content));
          model.computeIfAbsent(name, _ -> new TreeMap<>()).put(source, content);
        }
        TreeMap<String, JsonNode> expected = new TreeMap<>();
        model.forEach((key, said) -> expected.put(key, Json.read(said.firstEntry().getValue())));
        if (!model.isEmpty()) {
          assertThat(document(node))
              .as("seed %d, step %d", seed, step)
              .isEqualTo(Json.MAPPER.valueToTree(expected));
        }
        long asides = model.values().stream().mapToLong(said -> said.size() - 1).sum();
        long disputes =
            model.values().stream()
                .filter(said -> said.values().stream().distinct().count() > 1)
                .count();
        assertThat(aside(node)).hasSize((int) asides);
        assertThat(aside(node).stream().filter(row -> row.endsWith("true")))
            .hasSize((int) disputes);
        assertThat(data(node, "disputed").size() - data(node, "settled").size())
            .isEqualTo((int) disputes);
      }
    }
  }

  private static JsonNode document(String node) {
    return Json.read(rows("SELECT doc::text FROM inventory WHERE node = :node", node).getFirst());
  }

  private static List<String> aside(String node) {
    return rows(
        "SELECT source || ' ' || name || ' ' || content || ' ' || differs FROM inventory_section"
            + " WHERE node = :node AND aside ORDER BY name, source",
        node);
  }

  private static List<String> events(String node) {
    return rows(
        "SELECT action || ' ' || (data->>'source') || ' ' || coalesce(data->>'revision', 'null')"
            + " FROM event_outbox WHERE node_id = :node ORDER BY node_sequence",
        node);
  }

  private static List<JsonNode> data(String node, String action) {
    return rows(
            "SELECT data FROM event_outbox WHERE node_id = :node AND action = '%s'"
                .formatted(action),
            node)
        .stream()
        .map(Json::read)
        .toList();
  }

  private static List<String> histories(String node) {
    return rows("SELECT source FROM inventory_history WHERE node = :node ORDER BY revision", node);
  }

  private static List<String> rows(String select, String node) {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery(select).bind("node", node).mapTo(String.class).list());
  }
}
