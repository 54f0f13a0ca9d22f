package dev.ingot.server.inventory;

import static dev.ingot.server.inventory.TestNodes.report;
import static dev.ingot.server.inventory.TestNodes.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The order of the sources is what was configured. */
class PrecedenceIT {
  private static final AtomicReference<InventorySettings> SETTINGS =
      new AtomicReference<>(settings(List.of(Source.IMPORT, Source.AGENT, Source.BMC)));
  private static TestServer server;
  private static Store store;

  @BeforeAll
  static void start() {
    server = TestServer.start(settings -> settings.with(SETTINGS.get()));
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    TestNodes.make(store.api(), 0, 40);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  private static InventorySettings settings(List<Source> precedence) {
    return new InventorySettings(Duration.ofSeconds(10), precedence);
  }

  private static InventoryWriter writer(InventorySettings settings) {
    return new Inventory(store, new OutboxTable(() -> {}), settings).writer();
  }

  private static void says(
      InventorySettings settings, Source source, String node, long sequence, Section section) {
    NodeReports said = report(node, 1, sequence, section);
    writer(settings)
        .store(
            List.of(
                new NodeReports(node, said.epoch(), said.incarnation(), said.reports(), source)));
  }

  private static JsonNode get(String path) {
    Answer answer = server.get("/api/v1/nodes/" + path);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode served(String node) {
    return get(node + "/inventory").path("dmi").path("sku");
  }

  private static JsonNode put(String node, String document) {
    Answer answer = server.put("/api/v1/nodes/" + node + "/inventory", document);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void whatPeopleWriteIsServedWhereImportIsFirstAndTheOldOrderComesBackWithTheNextWrite() {
    String node = TestNodes.id(0);
    says(SETTINGS.get(), Source.AGENT, node, 1, section("dmi", "{\"sku\": \"seen\"}"));
    assertThat(put(node, "{\"dmi\": {\"sku\": \"written\"}}").path("aside")).isEmpty();
    assertThat(served(node).stringValue()).isEqualTo("written");
    JsonNode sources = get(node + "/inventory?sources=true");
    assertThat(sources.path("served").path("dmi").stringValue()).isEqualTo("import");
    assertThat(sources.path("disagreements").path(0))
        .isEqualTo(
            Json.read(
                "{\"path\": \"dmi.sku\", \"served\": \"import\", \"values\": {\"import\":"
                    + " \"written\", \"agent\": \"seen\"}}"));
    // The observing source still cannot be edited: without import it is served again.
    assertThat(server.delete("/api/v1/nodes/" + node + "/inventory/dmi").status()).isEqualTo(200);
    assertThat(served(node).stringValue()).isEqualTo("seen");
    assertThat(server.delete("/api/v1/nodes/" + node + "/inventory/dmi").status()).isEqualTo(409);
    put(node, "{\"dmi\": {\"sku\": \"written\"}}");

    SETTINGS.set(InventorySettings.DEFAULT);
    server.restart();
    assertThat(served(node).stringValue()).isEqualTo("written");
    JsonNode aside = put(node, "{\"dmi\": {\"sku\": \"anew\"}}").path("aside");
    assertThat(aside.toString()).contains("dmi", "agent");
    assertThat(served(node).stringValue()).isEqualTo("seen");
    JsonNode last = get(node + "/history").path("items").path(0);
    assertThat(last.path("source").stringValue()).isEqualTo("import");
    // Before that change it was as it was served then, not as the new order has it.
    String earlier = get(node + "/history").path("items").path(1).path("time").stringValue();
    assertThat(get(node + "/inventory?as-of=" + earlier).path("dmi").path("sku").stringValue())
        .isEqualTo("written");
  }

  /** Each step writes by an order of its own: the sections that it changes are served by that. */
  @Test
  void aSectionIsServedByTheOrderOfWhoeverLastChangedIt() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      String node = TestNodes.id(10 + seed);
      TreeMap<String, TreeMap<Source, String>> model = new TreeMap<>();
      TreeMap<String, Source> served = new TreeMap<>();
      for (int step = 1; step <= 25; step++) {
        List<Source> order = new ArrayList<>(Arrays.asList(Source.values()));
        Collections.shuffle(order, random);
        Source source = Source.values()[random.nextInt(3)];
        String name = "s" + random.nextInt(3);
        String content = "{\"a\": " + random.nextInt(3) + "}";
        says(settings(order), source, node, step, section(name, content));
        TreeMap<Source, String> said = model.computeIfAbsent(name, _ -> new TreeMap<>());
        if (!content.equals(said.put(source, content))) {
          served.put(name, order.stream().filter(said::containsKey).findFirst().orElseThrow());
        }
        TreeMap<String, JsonNode> expected = new TreeMap<>();
        served.forEach((key, who) -> expected.put(key, Json.read(model.get(key).get(who))));
        assertThat(document(node))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(Json.MAPPER.valueToTree(expected));
        long asides = model.values().stream().mapToLong(all -> all.size() - 1).sum();
        long differing =
            model.entrySet().stream()
                .mapToLong(
                    entry -> {
                      String shown = entry.getValue().get(served.get(entry.getKey()));
                      return entry.getValue().values().stream()
                          .filter(it -> !it.equals(shown))
                          .count();
                    })
                .sum();
        assertThat(count("inventory_section WHERE aside AND content IS NOT NULL AND node", node))
            .isEqualTo(asides);
        assertThat(count("inventory_section WHERE aside AND differs AND node", node))
            .isEqualTo(differing);
        assertThat(open(node)).isEqualTo(differing);
      }
    }
  }

  /** Disputes that are not settled: of both tables at one moment, as the server moves events. */
  private static long open(String node) {
    return store
        .api()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        SELECT count(*) FILTER (WHERE action = 'disputed')
                               - count(*) FILTER (WHERE action = 'settled')
                        FROM (SELECT action, node_id FROM event_outbox
                              UNION ALL SELECT action, node_id FROM event) AS e
                        WHERE node_id = :node
                        """)
                    .bind("node", node)
                    .mapTo(Long.class)
                    .one());
  }

  private static JsonNode document(String node) {
    return store
        .api()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT doc::text FROM inventory WHERE node = :node")
                    .bind("node", node)
                    .mapTo(String.class)
                    .map(Json::read)
                    .one());
  }

  private static long count(String where, String node) {
    return store
        .api()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM " + where + " = :node")
                    .bind("node", node)
                    .mapTo(Long.class)
                    .one());
  }
}
