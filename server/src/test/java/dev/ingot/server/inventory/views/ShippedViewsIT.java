package dev.ingot.server.inventory.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the shipped views say of a small fleet whose answers can be counted by hand. */
class ShippedViewsIT {
  private static final List<String> FLEET =
      List.of(
          """
          {"dmi": {"sys_vendor": "Dell Inc.", "product_name": "R640", "product_serial": "AAA",
                   "board_serial": "B1", "chassis_serial": "AAA", "bios_vendor": "Dell Inc.",
                   "bios_version": "2.1", "bios_date": "01/02/2020"},
           "cpu": [{"cores": 8}, {"cores": 8}], "mem": {"MemTotal": 1000, "HardwareCorrupted": 0},
           "os_storage": [
             {"device": "/dev/sda", "size": 100, "serial": "D1", "model": "X", "firmware": "F1",
              "media_type": "ssd", "transport": "sata"},
             {"device": "/dev/sdb", "size": 300, "serial": "D2", "model": "X", "firmware": "F2",
              "media_type": "ssd", "transport": "sata"}],
           "interfaces": [
             {"devname": "eth0", "address": "02:00:00:00:00:01",
              "lldp": {"switch_name": "sw-b", "port_number": 7}},
             {"devname": "eth1", "address": "02:00:00:00:00:02"},
             {"devname": "eth2", "address": "02:00:00:00:00:03",
              "lldp": {"switch_name": "sw-a", "port_number": 12}}]}
          """,
          """
          {"dmi": {"sys_vendor": "Dell Inc.", "product_name": "R640", "product_serial": "AAA",
                   "board_serial": "To be filled by O.E.M.", "bios_vendor": "Dell Inc.",
                   "bios_version": "2.2", "bios_date": "03/04/2021"},
           "cpu": [{"cores": 8}, {"cores": 8}], "mem": {"MemTotal": 3000, "HardwareCorrupted": 4096},
           "os_storage": [
             {"device": "/dev/sda", "size": 500, "serial": "D1", "model": "Y", "firmware": "F1",
              "media_type": "disk", "transport": "sas"},
             {"device": "/dev/sdb", "size": 500, "serial": "D1", "model": "Y", "firmware": "F1",
              "media_type": "disk", "transport": "sas"}],
           "interfaces": [{"devname": "eth0", "address": "02:00:00:00:00:04",
              "lldp": {"switch_name": "sw-a", "port_number": 3}}]}
          """,
          """
          {"dmi": {"sys_vendor": "HPE", "product_name": "DL360", "product_serial": "CCC",
                   "board_serial": "To be filled by O.E.M.", "chassis_serial": "  ",
                   "bios_vendor": "HPE", "bios_version": "U30"},
           "cpu": [{"cores": 16}], "mem": {"MemTotal": 64, "HardwareCorrupted": 0},
           "raid": [{"configuration": {"arrays": [
             {"logical_drives": [{"status": "OK"}], "physical_drives": [{"status": "OK"}]},
             {"logical_drives": [{"status": "DEGRADED"}],
              "physical_drives": [{"status": "OK"}, {"status": "Failed"}]}]}}]}
          """,
          """
          {"dmi": {"sys_vendor": "HPE", "product_name": "DL380", "product_serial": "EEE"},
           "raid": [{"configuration": {"arrays": [
             {"logical_drives": [{"status": "OK"}], "physical_drives": [{"status": "OK"}]}]},
             "logical_drives": [{"state": "Optl"}], "physical_drives": [{"state": "Onln"}]}],
           "lldp": [{"interface": "eno1", "system_name": "sw-a", "chassis_id": "00:11",
                     "port_id": "Ethernet1", "port_description": "to EEE"},
                    {"interface": "eno2", "chassis_id": "00:22", "port_id": "7"}],
           "firmware": [{"kind": "bios", "version": "U30"},
             {"kind": "disk", "of": "/dev/sda", "model": "X", "version": "F1"},
             {"kind": "disk", "of": "/dev/sdb", "model": "X", "version": "F1"}],
           "smart": [{"device": "/dev/sda", "passed": true}],
           "volumes": {"md": [{"device": "md0", "state": "active", "degraded": false}]},
           "zfs": [{"name": "tank", "health": "ONLINE"}],
           "system_health": {"has_errors": false, "dimm": [{"status": "Ok"}],
             "power_supplies": [{"condition": "Ok"}]},
           "os_storage": [{"device": "/dev/sda", "serial": "E1", "size": 1},
             {"device": "/dev/sdb", "serial": "E2", "size": 1},
             {"device": "/dev/sdc", "serial": "E3", "size": 1}]}
          """);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, 5);
      Inventory inventory =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      for (int i = 0; i < FLEET.size(); i++) {
        TestNodes.store(inventory.writer(), TestNodes.id(i + 1), 1, FLEET.get(i));
      }
      // E2 was taken out; E3 has its device's name now.
      TestNodes.store(
          inventory.writer(),
          TestNodes.id(4),
          2,
          """
          {"os_storage": [{"device": "/dev/sda", "serial": "E1", "size": 1},
            {"device": "/dev/sdb", "serial": "E3", "size": 1}]}
          """);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** The rows of a view as its columns show them, ids by their last digit. */
  private static List<String> rows(String view) {
    Answer answer = server.post("/api/v1/views/" + view + "/run", "{}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    List<String> rows = new ArrayList<>();
    for (JsonNode item : answer.body().path("items")) {
      List<String> cells = new ArrayList<>();
      for (JsonNode column : answer.body().path("columns")) {
        cells.add(cell(item, column.path("path").asString()));
      }
      rows.add(String.join("|", cells));
    }
    return rows;
  }

  private static String cell(JsonNode item, String path) {
    List<String> found = new ArrayList<>();
    collect(item, List.of(path.split("\\.", -1)), found);
    return String.join(",", found).replaceAll("010{39}", "");
  }

  private static void collect(JsonNode at, List<String> keys, List<String> found) {
    if (at.isArray()) {
      at.forEach(element -> collect(element, keys, found));
    } else if (!keys.isEmpty()) {
      collect(at.path(keys.getFirst()), keys.subList(1, keys.size()), found);
    } else if (!at.isMissingNode() && !at.isNull()) {
      found.add(at.isString() ? at.stringValue() : at.toString());
    }
  }

  @Test
  void everyShippedViewIsAWholeDefinitionAndRuns() {
    for (JsonNode view : server.get("/api/v1/views").body().path("items")) {
      String name = view.path("name").asString();
      Answer put =
          server.send(
              "PUT",
              "/api/v1/views/" + name,
              view.path("definition").toString(),
              server.adminToken());
      assertThat(put.status()).as("%s: %s", name, put.body()).isEqualTo(200);
      assertThat(put.text("origin")).as(name).isEqualTo("shipped");
      assertThat(view.path("definition").path("description").asString("")).endsWith(".");
      assertThat(rows(name)).as(name).isNotEmpty();
    }
  }

  @Test
  void vendorsAndModelsAreCounted() {
    assertThat(rows("vendor-model"))
        .containsExactly("Dell Inc.|R640|2", "||1", "HPE|DL360|1", "HPE|DL380|1");
  }

  @Test
  void firmwareIsSpreadByModel() {
    assertThat(rows("firmware"))
        .containsExactly(
            "|||||1",
            "Dell Inc.|R640|Dell Inc.|2.1|01/02/2020|1",
            "Dell Inc.|R640|Dell Inc.|2.2|03/04/2021|1",
            "HPE|DL360|HPE|U30||1",
            "HPE|DL380||||1");
    assertThat(rows("disk-firmware")).containsExactly("X|F1|1", "X|F2|1", "Y|F1|2");
    assertThat(rows("component-firmware")).containsExactly("bios||U30|1|1", "disk|X|F1|2|1");
  }

  @Test
  void memoryAndDisksAreSummedUp() {
    assertThat(rows("totals")).containsExactly("5|48|4064|1402");
    assertThat(rows("totals-by-model"))
        .containsExactly(
            "Dell Inc.|R640|2|32|4000|1400",
            "||1|0|0|0",
            "HPE|DL360|1|16|64|0",
            "HPE|DL380|1|0|0|2");
    assertThat(rows("disks")).containsExactly("disk|sas|2|1|1000", "ssd|sata|2|1|400", "||2|1|2");
  }

  @Test
  void serialNumbersOnSeveralMachinesAreFoundAndPlaceholdersAreNot() {
    // AAA is also a chassis of the same machine: no duplicate. D1 is seen by two paths of one.
    assertThat(rows("duplicate-serials"))
        .containsExactly("system|AAA|1,2|host1,host2", "disk|D1|1,2|host1,host2");
  }

  @Test
  void machinesAreListedBySwitchAndPort() {
    assertThat(rows("machines-by-switch"))
        .containsExactly(
            "00:22|7||4|host4|eno2",
            "sw-a|3||2|host2|eth0",
            "sw-a|12||1|host1|eth2",
            "sw-a|Ethernet1|to EEE|4|host4|eno1",
            "sw-b|7||1|host1|eth0");
  }

  /** In the fields that the agent's inspectors write (docs/inventory.md), each alone. */
  @Test
  void eachSignOfAgentsThatAPartIsBadIsFound() {
    List<String> signs =
        List.of(
            "\"raid\": [{\"battery\": {\"state\": \"Failed\"}}]",
            "\"raid\": [{\"battery\": {\"state\": \"Non Operational\"}}]",
            "\"raid\": [{\"battery\": {\"state\": \"Dgd (Needs Attention)\"}}]",
            "\"raid\": [{\"status\": \"NdAtn\"}]",
            "\"raid\": [{\"physical_drives\": [{\"state\": \"Defunct\"}]}]",
            "\"raid\": [{\"logical_drives\": [{\"state\": \"Suboptimal, Fault Tolerant\"}]}]",
            "\"raid\": [{\"logical_drives\": [{\"state\": \"Optl\"}, {\"state\": \"Dgrd\"}]}]",
            "\"raid\": [{\"physical_drives\": [{\"state\": \"Rbld\"}]}]",
            "\"raid\": [{\"physical_drives\": [{\"state\": \"Onln\", \"smart_alert\": true}]}]",
            "\"smart\": [{\"passed\": true}, {\"passed\": false}]",
            "\"volumes\": {\"md\": [{\"degraded\": true}]}",
            "\"zfs\": [{\"health\": \"DEGRADED\"}]",
            "\"zfs\": [{\"health\": \"ONLINE\", \"devices\": [{\"state\": \"FAULTED\"}]}]",
            "\"mem\": {\"controllers\": [{\"uncorrected_errors\": 1}]}",
            "\"dmi\": {\"power_supplies\": [{\"present\": true, \"plugged\": false}]}",
            "\"bmc\": {\"sensors\": [{\"status\": \"cr\"}]}");
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      Inventory inventory =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      int sequence = 10;
      for (String sign : signs) {
        TestNodes.store(inventory.writer(), TestNodes.id(0), sequence++, "{" + sign + "}");
        assertThat(rows("degraded-parts")).as(sign).anyMatch(row -> row.startsWith("0|host0"));
        store
            .api()
            .useHandle(
                handle -> {
                  handle.execute("DELETE FROM inventory WHERE node = ?", TestNodes.id(0));
                  handle.execute("DELETE FROM inventory_section WHERE node = ?", TestNodes.id(0));
                  handle.execute("DELETE FROM part WHERE node = ?", TestNodes.id(0));
                });
      }
    }
  }

  @Test
  void missingAndDegradedPartsAreFoundAndSoundOnesAreNot() {
    assertThat(rows("degraded-parts"))
        .containsExactly(
            "2|host2|R640|||||||||||4096",
            "3|host3|DL360|||||||||||0",
            "4|host4|DL380|disk|/dev/sdb|E2|Optl|Onln|true|false|ONLINE|||");
    // It comes back in another machine: it moved, and is not missing.
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      Inventory inventory =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      TestNodes.store(
          inventory.writer(), TestNodes.id(0), 1, "{\"os_storage\": [{\"serial\": \"E2\"}]}");
      assertThat(rows("degraded-parts")).noneMatch(row -> row.contains("E2"));
      // Changed for another of its kind: nothing is missing.
      TestNodes.store(
          inventory.writer(), TestNodes.id(0), 2, "{\"os_storage\": [{\"serial\": \"E9\"}]}");
      assertThat(rows("degraded-parts")).noneMatch(row -> row.contains("E2"));
      TestNodes.store(inventory.writer(), TestNodes.id(0), 3, "{\"os_storage\": []}");
      assertThat(rows("degraded-parts")).anyMatch(row -> row.startsWith("0|host0||disk||E9"));
      store
          .api()
          .useHandle(
              handle -> handle.execute("DELETE FROM inventory WHERE node = ?", TestNodes.id(0)));
    }
  }
}
