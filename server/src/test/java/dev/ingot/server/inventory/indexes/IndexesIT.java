package dev.ingot.server.inventory.indexes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class IndexesIT {
  private static final int NODES = 250;

  private TestStore database;
  private Inventory inventory;
  private Indexes indexes;

  @BeforeEach
  void open() {
    database = TestStore.open();
    inventory = server();
    indexes = inventory.indexes();
    TestNodes.make(database.jdbi(), 0, NODES);
    for (int i = 0; i < NODES; i++) {
      store(inventory, i, 1, i % 5);
    }
    indexes.build();
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** As another process over the same database. */
  private Inventory server() {
    return new Inventory(
        database.store(), new OutboxTable(() -> {}), new AuditTable(), InventorySettings.DEFAULT);
  }

  private static void store(Inventory by, int node, int sequence, int slot) {
    TestNodes.store(
        by.writer(),
        TestNodes.id(node),
        sequence,
        "{\"dmi\": {\"sys_vendor\": \"V%d\"}, \"bay\": {\"slot\": %d, \"side\": \"s%d\"}}"
            .formatted(node % 3, slot, slot));
  }

  private static JsonNode explain(Inventory by, TestStore database, String filter) {
    QueryBody body = new QueryBody(Json.read(filter), null, null, 1000, null, null, true);
    return database
        .jdbi()
        .inTransaction(
            handle -> {
              handle.execute("SET LOCAL enable_seqscan = off");
              return Json.MAPPER.valueToTree(by.queries().answer(handle, body)).path("explain");
            });
  }

  private long count(Inventory by, String filter) {
    QueryBody body = new QueryBody(Json.read(filter), null, null, 0, null, true);
    Long count = database.jdbi().withHandle(handle -> by.queries().answer(handle, body)).count();
    return count == null ? -1 : count;
  }

  private DeclaredIndex index(String path) {
    return indexes.list().stream().filter(one -> one.path().equals(path)).findFirst().orElseThrow();
  }

  @Test
  void theGoodDefaultSetIsReadyAndServes() {
    assertThat(indexes.list())
        .hasSizeGreaterThan(30)
        .allSatisfy(index -> assertThat(index.state()).isEqualTo(State.READY));
    JsonNode explain = explain(inventory, database, "{\"dmi.sys_vendor\": \"V1\"}");
    assertThat(explain.path("served").stringValue()).as("%s", explain).isEqualTo("index");
    assertThat(explain.path("rows").intValue()).isEqualTo(83);
    assertThat(explain.path("prefilter").path(0).stringValue()).contains("V1");
  }

  /** Against the page that a test holds against the agent's inspectors. */
  @Test
  void theDefaultSetIsOfFieldsThatAgentsWrite() throws IOException {
    Set<String> written = new TreeSet<>();
    String section = "";
    for (String line : Files.readAllLines(Path.of("../docs/inventory.md"))) {
      if (line.startsWith("## ")) {
        section = line.substring(3).strip();
      } else if (line.startsWith("| `")) {
        written.add(section + "." + line.split("`", 3)[1]);
      }
    }
    List<String> declared = indexes.list().stream().map(DeclaredIndex::path).toList();
    assertThat(declared)
        .contains("lldp.system_name", "mem.dimms.slot", "bmc.network.mac", "raid.firmware")
        .filteredOn(path -> !written.contains(path))
        .as("but what documents of Mercury call them")
        .containsExactlyInAnyOrder(
            "interfaces.lldp.switch_name",
            "interfaces.lldp.port_number",
            "bmc.network.ip_address",
            "bmc.network.mac_address",
            "bmc.firmware_version",
            "mem.dimms.locator");
  }

  @Test
  void aPathServesOnceItIsBuiltAndAnswersAreRightAllTheTime() {
    String filter = "{\"bay.slot\": 3}";
    JsonNode before = explain(inventory, database, filter);
    assertThat(before.path("served").stringValue()).as("%s", before).isEqualTo("scan");
    assertThat(before.path("undeclared").toString()).isEqualTo("[\"bay.slot\"]");
    DeclaredIndex added = indexes.add(Principal.SYSTEM, "bay.slot", Kind.EQUALITY);
    assertThat(added.state()).isEqualTo(State.BUILDING);
    assertThat(added.done()).isZero();
    assertThat(added.total()).isEqualTo(NODES);
    // A document that is written meanwhile has it already.
    store(inventory, 0, 2, 3);
    assertThat(index("bay.slot").done()).isEqualTo(1);
    assertThat(explain(inventory, database, filter).path("served").stringValue()).isEqualTo("scan");
    assertThat(count(inventory, filter)).isEqualTo(51);
    indexes.build();
    assertThat(index("bay.slot").state()).isEqualTo(State.READY);
    JsonNode after = explain(inventory, database, filter);
    assertThat(after.path("served").stringValue()).as("%s", after).isEqualTo("index");
    assertThat(count(inventory, filter)).isEqualTo(51);
  }

  @Test
  void aBuildThatDiedInTheMiddleIsGoneOnWith() {
    indexes.add(Principal.SYSTEM, "bay.slot", Kind.EQUALITY);
    database
        .jdbi()
        .useHandle(
            handle -> {
              LivePaths dying = new LivePaths(database.jdbi());
              var set = handle.inTransaction(dying::written);
              List<IndexTable.Stale> first = IndexTable.stale(handle, set.generation(), "", 60);
              List<String> facets =
                  first.stream()
                      .map(one -> Json.write(set.facets().of(Json.read(one.document()))))
                      .toList();
              IndexTable.write(handle, first, facets, set.generation());
            });
    assertThat(index("bay.slot").done()).isEqualTo(60);
    Inventory next = server();
    next.indexes().build();
    assertThat(index("bay.slot").state()).isEqualTo(State.READY);
    assertThat(count(next, "{\"bay.slot\": 3}")).isEqualTo(50);
    assertThat(explain(next, database, "{\"bay.slot\": 3}").path("served").stringValue())
        .isEqualTo("index");
  }

  /** Two servers, one of which learnt the set before the path was declared. */
  @Test
  void writersOfAnOlderSetLeaveNothingBehindThatTheIndexLacks() throws InterruptedException {
    Inventory other = server();
    store(other, 1, 2, 4); // has its copy of the set
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (Inventory server : List.of(inventory, other)) {
      int first = writers.size();
      writers.add(
          Thread.ofVirtual()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(
                  () -> {
                    for (int round = 3; !enough.get(); round++) {
                      for (int node = first; node < NODES && !enough.get(); node += 2) {
                        store(server, node, round, (node + round) % 5);
                        written.incrementAndGet();
                      }
                    }
                  }));
    }
    for (String path : List.of("bay.slot", "bay.side")) {
      int before = written.get();
      while (written.get() < before + 20 && failures.isEmpty()) {
        Thread.onSpinWait();
      }
      indexes.add(Principal.SYSTEM, path, Kind.EQUALITY);
      while (index(path).state() == State.BUILDING && failures.isEmpty()) {
        indexes.build();
      }
    }
    enough.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    String differing =
        "SELECT count(*) FROM inventory WHERE facet #>> '{bay.slot,0}' IS DISTINCT FROM doc #>>"
            + " '{bay,slot}' OR facet #>> '{bay.side,0}' IS DISTINCT FROM doc #>> '{bay,side}'";
    long wrong =
        database.jdbi().withHandle(handle -> handle.createQuery(differing).mapTo(Long.class).one());
    assertThat(wrong).isZero();
  }

  @Test
  void whatIsGivenUpServesNothingAndIsForgottenLater() {
    indexes.remove(Principal.SYSTEM, "dmi.sys_vendor", Kind.EQUALITY);
    assertThat(index("dmi.sys_vendor").state()).isEqualTo(State.RETIRING);
    JsonNode explain = explain(inventory, database, "{\"dmi.sys_vendor\": \"V1\"}");
    assertThat(explain.path("served").stringValue()).as("%s", explain).isEqualTo("scan");
    assertThat(count(inventory, "{\"dmi.sys_vendor\": \"V1\"}")).isEqualTo(83);
    database.jdbi().useHandle(handle -> IndexTable.forget(handle, Duration.ZERO));
    assertThat(indexes.list()).noneMatch(index -> index.path().equals("dmi.sys_vendor"));
    store(inventory, 4, 2, 1);
    indexes.add(Principal.SYSTEM, "dmi.sys_vendor", Kind.EQUALITY);
    indexes.build();
    assertThat(index("dmi.sys_vendor").state()).isEqualTo(State.READY);
    assertThat(
            explain(inventory, database, "{\"dmi.sys_vendor\": \"V1\"}")
                .path("served")
                .stringValue())
        .isEqualTo("index");
    assertThat(count(inventory, "{\"dmi.sys_vendor\": \"V1\"}")).isEqualTo(83);
  }

  @Test
  void whatCannotBeDeclaredIsRefused() {
    for (String path : List.of("", "a..b", "cpu.0.cores", "node.hostname", "a#", "$x")) {
      assertThatThrownBy(() -> indexes.add(Principal.SYSTEM, path, Kind.EQUALITY))
          .as(path)
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.field()).isEqualTo("path"));
    }
    assertThatThrownBy(() -> indexes.add(Principal.SYSTEM, "dmi.sys_vendor", Kind.EQUALITY))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFLICT));
    assertThatThrownBy(() -> indexes.remove(Principal.SYSTEM, "nothing", Kind.EQUALITY))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.NOT_FOUND));
  }
}
