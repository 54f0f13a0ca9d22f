package dev.ingot.server.inventory.classes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ClassesIT {
  private static final int NODES = 720;

  private static TestServer server;
  private static Store store;
  private static Inventory inventory;
  private static Jdbi jdbi;
  private static long sequence;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(server.settings().database(), Path.of("/nonexistent"));
    jdbi = store.api();
    inventory = new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
    TestNodes.make(jdbi, 0, NODES);
    for (int i = 1; i < 40; i++) {
      document(i, i % 2 == 0 ? "Dell Inc." : "HPE", i % 5);
    }
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  @AfterEach
  void forget() {
    for (JsonNode rule : server.get("/api/v1/classes").body().path("items")) {
      server.delete("/api/v1/classes/" + rule.path("name").asString());
    }
    settled();
    assertThat(classes()).isEmpty();
  }

  private static void document(int node, String vendor, int gpus) {
    TestNodes.store(
        inventory.writer(),
        TestNodes.id(node),
        ++sequence,
        "{\"dmi\": {\"sys_vendor\": \"%s\"}, \"pci\": [%s]}"
            .formatted(
                vendor,
                String.join(
                    ",",
                    IntStream.range(0, gpus).mapToObj(i -> "{\"class_id\": \"0302\"}").toList())));
  }

  private static Answer put(String name, int priority, String filter) {
    Answer answer =
        server.send(
            "PUT",
            "/api/v1/classes/" + name,
            "{\"priority\": %d, \"filter\": %s}".formatted(priority, filter),
            server.adminToken());
    assertThat(answer.status()).as("%s", answer.body()).isIn(200, 201);
    return answer;
  }

  private static void settled() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              JsonNode progress = server.get("/api/v1/class-progress").body();
              return !progress.path("running").asBoolean() && progress.path("due").asInt() == 0;
            });
  }

  /** Nodes that are of a class. */
  private static Map<String, String> classes() {
    Map<String, String> classes = new TreeMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT node, class FROM node_in_class")
                .map((row, _) -> Map.entry(row.getString("node"), row.getString("class")))
                .forEach(entry -> classes.put(entry.getKey(), entry.getValue())));
    return classes;
  }

  private static List<JsonNode> events(String node) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT data::text FROM (SELECT node_sequence, data, action, node_id FROM"
                        + " event_outbox UNION ALL SELECT node_sequence, data, action, node_id FROM"
                        + " event) AS e WHERE action = 'class-changed' AND node_id = :node"
                        + " ORDER BY node_sequence")
                .bind("node", node)
                .mapTo(String.class)
                .map(Json::read)
                .list());
  }

  private static long eventsOfAll() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT (SELECT count(*) FROM event_outbox WHERE action = 'class-changed')"
                        + " + (SELECT count(*) FROM event WHERE action = 'class-changed')")
                .mapTo(Long.class)
                .one());
  }

  @Test
  void theFirstRuleByPriorityThenByNameIsTheClass() {
    put("z-dell", 10, "{\"dmi.sys_vendor\": \"Dell Inc.\"}");
    put("b-gpu", 20, "{\"pci.class_id\": \"0302\"}");
    put("a-gpu", 20, "{\"pci.class_id\": \"0302\"}");
    settled();
    Map<String, String> classes = classes();
    for (int i = 1; i < 40; i++) {
      String expected = i % 2 == 0 ? "z-dell" : i % 5 == 0 ? null : "a-gpu";
      assertThat(classes.get(TestNodes.id(i))).as("node %d", i).isEqualTo(expected);
    }
    assertThat(classes.get(TestNodes.id(0))).isNull();
    JsonNode items = server.get("/api/v1/classes").body().path("items");
    assertThat(items.valueStream().map(item -> item.path("name").asString()))
        .containsExactly("z-dell", "a-gpu", "b-gpu");
    long dells = classes.values().stream().filter("z-dell"::equals).count();
    assertThat(items.path(0).path("nodes").asLong()).isEqualTo(dells).isGreaterThanOrEqualTo(19);
    assertThat(server.get("/api/v1/nodes/" + TestNodes.id(2)).text("class")).isEqualTo("z-dell");
    assertThat(count("{\"node.class\": \"z-dell\"}")).isEqualTo(dells);
    assertThat(count("{\"node.class\": null, \"dmi.sys_vendor\": \"Dell Inc.\"}")).isZero();
    assertThat(items.path(2).path("nodes").asInt()).isZero();
    // Another priority turns them round; each node says so once.
    long before = eventsOfAll();
    put("b-gpu", 5, "{\"pci.class_id\": \"0302\"}");
    settled();
    assertThat(classes().get(TestNodes.id(1))).isEqualTo("b-gpu");
    assertThat(classes().get(TestNodes.id(2))).isEqualTo("b-gpu");
    assertThat(classes().get(TestNodes.id(10))).isEqualTo("z-dell");
    assertThat(eventsOfAll() - before)
        .isEqualTo(IntStream.range(1, 40).filter(i -> i % 5 != 0).count());
  }

  private static long count(String filter) {
    Answer answer =
        server.post(
            "/api/v1/inventory/query",
            "{\"filter\": %s, \"count\": true, \"limit\": 0}".formatted(filter));
    return answer.body().path("count").asLong();
  }

  @Test
  void aNodeThatChangesIsOfItsNewClassSoonWithOneEvent() {
    put("dell", 10, "{\"dmi.sys_vendor\": \"Dell Inc.\"}");
    put("rack-nine", 20, "{\"node.location.rack\": \"nine\"}");
    settled();
    String node = TestNodes.id(101);
    assertThat(classes()).doesNotContainKey(node);
    document(101, "Dell Inc.", 0);
    await().until(() -> "dell".equals(classes().get(node)));
    document(101, "HPE", 0);
    await().until(() -> !classes().containsKey(node));
    assertThat(
            server.patch("/api/v1/nodes/" + node, "{\"location\": {\"rack\": \"nine\"}}").status())
        .isEqualTo(200);
    await().until(() -> "rack-nine".equals(classes().get(node)));
    document(101, "Dell Inc.", 0);
    await().until(() -> "dell".equals(classes().get(node)));
    settled();
    assertThat(events(node))
        .containsExactly(
            Json.read("{\"from\": null, \"to\": \"dell\"}"),
            Json.read("{\"from\": \"dell\", \"to\": null}"),
            Json.read("{\"from\": null, \"to\": \"rack-nine\"}"),
            Json.read("{\"from\": \"rack-nine\", \"to\": \"dell\"}"));
  }

  @Test
  void everyNodeIsRightWhateverHappensAtTheSameTime() throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int writer = 0; writer < 3; writer++) {
      int own = writer;
      Random random = new Random(writer);
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 60; i++) {
                      int node = 200 + own * 20 + random.nextInt(20);
                      String vendor = random.nextBoolean() ? "Dell Inc." : "HPE";
                      synchronized (ClassesIT.class) {
                        document(node, vendor, 0);
                      }
                    }
                  }));
    }
    for (int i = 0; i < 6; i++) {
      put("one", i, "{\"dmi.sys_vendor\": \"Dell Inc.\"}");
      put("two", 3, "{\"dmi.sys_vendor\": {\"$in\": [\"Dell Inc.\", \"HPE\"]}}");
      put("two", 4, "{\"dmi.sys_vendor\": \"HPE\"}");
    }
    for (Thread writer : writers) {
      writer.join();
    }
    settled();
    Map<String, String> expected = new TreeMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT node, doc #>> '{dmi,sys_vendor}' AS vendor FROM inventory")
                .map((row, _) -> Map.entry(row.getString("node"), row.getString("vendor")))
                .forEach(
                    entry ->
                        expected.put(
                            entry.getKey(), entry.getValue().equals("HPE") ? "two" : "one")));
    assertThat(classes()).isEqualTo(expected);
    // Told once for each change: the events of a node are a chain that ends at what it is.
    expected.forEach(
        (node, name) -> {
          String last = null;
          for (JsonNode event : events(node)) {
            assertThat(event.path("from").asString(null)).as(node).isEqualTo(last);
            assertThat(event.path("to")).as(node).isNotEqualTo(event.path("from"));
            last = event.path("to").asString(null);
          }
          assertThat(last).as(node).isEqualTo(name);
        });
  }

  @Test
  void aWriterThatSawNoRuleIsWaitedFor() {
    try (Handle handle = jdbi.open()) {
      handle.begin();
      handle.execute(
          "UPDATE inventory SET doc = doc || '{\"late\": true}' WHERE node = ?", TestNodes.id(1));
      put("late", 1, "{\"late\": true}");
      await()
          .during(Duration.ofMillis(1200))
          .until(() -> server.get("/api/v1/class-progress").body().path("running").asBoolean());
      handle.commit();
    }
    settled();
    assertThat(classes()).containsOnly(Map.entry(TestNodes.id(1), "late"));
  }

  @Test
  void anInterruptedSweepGoesOnAfterARestart() {
    put("all", 1, "{}");
    server.restart();
    settled();
    assertThat(classes()).hasSize(NODES);
    assertThat(server.get("/api/v1/class-progress").body().path("done").asInt()).isEqualTo(NODES);
    assertThat(events(TestNodes.id(700))).hasSize(1);
  }

  @Test
  void withoutARuleNothingIsWrittenForAChange() {
    document(300, "HPE", 1);
    long due =
        jdbi.withHandle(
            handle ->
                handle.createQuery("SELECT count(*) FROM node_class_due").mapTo(Long.class).one());
    assertThat(due).isZero();
  }

  @Test
  void whatCannotBeARuleIsOneProblemThatNamesTheField() {
    Map<String, String> wrong =
        Map.of(
            "{}", "filter",
            "{\"filter\": {\"a\": {\"$regx\": 1}}}", "filter.a.$regx",
            "{\"filter\": {}, \"priority\": -1}", "priority",
            "{\"filter\": {}, \"priority\": \"1\"}", "priority",
            "{\"filter\": {}, \"prioritee\": 1}", "prioritee",
            "{\"filter\": {\"node.online\": true}}", "filter.node.online",
            "{\"filter\": {\"$or\": [{\"node.class\": \"x\"}]}}", "filter.node.class",
            "{\"filter\": {}, \"name\": \"other\"}", "name");
    wrong.forEach(
        (body, field) -> {
          Answer answer = server.send("PUT", "/api/v1/classes/wrong", body, server.adminToken());
          assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(422);
          assertThat(answer.text("field")).as(body).isEqualTo(field);
        });
    assertThat(server.get("/api/v1/classes/wrong").status()).isEqualTo(404);
    assertThat(server.delete("/api/v1/classes/wrong").status()).isEqualTo(404);
  }

  @Test
  void aFolderOfClassesIsLoaded() {
    Answer loaded =
        server.post(
            "/api/v1/classes/load",
            "{\"files\": [{\"file\": \"gpu.yaml\", \"text\":"
                + " \"priority: 5\\nfilter: {pci.class_id: '0302'}\"}]}");
    assertThat(loaded.status()).as("%s", loaded.body()).isEqualTo(200);
    assertThat(loaded.body().path("items").path(0).path("state").asString()).isEqualTo("created");
    settled();
    assertThat(classes()).containsEntry(TestNodes.id(2), "gpu");
  }
}
