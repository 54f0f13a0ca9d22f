package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What the parsers find in recorded outputs of real machines. {@code target/recorded-outputs.md}
 * has a line per file with the facts that were found.
 */
class RecordedOutputsTest {
  /** Recorded refusals of tools: nothing is in them, and the parser says so. */
  private static final Set<String> REFUSALS = Set.of("lsblk/insights-core__LSBLK_INVALID_OPTION");

  @Test
  void everyRecordedOutputHasFactsAndATableSaysWhich() throws IOException {
    List<String> lines = new ArrayList<>();
    List<String> without = new ArrayList<>();
    lines.add("| file | parser | counts | facts | not understood |");
    lines.add("|---|---|---|---|---|");
    for (Recorded one : Recorded.all()) {
      try {
        Parsed parsed = Parsers.parse(one.tool(), one.text());
        lines.add(
            "| %s | %s | %s | %s | %d |"
                .formatted(
                    one.file(),
                    one.tool(),
                    parsed.facts().path("counts").isMissingNode()
                        ? ""
                        : parsed.facts().path("counts").toString().replaceAll("[{}\"]", ""),
                    String.join(", ", leaves(parsed.facts())),
                    parsed.notUnderstood().size()));
        assertThat(parsed.facts().isEmpty()).as(one.file()).isFalse();
      } catch (ParseFailure e) {
        lines.add("| %s | %s | | %s | |".formatted(one.file(), one.tool(), e.reason()));
        without.add(one.file());
      }
    }
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target/recorded-outputs.md"), lines);
    assertThat(without).containsExactlyInAnyOrderElementsOf(REFUSALS);
  }

  /** Paths of all values with how often they are there, elements of lists counted together. */
  private static List<String> leaves(JsonNode facts) {
    Map<String, Integer> found = new TreeMap<>();
    collect(facts, "", found);
    found.keySet().removeIf(path -> path.startsWith("counts.") || path.contains(".other."));
    return found.entrySet().stream()
        .map(each -> each.getKey() + (each.getValue() == 1 ? "" : "×" + each.getValue()))
        .toList();
  }

  private static void collect(JsonNode node, String path, Map<String, Integer> found) {
    if (node.isObject()) {
      node.forEachEntry(
          (key, value) -> collect(value, path.isEmpty() ? key : path + "." + key, found));
    } else if (node.isArray()) {
      node.forEach(element -> collect(element, path, found));
    } else {
      found.merge(path, 1, Integer::sum);
    }
  }

  @Test
  void theKeyFieldsAreThoseThatAPersonReads() throws IOException, ParseFailure {
    JsonNode r620 = Recorded.parsed("dmidecode", "dmidecode/glpi-agent__dell-r620").facts();
    assertThat(r620.at("/counts/dimms").asInt()).isEqualTo(16);
    assertThat(r620.at("/counts/dimm_slots").asInt()).isEqualTo(24);
    assertThat(r620.at("/counts/processors").asInt()).isEqualTo(2);
    JsonNode positivo =
        Recorded.parsed("dmidecode", "dmidecode/glpi-agent__positivo-informatica").facts();
    assertThat(positivo.at("/dimms/0/installed").asBoolean()).isFalse();
    assertThat(positivo.at("/dimms/1/size_bytes").asLong()).isEqualTo(8L << 30);
    assertThat(positivo.at("/dimms/1/speed_mtps").asInt()).isEqualTo(2667);
    assertThat(positivo.at("/dimms/1/ecc").asBoolean()).isFalse();
    JsonNode psu = Recorded.parsed("dmidecode", "dmidecode/ironlib__utils_dmidecode_psu").facts();
    assertThat(psu.at("/power_supplies/1/serial").asString()).isEqualTo("P1K2ACK07HB0669");
    assertThat(psu.at("/power_supplies/1/max_power_watts").asInt()).isEqualTo(1200);

    JsonNode megacli =
        Recorded.parsed("megacli", "megacli/netdata__mega-phys-drives-info.txt").facts();
    JsonNode drive = megacli.at("/adapters/0/physical_drives/0");
    assertThat(drive.path("serial").asString()).isEqualTo("S1YHNXAG804005");
    assertThat(drive.path("model").asString()).isEqualTo("SAMSUNG MZ7LM960HCHP-00003");
    assertThat(drive.path("firmware").asString()).isEqualTo("GXT3003Q");
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(0x6fc81ab0L * 512);
    assertThat(megacli.at("/adapters/0/logical_drives/0/drives").size()).isEqualTo(8);
    JsonNode spanned = Recorded.parsed("megacli", "megacli/glpi-agent__set6_LDinfo").facts();
    assertThat(spanned.at("/adapters/0/logical_drives/2/level").asString()).isEqualTo("RAID10");
    JsonNode sas = Recorded.parsed("megacli", "megacli/glpi-agent__set3_PDlist").facts();
    assertThat(sas.at("/adapters/0/physical_drives/0/serial").asString()).isEqualTo("S7K13GAY");
    assertThat(sas.at("/adapters/0/physical_drives/0/vendor").asString()).isEqualTo("SEAGATE");

    JsonNode storcli =
        Recorded.parsed("storcli", "storcli/netdata__mpt3sas-controllers-info.json").facts();
    assertThat(storcli.at("/counts/physical_drives").asInt()).isEqualTo(29);
    assertThat(storcli.at("/adapters/0/pci_slot").asString()).isEqualTo("0000:01:00.0");
    JsonNode spare =
        Recorded.parsed("storcli", "storcli/mercury-agent__storcli_dall_show.json").facts();
    assertThat(spare.at("/adapters/0/arrays/1/level").asString()).isEqualTo("RAID1");
    assertThat(
            spare
                .at("/adapters/0/physical_drives")
                .valueStream()
                .filter(one -> one.path("spare").asString("").equals("dedicated")))
        .hasSize(1);
  }

  @Test
  void adaptersDisksAndNeighboursOfOtherToolsToo() throws IOException, ParseFailure {
    JsonNode ssacli =
        Recorded.parsed("ssacli", "ssacli/netdata__ssacli-P400i-unassigned.txt").facts();
    assertThat(ssacli.at("/adapters/0/firmware").asString()).isEqualTo("7.24-0");
    assertThat(ssacli.at("/adapters/0/battery/state").asString())
        .isEqualTo("Failed (Replace Batteries)");
    assertThat(ssacli.at("/adapters/0/logical_drives/0/drives").toString())
        .isEqualTo("[\"1I:1:3\",\"1I:1:4\"]");
    JsonNode arcconf =
        Recorded.parsed("arcconf", "arcconf/netdata__getconfig-pd-with-enclosure.txt").facts();
    assertThat(arcconf.at("/counts/physical_drives").asInt()).isEqualTo(12);
    assertThat(arcconf.at("/counts/enclosures").asInt()).isEqualTo(1);

    JsonNode smart = Recorded.parsed("smartctl", "smartctl/hardware__smartctl_nvme").facts();
    assertThat(smart.at("/devices/0/written_bytes").asLong()).isEqualTo(1_384_224L * 512_000);
    assertThat(smart.at("/devices/0/size_bytes").asLong()).isEqualTo(256_060_514_304L);
    assertThat(smart.at("/devices/0/temperature_celsius").asInt()).isEqualTo(40);
    JsonNode three = Recorded.parsed("smartctl", "smartctl/on-tasks__smartctrl.txt").facts();
    assertThat(three.at("/counts/devices").asInt()).isEqualTo(3);
    JsonNode log =
        Recorded.parsed("nvme", "nvme/netdata__testdata_v2.3_nvme-smart-log-float.json").facts();
    assertThat(log.at("/health/temperature_celsius").asInt()).isEqualTo(37);

    JsonNode md =
        Recorded.parsed("mdstat", "mdraid/nagios-plugin-check_raid__mdstat_issue164").facts();
    assertThat(md.at("/arrays/0/failed").asInt()).isEqualTo(1);
    assertThat(md.at("/arrays/0/members").size()).isEqualTo(6);
    JsonNode ddf = Recorded.parsed("mdadm", "mdraid/jc__mdadm-examine-container2-dev1.out").facts();
    assertThat(ddf.at("/arrays/0/volumes/1/name").asString()).isEqualTo("vol1");

    JsonNode lldp = Recorded.parsed("lldpcli", "lldp/netbox-agent__dedibox2.txt").facts();
    assertThat(lldp.at("/neighbours/0/port_id").asString()).isEqualTo("Gi1/0/29");
    assertThat(lldp.at("/neighbours/0/pvid").asInt()).isEqualTo(140);
    assertThat(lldp.at("/neighbours/0/system_description").asString()).endsWith("prod_rel_team");
    JsonNode lan = Recorded.parsed("ipmitool-lan", "ipmi/hardware__ipmi_lan_info").facts();
    assertThat(lan.at("/channels/0/address").asString()).isEqualTo("10.151.68.13");
    assertThat(lan.at("/channels/0/cipher_suite_zero").asBoolean()).isTrue();
    assertThat(lan.toString()).as("the community string").doesNotContain("AMI");
    JsonNode cpu = Recorded.parsed("lscpu", "lscpu/hardware__lscpu_ppc64le").facts();
    assertThat(cpu.path("numa")).hasSize(6);
    assertThat(cpu.path("cores").asInt()).isEqualTo(36);
  }

  @Test
  void theLayoutOfOldDmidecodeIsReadToo() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "dmidecode",
                """
                # dmidecode 2.2
                SMBIOS 2.3 present.
                Handle 0x0001
                \tDMI type 1, 25 bytes.
                \tSystem Information
                \t\tManufacturer: IBM
                \t\tSerial Number: KBKGW40
                Handle 0x0014
                \tDMI type 17, 23 bytes.
                \tMemory Device
                \t\tSize: 512 MB
                \t\tLocator: DIMM1
                Handle 0x0015
                \tDMI type 17, 23 bytes.
                \tMemory Device
                \t\tSize: No Module Installed
                \t\tLocator: DIMM2
                """)
            .facts();
    assertThat(facts.at("/system/serial").asString()).isEqualTo("KBKGW40");
    assertThat(facts.at("/counts/dimms").asInt()).isEqualTo(1);
    assertThat(facts.at("/counts/dimm_slots").asInt()).isEqualTo(2);
    assertThat(facts.at("/memory_bytes").asLong()).isEqualTo(512L << 20);
  }

  @Test
  void brokenListsOfLshwAreReadWhole() throws ParseFailure {
    String node = "{\"id\":\"network\",\"class\":\"network\",\"serial\":\"00:11:22:33:44:5%d\",}";
    for (String between : java.util.List.of(",\n", "\n", "")) {
      JsonNode facts =
          Parsers.parse("lshw", node.formatted(1) + between + node.formatted(2)).facts();
      assertThat(facts.at("/counts/network").asInt()).as("between: '%s'", between).isEqualTo(2);
    }
  }

  @Test
  void anUnknownToolIsNamedWithThoseThatThereAre() {
    assertThatThrownBy(() -> Parsers.parse("smart", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("smartctl");
  }
}
