package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QueriesIT {
  private static final int NODES = 400;

  private static TestStore database;
  private static Queries queries;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    queries = queries(Duration.ofSeconds(10));
    TestNodes.make(database.jdbi(), 0, NODES);
    Inventory inventory =
        new Inventory(database.store(), new OutboxTable(() -> {}), InventorySettings.DEFAULT);
    Random random = new Random(5);
    for (int i = 1; i < NODES; i++) { // node 0 has no document
      TestNodes.store(
          inventory.writer(),
          TestNodes.id(i),
          1,
          """
          {"dmi": {"sys_vendor": "%s", "product_serial": "S%d"},
           "cpu": [{"cores": %d}, {"cores": %d}],
           "odd": {"value": %s}}
          """
              .formatted(
                  i % 4 == 0 ? "Dell Inc." : "HPE",
                  i,
                  random.nextInt(4),
                  random.nextInt(4),
                  List.of("1", "\"x\"", "null", "true", "[3, \"a\"]", "2.5", "{}", "[]")
                      .get(i % 8)));
    }
    database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
  }

  private static Queries queries(Duration limit) {
    return new Queries(new Facets(List.of("dmi.sys_vendor", "dmi.product_serial")), limit);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static QueryAnswer ask(String body) {
    QueryBody read = Json.MAPPER.readValue(body, QueryBody.class);
    return database.jdbi().withHandle(handle -> queries.answer(handle, read));
  }

  private static List<String> ids(List<JsonNode> items) {
    return items.stream().map(item -> item.path("mercury_id").stringValue()).toList();
  }

  /** With few rows a scan costs less than any index, so scans are out of the question here. */
  private static String plan(String filter) {
    List<String> lines =
        database
            .jdbi()
            .inTransaction(
                handle -> {
                  handle.execute("SET LOCAL enable_seqscan = off");
                  return queries.explain(handle, Json.read(filter));
                });
    return String.join("\n", lines);
  }

  @Test
  void anEqualityOnADeclaredPathIsServedByTheIndex() {
    String plan = plan("{\"dmi.product_serial\": \"S17\"}");
    assertThat(plan)
        .contains("Bitmap Index Scan on inventory_facet")
        .doesNotContain("Seq Scan on inventory");
    assertThat(ids(ask("{\"filter\": {\"dmi.product_serial\": \"S17\"}}").items()))
        .containsExactly(TestNodes.id(17));
  }

  @Test
  void aMixedFilterIsServedByTheIndexOfItsDeclaredPart() {
    String plan =
        plan(
            "{\"dmi.product_serial\": {\"$in\": [\"S17\", \"S18\"]},"
                + " \"cpu.0.cores\": {\"$gte\": 0}}");
    assertThat(plan).contains("Bitmap Index Scan on inventory_facet");
  }

  @Test
  void anIdIsServedByThePrimaryKey() {
    String plan = plan("{\"mercury_id\": \"" + TestNodes.id(3) + "\"}");
    assertThat(plan).contains("node_pkey").doesNotContain("Seq Scan");
  }

  @Test
  void aConditionInsideOfAnAndIsServedByTheIndexToo() {
    String plan =
        plan(
            "{\"$and\": [{\"$and\": [{\"dmi.product_serial\": \"S17\"}, {\"cpu.cores\": 1}]},"
                + " {\"node.online\": true}]}");
    assertThat(plan).contains("Bitmap Index Scan on inventory_facet");
  }

  @Test
  void anElementThatMatchesIsServedByTheIndexOfADeclaredPath() {
    String plan =
        plan("{\"dmi\": {\"$elemMatch\": {\"product_serial\": \"S17\", \"x\": {\"$gt\": 1}}}}");
    assertThat(plan).contains("Bitmap Index Scan on inventory_facet");
  }

  @Test
  void tagsAndHostnamesAreServedByTheirIndexes() {
    assertThat(plan("{\"node.tags\": \"t1\"}")).contains("node_tag");
    assertThat(plan("{\"node.hostname\": {\"$in\": [\"host7\", \"host8\"]}}"))
        .contains("node_hostname");
    assertThat(
            ids(
                ask("{\"filter\": {\"node.hostname\": {\"$in\": [\"host7\", \"HOST8\"]}}}")
                    .items()))
        .containsExactly(TestNodes.id(7));
    assertThat(ask("{\"filter\": {\"node.tags\": \"t1\"}, \"count\": true, \"limit\": 0}").count())
        .isEqualTo(133);
  }

  @Test
  void whatIsReadOfANodeIsMadeAndNothingElse() {
    String only =
        queries.select(Json.read("{\"node.online\": true}"), "filter", PathAccess.ALL).from();
    assertThat(only).contains("v.online").doesNotContain("v.aliases");
    QueryAnswer answer =
        ask(
            """
            {"filter": {"node.online": true, "node": {"$exists": true}},
             "projection": {"node": 1}, "sort": {"node.location.rack": -1}, "limit": 1}
            """);
    assertThat(answer.items().getFirst().path("node").path("location").path("rack").stringValue())
        .isEqualTo("r1");
    assertThat(answer.items().getFirst().path("node").path("first_seen").stringValue())
        .endsWith("Z");
  }

  @Test
  void anExpressionMadeToExplodeIsStopped() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 400_000; i++) {
      text.append(random.nextBoolean() ? 'a' : 'b');
    }
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE inventory SET doc = doc || jsonb_build_object('text', ?::text)"
                        + " WHERE node = ?",
                    text.toString(),
                    TestNodes.id(1)));
    for (String expression :
        List.of(
            "(a|b)*a(a|b){200}c",
            "(a*)*c",
            "((a|b)+)+c",
            "(?=(a|b)*a(a|b){150}c)(a|b){150}c",
            "(x+x+)+y")) {
      long start = System.nanoTime();
      try {
        database
            .jdbi()
            .useHandle(
                handle ->
                    queries(Duration.ofMillis(300))
                        .matching(
                            handle,
                            Json.read("{\"text\": {\"$regex\": \"" + expression + "\"}}"),
                            "filter"));
      } catch (Problem problem) {
        assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(expression)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void pagesNeverSkipNorRepeatWhateverTheSort() {
    for (String sort :
        List.of(
            "{}",
            "{\"cpu.cores\": 1}",
            "{\"cpu.cores\": -1, \"dmi.sys_vendor\": 1}",
            "{\"odd.value\": 1}",
            "{\"odd.value\": -1}",
            "{\"cpu.1.cores\": 1, \"node.hostname\": -1}",
            "{\"dmi.sys_vendor\": -1}")) {
      List<String> paged = new ArrayList<>();
      String cursor = null;
      do {
        QueryAnswer page =
            ask(
                "{\"sort\": %s, \"limit\": 37, \"projection\": {\"dmi\": 1}%s}"
                    .formatted(sort, cursor == null ? "" : ", \"cursor\": \"" + cursor + "\""));
        paged.addAll(ids(page.items()));
        cursor = page.next();
      } while (cursor != null);
      assertThat(paged).as(sort).hasSize(NODES).doesNotHaveDuplicates();
      assertThat(paged)
          .as(sort)
          .isEqualTo(ids(ask("{\"sort\": %s, \"limit\": 1000}".formatted(sort)).items()));
    }
  }

  /** Nodes come, go and change in what they are not sorted by while pages are read. */
  @Test
  void pagesNeverSkipNorRepeatWhileOthersWrite() throws Exception {
    for (String sort : List.of("{}", "{\"cpu.cores\": -1, \"odd.value\": 1}")) {
      AtomicBoolean reading = new AtomicBoolean(true);
      CountDownLatch written = new CountDownLatch(20);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    Random random = new Random(11);
                    while (reading.get()) {
                      write(random);
                      written.countDown();
                    }
                  });
      try {
        assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
        List<String> paged = new ArrayList<>();
        String cursor = null;
        do {
          QueryAnswer page =
              ask(
                  "{\"sort\": %s, \"limit\": 7, \"projection\": {\"dmi\": 1}%s}"
                      .formatted(sort, cursor == null ? "" : ", \"cursor\": \"" + cursor + "\""));
          paged.addAll(ids(page.items()));
          cursor = page.next();
        } while (cursor != null);
        assertThat(paged).as(sort).doesNotHaveDuplicates();
        assertThat(paged.stream().filter(id -> id.compareTo(TestNodes.id(NODES)) < 0))
            .as(sort)
            .hasSize(NODES);
      } finally {
        reading.set(false);
        writer.join();
        database
            .jdbi()
            .useHandle(
                handle -> handle.execute("DELETE FROM node WHERE id >= ?", TestNodes.id(NODES)));
      }
    }
  }

  private static void write(Random random) {
    String passing = TestNodes.id(NODES + random.nextInt(20));
    String staying = TestNodes.id(1 + random.nextInt(NODES - 1));
    database
        .jdbi()
        .useTransaction(
            handle -> {
              if (handle.execute("DELETE FROM node WHERE id = ?", passing) == 0) {
                handle.execute(
                    "INSERT INTO node (id, standing, id_reason, facts_digest)"
                        + " VALUES (?, 'admitted', 'test', '')",
                    passing);
                handle.execute("INSERT INTO agent_session (node) VALUES (?)", passing);
              }
              handle.execute(
                  "UPDATE inventory SET doc = doc || jsonb_build_object('seen', ?),"
                      + " revision = revision + 1 WHERE node = ?",
                  random.nextInt(),
                  staying);
            });
  }

  @Test
  void valuesOfManyTypesSortAsInMongo() {
    QueryAnswer answer = ask("{\"sort\": {\"odd.value\": 1}, \"limit\": 1000}");
    List<Integer> ranks =
        answer.items().stream().map(item -> rank(item.path("odd").path("value"))).toList();
    assertThat(ranks).isSortedAccordingTo(Comparator.naturalOrder());
    QueryAnswer descending = ask("{\"sort\": {\"cpu.cores\": -1}, \"limit\": 1000}");
    List<Integer> most =
        descending.items().stream().map(item -> Math.max(cores(item, 0), cores(item, 1))).toList();
    assertThat(most).isSortedAccordingTo(Comparator.reverseOrder());
  }

  private static int cores(JsonNode item, int socket) {
    return item.path("cpu").path(socket).path("cores").asInt(-1);
  }

  private static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> 1;
      case STRING -> 2;
      case OBJECT -> 3;
      case ARRAY -> value.isEmpty() ? 0 : 1;
      case BOOLEAN -> 5;
      default -> 0;
    };
  }

  @Test
  void aCursorOfAnotherQueryIsRefused() {
    String cursor = ask("{\"limit\": 1, \"sort\": {\"cpu.cores\": 1}}").next();
    assertThatThrownBy(() -> ask("{\"limit\": 1, \"filter\": {}, \"cursor\": \"" + cursor + "\"}"))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.MALFORMED);
              assertThat(problem.field()).isEqualTo("cursor");
            });
  }

  @Test
  void theCountIsOfAllThatMatch() {
    QueryAnswer answer =
        ask("{\"filter\": {\"dmi.sys_vendor\": \"Dell Inc.\"}, \"count\": true, \"limit\": 0}");
    assertThat(answer.count()).isEqualTo((NODES - 1) / 4);
    assertThat(answer.items()).isEmpty();
  }

  @Test
  void aNodeWithoutADocumentMatchesWhatIsMissing() {
    assertThat(ids(ask("{\"filter\": {\"dmi\": {\"$exists\": false}}}").items()))
        .containsExactly(TestNodes.id(0));
    assertThat(
            ids(
                ask("{\"filter\": {\"dmi.sys_vendor\": {\"$nin\": [\"HPE\", \"Dell Inc.\"]}}}")
                    .items()))
        .containsExactly(TestNodes.id(0));
  }

  @Test
  void whatStandsBesideTheDocumentIsQueryableWithIt() {
    QueryAnswer answer =
        ask(
            """
            {"filter": {"$or": [{"node.hostname": "host8", "dmi.sys_vendor": "Dell Inc."},
                                {"node.online": false, "node.tags": "t1"}],
                        "node.location.rack": {"$exists": true}},
             "projection": {"node.hostname": 1}}
            """);
    assertThat(answer.items().stream().map(JsonNode::toString))
        .containsExactly(
            "{\"mercury_id\":\"%s\",\"node\":{\"hostname\":\"host1\"}}".formatted(TestNodes.id(1)),
            "{\"mercury_id\":\"%s\",\"node\":{\"hostname\":\"host4\"}}".formatted(TestNodes.id(4)),
            "{\"mercury_id\":\"%s\",\"node\":{\"hostname\":\"host8\"}}".formatted(TestNodes.id(8)));
  }

  @Test
  void aQueryThatTakesTooLongIsStoppedAndSaysSo() {
    Queries hurried = queries(Duration.ofMillis(1));
    String many =
        IntStream.range(0, 400)
            .mapToObj(i -> "{\"odd.value\": {\"$regex\": \"(x+y%d){9}z\"}}".formatted(i))
            .collect(Collectors.joining(","));
    QueryBody slow =
        Json.MAPPER.readValue("{\"filter\": {\"$or\": [" + many + "]}}", QueryBody.class);
    assertThatThrownBy(() -> database.jdbi().useHandle(handle -> hurried.answer(handle, slow)))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.detail()).contains("takes longer than 0.001 s"));
  }
}
