package dev.ingot.server.inventory.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class TimelineIT {
  private static final FieldClasses CLASSES =
      new FieldClasses(
          Map.of("MemFree", FieldClass.READING, "frequency.current", FieldClass.READING));

  private static TestStore database;
  private static DocumentStore store;
  private static int next;
  private static long sequence;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    store =
        new DocumentStore(
            database.store().ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
    TestNodes.make(database.jdbi(), 0, 200);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static String fresh() {
    return TestNodes.id(next++);
  }

  private static synchronized long sequence() {
    return ++sequence;
  }

  private static void store(String node, String document) {
    TestNodes.store(store, node, sequence(), document);
  }

  private static Instant now() {
    return database.jdbi().withHandle(Chains::now);
  }

  private static JsonNode asOf(String node, Instant time) {
    return database
        .jdbi()
        .withHandle(handle -> Timeline.asOf(handle, node, time, "as-of"))
        .document();
  }

  /** What is stored, without counters and readings. */
  private static ObjectNode stored(String node) {
    ObjectNode document = (ObjectNode) Json.read(one("SELECT doc::text FROM inventory", node));
    ObjectNode stable = Json.MAPPER.createObjectNode();
    document.forEachEntry((name, content) -> stable.set(name, CLASSES.stable(content)));
    return stable;
  }

  @Test
  void asOfEveryTimeIsTheDocumentThatWasStoredThen() {
    for (int seed = 1; seed <= 2; seed++) {
      Random random = new Random(seed);
      List<String> nodes = List.of(fresh(), fresh(), fresh());
      List<RandomMachine> machines = new ArrayList<>();
      nodes.forEach(_ -> machines.add(new RandomMachine(random)));
      Map<Instant, Map<String, ObjectNode>> then = new TreeMap<>();
      for (int step = 0; step < 120; step++) {
        int which = step < 3 ? step : Math.max(0, random.nextInt(6) - 3);
        if (step >= 3) {
          machines.get(which).happens(machines);
        }
        store(nodes.get(which), machines.get(which).document().toString());
        Map<String, ObjectNode> documents = new TreeMap<>();
        nodes.subList(0, Math.min(3, step + 1)).forEach(node -> documents.put(node, stored(node)));
        then.put(now(), documents);
      }
      assertThat(longestChain(nodes)).as("a keyframe is on the way").isGreaterThan(32);
      then.forEach(
          (time, documents) ->
              documents.forEach(
                  (node, document) ->
                      assertThat(SameJson.same(asOf(node, time), document))
                          .as(
                              "node %s at %s: %s instead of %s",
                              node, time, asOf(node, time), document)
                          .isTrue()));
      nodes.forEach(TimelineIT::partsAreThoseOfTheDocument);
    }
  }

  private static long longestChain(List<String> nodes) {
    return nodes.stream()
        .mapToLong(node -> Long.parseLong(one("SELECT changes FROM inventory", node)))
        .max()
        .orElseThrow();
  }

  private static void partsAreThoseOfTheDocument(String node) {
    Set<String> shown =
        Parts.of(stored(node)).values().stream()
            .filter(part -> part.serial() != null)
            .map(part -> part.kind() + " " + part.serial() + " " + part.place())
            .collect(Collectors.toSet());
    Set<String> followed =
        Set.copyOf(
            texts(
                "SELECT kind || ' ' || serial || ' ' || slot FROM part WHERE gone IS NULL AND node"
                    + " = :node",
                node));
    assertThat(followed).isEqualTo(shown);
  }

  @Test
  void aMonthOfAnUnchangedMachineCostsNothing() {
    String node = fresh();
    Random random = new Random(7);
    RandomMachine machine = new RandomMachine(random);
    store(node, machine.document().toString());
    long before = size();
    String document = one("SELECT doc::text FROM inventory", node);
    for (int report = 0; report < 60; report++) {
      store(node, machine.document().toString());
    }
    assertThat(one("SELECT doc::text FROM inventory", node)).isNotEqualTo(document);
    assertThat(texts("SELECT number::text FROM inventory_history WHERE node = :node", node))
        .containsExactly("1");
    assertThat(texts("SELECT type FROM event_outbox WHERE node_id = :node", node)).hasSize(1);
    assertThat(size()).isEqualTo(before);
  }

  private static long size() {
    return Long.parseLong(
        texts(
                "SELECT (coalesce(sum(pg_total_relation_size(relid)), 0) +"
                    + " pg_total_relation_size('part'))::text FROM"
                    + " pg_partition_tree('inventory_history') WHERE :node <> ''",
                "x")
            .getFirst());
  }

  @Test
  void aReorderingWritesNothing() {
    String node = fresh();
    store(
        node,
        "{\"os_storage\": [{\"serial\": \"R1\"}, {\"serial\": \"R2\"}, {\"serial\": \"R3\"}]}");
    String before = one("SELECT xmin || ' ' || revision FROM inventory", node);
    store(
        node,
        "{\"os_storage\": [{\"serial\": \"R3\"}, {\"serial\": \"R1\"}, {\"serial\": \"R2\"}]}");
    assertThat(one("SELECT xmin || ' ' || revision FROM inventory", node)).isEqualTo(before);
    store(
        node,
        "{\"os_storage\": [{\"serial\": \"R3\"}, {\"serial\": \"R4\"}, {\"serial\": \"R1\"}]}");
    assertThat(stored(node).path("os_storage").toString())
        .isEqualTo("[{\"serial\":\"R1\"},{\"serial\":\"R3\"},{\"serial\":\"R4\"}]");
    assertThat(changes(node)).containsExactly("informational", "lost");
  }

  @Test
  void aDiskThatIsSeenInAnotherMachineAfterItWasMissedMoved() {
    String one = fresh();
    String other = fresh();
    store(one, disk("/dev/sda", "MOVE1"));
    store(other, disk("/dev/sda", "STAYS1"));
    store(one, "{\"os_storage\": []}");
    assertThat(changes(one)).containsExactly("informational", "lost");
    store(
        other,
        disk("/dev/sda", "STAYS1")
            .replace("]", ",{\"device\":\"/dev/sdb\",\"serial\":\"MOVE1\"}]"));
    assertThat(changes(other)).containsExactly("informational", "moved");
    JsonNode finding = findings(other).path(0);
    assertThat(finding.path("from").path("node").stringValue()).isEqualTo(one);
    assertThat(finding.path("to").path("node").stringValue()).isEqualTo(other);
    assertThat(finding.path("what").stringValue())
        .startsWith("Disk /dev/sdb serial MOVE1 moved here from host");
    assertThat(finding.path("serial").stringValue()).isEqualTo("MOVE1");
  }

  @Test
  void aDiskThatIsMissedAfterItWasSeenInAnotherMachineMovedToo() {
    next = Math.max(next, 10); // those before are offline
    String one = fresh();
    String other = fresh();
    store(one, disk("/dev/sda", "MOVE2"));
    store(other, disk("/dev/sdb", "MOVE2"));
    assertThat(findings(other).path(0).path("what").stringValue())
        .contains("has one of this number too");
    assertThat(duplicates("MOVE2")).hasSize(2);
    store(one, "{\"os_storage\": []}");
    assertThat(changes(one)).containsExactly("informational", "moved");
    assertThat(findings(one).path(0).path("to").path("node").stringValue()).isEqualTo(other);
    assertThat(duplicates("MOVE2")).isEmpty();
    assertThat(found("MOVE2"))
        .extracting(PartQuery.Found::node)
        .containsExactlyInAnyOrder(one, other);
  }

  @Test
  void aPartThatComesBackDoesNotComeFromWhereItWasBefore() {
    String one = fresh();
    String other = fresh();
    store(one, disk("/dev/sda", "BACK1"));
    store(one, "{\"os_storage\": []}");
    store(other, disk("/dev/sda", "BACK1"));
    assertThat(changes(other)).containsExactly("moved");
    store(other, "{\"os_storage\": []}");
    store(other, disk("/dev/sdb", "BACK1"));
    assertThat(changes(other)).containsExactly("moved", "lost", "informational");
    assertThat(findings(other).path(0).path("what").stringValue())
        .startsWith("Disk /dev/sdb serial BACK1 is new");
  }

  @Test
  void whicheverMachineIsHeardFirstOneOfThemSaysThatItMoved() throws Exception {
    next = Math.max(next, 10);
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 12; round++) {
        String one = fresh();
        String other = fresh();
        String serial = "RACE" + round;
        store(one, disk("/dev/sda", serial));
        store(other, disk("/dev/sda", "OTHER" + round));
        CyclicBarrier start = new CyclicBarrier(2);
        Future<?> gone = both.submit(() -> at(start, () -> store(one, "{\"os_storage\": []}")));
        Future<?> come = both.submit(() -> at(start, () -> store(other, disk("/dev/sda", serial))));
        gone.get();
        come.get();
        List<String> said = new ArrayList<>(meanings(one, serial));
        said.addAll(meanings(other, serial));
        assertThat(said).contains("moved");
        assertThat(found(serial)).filteredOn(part -> part.gone() == null).hasSize(1);
      }
    }
  }

  private static void at(CyclicBarrier start, Runnable work) {
    try {
      start.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    work.run();
  }

  private static List<String> meanings(String node, String serial) {
    return findings(node)
        .valueStream()
        .filter(finding -> finding.path("serial").asString("").equals(serial))
        .map(finding -> finding.path("change").stringValue())
        .toList();
  }

  private static String disk(String device, String serial) {
    return "{\"os_storage\": [{\"device\": \"" + device + "\", \"serial\": \"" + serial + "\"}]}";
  }

  private static List<PartQuery.Found> found(String serial) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                PartQuery.list(handle, new PartQuery.Wanted(serial, null, null, false), null, 100));
  }

  private static List<PartQuery.Found> duplicates(String serial) {
    return found(serial).stream().filter(PartQuery.Found::duplicate).toList();
  }

  @Test
  void aTimeBeforeTheFirstSightSaysSinceWhen() {
    String node = fresh();
    Instant before = now();
    store(node, "{\"a\": {\"b\": 1}}");
    assertThatThrownBy(() -> asOf(node, before))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_FOUND))
        .hasMessageContaining("was first seen at " + time(node));
  }

  @Test
  void aTimeWhoseHistoryIsDroppedSaysWhichIsTheOldest() {
    String node = fresh();
    store(node, "{\"a\": {\"b\": 1}}");
    store(node, "{\"a\": {\"b\": 2}}");
    Instant between = now();
    store(node, "{\"a\": {\"b\": 3}}");
    OffsetDateTime from =
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT max(time) FROM inventory_history")
                        .mapTo(OffsetDateTime.class)
                        .one());
    // What was dropped lay before the oldest partition that is left.
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle
                  .createUpdate("DELETE FROM inventory_history WHERE node = :node AND number < 3")
                  .bind("node", node)
                  .execute();
              handle.execute(
                  "CREATE TABLE inventory_history_kept (LIKE inventory_history INCLUDING"
                      + " DEFAULTS)");
              handle.execute(
                  "WITH moved AS (DELETE FROM inventory_history_default WHERE time >= '"
                      + from
                      + "' RETURNING *) INSERT INTO inventory_history_kept SELECT * FROM moved");
              handle.execute(
                  "ALTER TABLE inventory_history ATTACH PARTITION inventory_history_kept FOR VALUES"
                      + " FROM ('"
                      + from
                      + "') TO ('"
                      + from.plusDays(1)
                      + "')");
            });
    try {
      assertThatThrownBy(() -> asOf(node, between))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID))
          .hasMessageContaining("before " + from.toInstant() + " is no longer kept");
      assertThat(asOf(node, now()).path("a").path("b").intValue()).isEqualTo(3);
    } finally {
      database
          .jdbi()
          .useHandle(
              handle -> {
                handle.execute(
                    "ALTER TABLE inventory_history DETACH PARTITION inventory_history_kept");
                handle.execute(
                    "INSERT INTO inventory_history SELECT * FROM inventory_history_kept");
                handle.execute("DROP TABLE inventory_history_kept");
              });
    }
  }

  private static Instant time(String node) {
    String utc = "to_char(min(time) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    return Instant.parse(one("SELECT " + utc + " FROM inventory_history", node));
  }

  private static List<String> changes(String node) {
    return texts("SELECT change FROM inventory_history WHERE node = :node ORDER BY number", node);
  }

  private static JsonNode findings(String node) {
    return Json.read(
        texts(
                "SELECT what::text FROM inventory_history WHERE node = :node ORDER BY number DESC",
                node)
            .getFirst());
  }

  private static String one(String select, String node) {
    return texts(select + " WHERE node = :node", node).getFirst();
  }

  private static List<String> texts(String select, String node) {
    return database
        .jdbi()
        .withHandle(
            handle -> handle.createQuery(select).bind("node", node).mapTo(String.class).list());
  }
}
