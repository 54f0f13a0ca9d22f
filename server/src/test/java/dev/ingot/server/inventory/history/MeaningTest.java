package dev.ingot.server.inventory.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.history.Finding.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class MeaningTest {
  private static final String DIMMS =
      """
      {"memory": {"dimms": [
        {"locator": "A1", "size": 17179869184, "manufacturer": "Samsung",
         "part_number": "M393A2K40CB2", "serial": "40AB1234"},
        {"locator": "A2", "size": 17179869184, "manufacturer": "Samsung",
         "part_number": "M393A2K40CB2", "serial": "40AB1235"}]}}
      """;
  private static final String DISKS =
      """
      {"os_storage": [
        {"device": "/dev/sda", "model": "MZ7LH480", "vendor": "Samsung", "serial": "S1", "size": 480103981056},
        {"device": "/dev/sdb", "model": "MZ7LH480", "vendor": "Samsung", "serial": "S2", "size": 480103981056}]}
      """;

  private static Meaning meaning(String from, String to) {
    return meaning((ObjectNode) Json.read(from), (ObjectNode) Json.read(to));
  }

  static Meaning meaning(ObjectNode from, ObjectNode to) {
    Set<String> names = new TreeSet<>(from.propertyNames());
    names.addAll(to.propertyNames());
    List<JsonDifference.Operation> undo = new ArrayList<>();
    ObjectNode after = Json.MAPPER.createObjectNode();
    for (String name : names) {
      if (to.has(name)) {
        after.set(name, Arrangement.of(name, from.get(name), to.get(name)));
      }
      undo.addAll(JsonDifference.between(name, after.get(name), from.get(name), 200));
    }
    List<Finding> parts = new ArrayList<>();
    for (PartChange change : PartChanges.between(from, after)) {
      Finding finding = PartMeaning.of(change, new Place("n", "host", null), List.of());
      if (finding != null) {
        parts.add(finding);
      }
    }
    return Meaning.of(false, undo, parts);
  }

  private static List<String> words(Meaning meaning) {
    return meaning.findings().stream()
        .map(finding -> finding.change().word() + ": " + finding.what())
        .toList();
  }

  @Test
  void aDimmThatVanishedIsLost() {
    String one = DIMMS.replaceAll("(?s)\\{\"locator\": \"A1\".*?},\\s*", "");
    Meaning meaning = meaning(DIMMS, one);
    assertThat(words(meaning))
        .containsExactly("lost: DIMM A1 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is gone");
    assertThat(meaning.severity()).isEqualTo(Severity.WARNING);
    String empty =
        DIMMS.replaceFirst("(?s)\"locator\": \"A1\".*?}", "\"locator\": \"A1\", \"size\": 0}");
    assertThat(words(meaning(DIMMS, empty)))
        .containsExactly("lost: DIMM A1 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is gone");
    String none =
        DIMMS.replaceFirst(
            "(?s)\"locator\": \"A1\".*?}",
            "\"locator\": \"A1\", \"size\": \"No Module Installed\"}");
    assertThat(meaning(DIMMS, none).change()).isEqualTo(Change.LOST);
    assertThat(words(meaning(one, DIMMS)))
        .containsExactly(
            "informational: DIMM A1 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is new");
  }

  /** As the agent's inspectors write it, not as SMBIOS or another program would. */
  private static final String AS_AGENTS_SAY =
      """
      {"mem": {"MemTotal": 33000000000, "controllers": [{"name": "mc0"}], "dimms": [
         {"slot": "DIMM 0", "bank": "P0 CHANNEL A", "installed": true, "size_bytes": 17179869184,
          "configured_speed_mtps": 3200, "manufacturer": "Samsung", "part_number": "M393", "serial": "40AB1234"},
         {"slot": "DIMM 0", "bank": "P0 CHANNEL B", "installed": true, "size_bytes": 17179869184,
          "configured_speed_mtps": 3200, "manufacturer": "Samsung", "part_number": "M393", "serial": "40AB1235"},
         {"slot": "DIMM 1", "bank": "P0 CHANNEL B", "installed": false}]},
       "smart": [{"device": "/dev/sda", "serial": "S1", "passed": true}],
       "firmware": [{"kind": "bios", "version": "1"}, {"kind": "disk", "of": "/dev/sda", "version": "2"}],
       "lldp": [{"interface": "eth0", "chassis_id": "aa", "port_id": "1"},
         {"interface": "eth1", "chassis_id": "aa", "port_id": "2"}],
       "dmi": {"power_supplies": [{"location": "PSU1", "serial": "P1", "present": true, "plugged": true}]},
       "volumes": {"md": [{"device": "md0", "state": "active", "active_devices": 2, "degraded": false}]},
       "zfs": [{"name": "tank", "guid": "7", "health": "ONLINE"}],
       "raid": [{"pci_slot": "0000:02:00.0", "physical_drives": [
         {"enclosure": 252, "slot": 0, "serial": "R0", "state": "Onln", "size_bytes": 1000204886016, "smart_alert": false},
         {"enclosure": 252, "slot": 1, "serial": "R1", "state": "Onln", "size_bytes": 1000204886016}]}]}
      """;

  @Test
  void whatAgentsSayOfPartsIsUnderstood() {
    String empty =
        AS_AGENTS_SAY.replaceFirst(
            "(?s)(\"P0 CHANNEL A\"), \"installed\": true.*?}", "$1, \"installed\": false}");
    assertThat(words(meaning(AS_AGENTS_SAY, empty)))
        .containsExactly(
            "lost: DIMM 0 of P0 CHANNEL A 16 GiB Samsung M393 serial 40AB1234 is gone");
    String moved =
        AS_AGENTS_SAY
            .replaceFirst(
                "(?s)(\"DIMM 0\", \"bank\": \"P0 CHANNEL A\"), \"installed\": true.*?}",
                "$1, \"installed\": false}")
            .replace(
                "\"installed\": false}]}",
                "\"installed\": true, \"size_bytes\": 17179869184,"
                    + " \"manufacturer\": \"Samsung\", \"part_number\": \"M393\","
                    + " \"serial\": \"40AB1234\"}]}");
    assertThat(words(meaning(AS_AGENTS_SAY, moved)))
        .contains(
            "moved: DIMM 1 of P0 CHANNEL B 16 GiB Samsung M393 serial 40AB1234 moved from DIMM"
                + " 0 of P0 CHANNEL A to DIMM 1 of P0 CHANNEL B")
        .noneMatch(what -> what.startsWith("lost"));
    assertThat(words(meaning(AS_AGENTS_SAY, AS_AGENTS_SAY.replace("\"R1\"", "\"R9\""))))
        .containsExactly(
            "lost: Disk 252:1 1 TB serial R1 is gone, in its place: Disk 252:1 1 TB serial R9",
            "informational: Disk 252:1 1 TB serial R9 is new");
    assertThat(words(meaning(AS_AGENTS_SAY, AS_AGENTS_SAY.replace("\"S1\"", "\"S2\""))))
        .as("of which the section os_storage tells")
        .noneMatch(what -> what.startsWith("lost"));
    assertThat(words(meaning(AS_AGENTS_SAY, AS_AGENTS_SAY.replace("{\"name\": \"mc0\"}", ""))))
        .noneMatch(what -> what.startsWith("lost"));
  }

  @Test
  void whatAgentsSayOfConditionsIsUnderstood() {
    for (String[] worse :
        new String[][] {
          {"\"passed\": true", "\"passed\": false"},
          {"\"plugged\": true", "\"plugged\": false"},
          {"\"degraded\": false", "\"degraded\": true"},
          {"\"active_devices\": 2", "\"active_devices\": 1"},
          {"\"state\": \"active\"", "\"state\": \"inactive\""},
          {"\"health\": \"ONLINE\"", "\"health\": \"FAULTED\""},
          {"\"state\": \"Onln\"", "\"state\": \"Rbld\""},
          {"\"state\": \"Onln\"", "\"state\": \"Suboptimal, Fault Tolerant\""},
          {"\"state\": \"Onln\"", "\"state\": \"Defunct\""},
          {"\"state\": \"Onln\"", "\"state\": \"Non Operational\""},
          {"\"state\": \"Onln\"", "\"state\": \"Dgd (Needs Attention)\""},
          {"\"smart_alert\": false", "\"smart_alert\": true"},
          {"\"configured_speed_mtps\": 3200", "\"configured_speed_mtps\": 2933"}
        }) {
      Meaning meaning = meaning(AS_AGENTS_SAY, AS_AGENTS_SAY.replace(worse[0], worse[1]));
      assertThat(meaning.change()).as(worse[1]).isEqualTo(Change.DEGRADED);
    }
    String another = AS_AGENTS_SAY.replace("{\"kind\": \"bios\", \"version\": \"1\"}, ", "");
    assertThat(meaning(AS_AGENTS_SAY, another).findings())
        .as("one element of a list that others follow")
        .hasSize(1);
    String port = AS_AGENTS_SAY.replaceFirst("(?s)\\{\"interface\": \"eth0\".*?},", "");
    assertThat(words(meaning(AS_AGENTS_SAY, port)))
        .containsExactly("informational: lldp is gone: eth0");
    String newer = AS_AGENTS_SAY.replace("\"version\": \"2\"", "\"version\": \"3\"");
    assertThat(words(meaning(AS_AGENTS_SAY, newer)))
        .containsExactly("informational: firmware /dev/sda: version: 2 → 3");
  }

  @Test
  void aDimmInAnotherSlotMoved() {
    Meaning meaning = meaning(DIMMS, DIMMS.replace("\"A1\"", "\"B1\""));
    assertThat(words(meaning))
        .containsExactly(
            "moved: DIMM B1 16 GiB Samsung M393A2K40CB2 serial 40AB1234 moved from A1 to B1");
    assertThat(meaning.severity()).isEqualTo(Severity.INFORMATION);
    String swapped =
        DIMMS.replace("1234\"", "x\"").replace("1235\"", "1234\"").replace("x\"", "1235\"");
    assertThat(meaning(DIMMS, swapped).change()).isEqualTo(Change.MOVED);
    assertThat(meaning(DIMMS, swapped).findings()).hasSize(2);
  }

  @Test
  void aDimmForAnotherIsLostAndNew() {
    assertThat(words(meaning(DIMMS, DIMMS.replace("40AB1234", "99FF0000"))))
        .containsExactly(
            "lost: DIMM A1 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is gone, in its place:"
                + " DIMM A1 16 GiB Samsung M393A2K40CB2 serial 99FF0000",
            "informational: DIMM A1 16 GiB Samsung M393A2K40CB2 serial 99FF0000 is new");
  }

  @Test
  void aReorderingIsNoChange() {
    String turned =
        """
        {"os_storage": [
          {"device": "/dev/sdb", "model": "MZ7LH480", "vendor": "Samsung", "serial": "S2", "size": 480103981056},
          {"device": "/dev/sda", "model": "MZ7LH480", "vendor": "Samsung", "serial": "S1", "size": 480103981056}]}
        """;
    assertThat(meaning(DISKS, turned).findings()).isEmpty();
    String ports =
        """
        {"interfaces": [{"devname": "eth0", "permanent_address": "3c:fd:fe:00:00:01", "pci_slot": "0000:3b:00.0"},
          {"devname": "br0", "physical": false}, {"devname": "eth1", "permanent_address": "3c:fd:fe:00:00:02", "pci_slot": "0000:3b:00.1"}]}
        """;
    String other =
        """
        {"interfaces": [{"devname": "br0", "physical": false}, {"devname": "eth1", "permanent_address": "3c:fd:fe:00:00:02", "pci_slot": "0000:3b:00.1"},
          {"devname": "eth0", "permanent_address": "3c:fd:fe:00:00:01", "pci_slot": "0000:3b:00.0"}]}
        """;
    assertThat(meaning(ports, other).findings()).isEmpty();
    assertThat(words(meaning(ports, other.replace("eth0", "ens1f0"))))
        .containsExactly("informational: Network port ens1f0: devname: eth0 → ens1f0");
  }

  @Test
  void aNetworkCardForAnotherInTheSameSlotIsLost() {
    String before =
        "{\"interfaces\": [{\"devname\": \"eth0\", \"permanent_address\": \"3c:fd:fe:00:00:01\","
            + " \"pci_slot\": \"0000:3b:00.0\", \"model_name\": \"X710\"}]}";
    assertThat(words(meaning(before, before.replace("00:01\"", "00:09\""))))
        .containsExactly(
            "lost: Network port eth0 (0000:3b:00.0) X710 MAC 3c:fd:fe:00:00:01 is gone, in its"
                + " place: Network port eth0 (0000:3b:00.0) X710 MAC 3c:fd:fe:00:00:09",
            "informational: Network port eth0 (0000:3b:00.0) X710 MAC 3c:fd:fe:00:00:09 is new");
  }

  @Test
  void lessThanBeforeIsDegraded() {
    degraded("{\"mem\": {\"MemTotal\": 64000000000}}", "{\"mem\": {\"MemTotal\": 48000000000}}");
    degraded(
        "{\"cpu\": [{\"physical_id\": 0, \"cores\": 8}]}",
        "{\"cpu\": [{\"physical_id\": 0, \"cores\": 6}]}");
    degraded(
        "{\"pci\": [{\"slot\": \"a\", \"link_width\": \"x16\"}]}",
        "{\"pci\": [{\"slot\": \"a\", \"link_width\": \"x8\"}]}");
    degraded(
        "{\"pci\": [{\"slot\": \"a\", \"link_speed\": \"16.0 GT/s PCIe\"}]}",
        "{\"pci\": [{\"slot\": \"a\", \"link_speed\": \"8.0 GT/s PCIe\"}]}");
    degraded(raid("OK"), raid("DEGRADED"));
    degraded(raid("OK"), raid("RECOVERING"));
    degraded(
        "{\"os_storage\": [{\"serial\": \"S1\", \"smart\": {\"passed\": true}}]}",
        "{\"os_storage\": [{\"serial\": \"S1\", \"smart\": {\"passed\": false}}]}");
    degraded(
        "{\"os_storage\": [{\"serial\": \"S1\", \"health\": \"PASSED\"}]}",
        "{\"os_storage\": [{\"serial\": \"S1\", \"health\": \"FAILING_NOW failing\"}]}");
    assertThat(meaning(raid("OK"), raid("FAILED")).severity()).isEqualTo(Severity.CRITICAL);
    assertThat(meaning(raid("DEGRADED"), raid("OK")).change()).isEqualTo(Change.INFORMATIONAL);
    assertThat(
            meaning(
                    "{\"mem\": {\"MemTotal\": 64000000000}}",
                    "{\"mem\": {\"MemTotal\": 63950000000}}")
                .change())
        .isEqualTo(Change.INFORMATIONAL);
  }

  private static String raid(String status) {
    return "{\"raid\": [{\"name\": \"P440ar\", \"configuration\": {\"arrays\":"
        + " [{\"logical_drives\": [{\"size\": 100, \"level\": 1, \"status\": \""
        + status
        + "\"}], \"physical_drives\": [{\"index\": 0, \"status\": \"OK\", \"extra\": {\"port\":"
        + " \"1I\", \"box\": 1, \"bay\": 3}}]}], \"spares\": [], \"unassigned\": []}}]}";
  }

  private static void degraded(String from, String to) {
    Meaning meaning = meaning(from, to);
    assertThat(meaning.change()).as("%s", words(meaning)).isEqualTo(Change.DEGRADED);
    assertThat(meaning.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void aDriveThatIsPutIntoAnArrayIsNeitherLostNorNew() {
    String free =
        "{\"raid\": [{\"configuration\": {\"arrays\": [], \"unassigned\": [{\"status\": \"OK\","
            + " \"extra\": {\"address\": \"252:3\"}}]}}]}";
    String used =
        "{\"raid\": [{\"configuration\": {\"arrays\": [{\"physical_drives\": [{\"status\": \"OK\","
            + " \"extra\": {\"address\": \"252:3\"}}]}], \"unassigned\": []}}]}";
    assertThat(meaning(free, used).change()).isEqualTo(Change.INFORMATIONAL);
    assertThat(words(meaning(free, used))).noneMatch(text -> text.contains("Disk"));
    assertThat(meaning(used, free.replace("252:3", "252:4")).change()).isEqualTo(Change.LOST);
  }

  @Test
  void whatIsOnlyUnsaidIsNotLost() {
    String unsaid = DISKS.replace("\"serial\": \"S1\", ", "");
    Meaning meaning = meaning(DISKS, unsaid);
    assertThat(meaning.change()).as("%s", words(meaning)).isEqualTo(Change.INFORMATIONAL);
    assertThat(meaning(unsaid, DISKS).change()).isEqualTo(Change.INFORMATIONAL);
    assertThat(words(meaning(DISKS, "{}"))).allMatch(text -> text.contains("no longer reported"));
  }

  @Test
  void aNameIsInformational() {
    assertThat(words(meaning("{\"os\": {\"hostname\": \"a\"}}", "{\"os\": {\"hostname\": \"b\"}}")))
        .containsExactly("informational: os.hostname: a → b");
  }

  @Test
  void anEarlierBusNumberIsNoMove() {
    String before =
        "{\"pci\": [{\"slot\": \"0000:01:00.0\", \"vendor_id\": \"8086\", \"device_id\":"
            + " \"1572\"}]}";
    assertThat(meaning(before, before.replace("01:00", "02:00")).change())
        .isEqualTo(Change.INFORMATIONAL);
    assertThat(meaning(before, "{\"pci\": []}").change()).isEqualTo(Change.LOST);
  }

  @Test
  void junkIsNoSerialNumber() {
    for (String junk :
        List.of("0123456789", "Not Specified", "00000000", "Unknown", "0000:00:14.0")) {
      ObjectNode document = (ObjectNode) Json.read(DISKS.replace("S1", junk));
      assertThat(Parts.of(document).values()).filteredOn(part -> part.serial() != null).hasSize(1);
    }
  }
}
