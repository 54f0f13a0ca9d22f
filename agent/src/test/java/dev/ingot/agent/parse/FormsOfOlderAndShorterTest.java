package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Forms which say less than the usual one of their tool, or say it in older words. */
class FormsOfOlderAndShorterTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void aLinkToldBrieflyAndThenInFullIsOneLink() throws ParseFailure {
    JsonNode facts =
        facts(
            "ip",
            """
            lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>
            eno7             UP             02:00:00:00:00:07 <BROADCAST,MULTICAST,UP,LOWER_UP>
            eno8             DOWN           02:00:00:00:00:08 <BROADCAST,MULTICAST>
            2: eno7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP group default qlen 1000
                link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff
                inet 192.0.2.7/24 brd 192.0.2.255 scope global eno7
                   valid_lft forever preferred_lft forever
            """);
    assertThat(facts.at("/counts/links").asInt()).isEqualTo(3);
    assertThat(facts.at("/links/1/mtu_bytes").asInt()).isEqualTo(9000);
    assertThat(facts.at("/links/1/addresses").size()).isEqualTo(1);
    assertThat(facts.at("/links/2/name").asString("")).isEqualTo("eno8");
    assertThat(facts.at("/links/2").has("addresses")).isFalse();
  }

  @Test
  void sameNamesInAnotherNamespaceStayLinksOfTheirOwn() throws ParseFailure {
    JsonNode facts =
        facts(
            "ip",
            """
            5: eno7: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP
                link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff
            6: eno7: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP
                link/ether 02:00:00:00:00:09 brd ff:ff:ff:ff:ff:ff
            """);
    assertThat(facts.at("/counts/links").asInt()).isEqualTo(2);
  }

  @Test
  void whatOldPciutilsCalledUnknownHasItsNumberAndNoName() throws ParseFailure {
    JsonNode blocks =
        facts(
            "lspci",
            """
            Slot:\t00:08.0
            Class:\tSystem peripheral
            Vendor:\tBeispiel Corporation
            Device:\tManagement Registers
            SVendor:\tUnknown vendor 003c
            SDevice:\tDevice 009c
            Rev:\t11

            Device:\t00:09.0
            Class:\tIDE interface [0101]
            Vendor:\tBeispiel Corporation [abcd]
            Device:\tUnknown device [0011]
            SVendor:\tUnknown vendor [abce]
            SDevice:\tUnknown device [5a00]
            """);
    JsonNode first = blocks.at("/devices/0");
    assertThat(first.path("svendor_id").asString("")).isEqualTo("003c");
    assertThat(first.path("sdevice_id").asString("")).isEqualTo("009c");
    assertThat(first.has("svendor_name") || first.has("sdevice_name")).isFalse();
    JsonNode second = blocks.at("/devices/1");
    assertThat(second.path("device_id").asString("")).isEqualTo("0011");
    assertThat(second.path("svendor_id").asString("")).isEqualTo("abce");
    assertThat(second.path("sdevice_id").asString("")).isEqualTo("5a00");
    assertThat(second.toString()).doesNotContain("Unknown");
    JsonNode plain =
        facts(
            "lspci",
            """
            00:01.0 PCI bridge: Beispiel Inc Unknown device 2711 (rev 20)
            \tSubsystem: Muster Company Unknown device 18a8
            00:02.0 Ethernet controller: Unknown device abcd:0003
            """);
    assertThat(plain.at("/devices/0/vendor_name").asString("")).isEqualTo("Beispiel Inc");
    assertThat(plain.at("/devices/0/device_id").asString("")).isEqualTo("2711");
    assertThat(plain.at("/devices/0/svendor_name").asString("")).isEqualTo("Muster Company");
    assertThat(plain.at("/devices/0/sdevice_id").asString("")).isEqualTo("18a8");
    assertThat(plain.at("/devices/1/vendor_id").asString("")).isEqualTo("abcd");
    assertThat(plain.at("/devices/1/device_id").asString("")).isEqualTo("0003");
    assertThat(plain.toString()).doesNotContain("Unknown");
  }

  @Test
  void cachesAreCountedOnlyWhereTheirRoundedSizesLeaveOneAnswer() throws ParseFailure {
    JsonNode caches =
        facts(
                "lscpu",
                """
                NAME ONE-SIZE ALL-SIZE WAYS TYPE        LEVEL
                L1d       48K     768K   12 Data            1
                L2       1.3M      20M   20 Unified         2
                L2         2M     344M   16 Unified         2
                L3      13.8M    27.5M   11 Unified         3
                """)
            .path("caches");
    assertThat(caches.at("/0/instances").asInt()).isEqualTo(16);
    assertThat(caches.at("/1").has("instances")).isFalse();
    assertThat(caches.at("/2/instances").asInt()).isEqualTo(172);
    assertThat(caches.at("/3/instances").asInt()).isEqualTo(2);
  }

  @Test
  void aProcessorIsOnlineInTheLanguageOfTheTable() throws ParseFailure {
    String table =
        """
        CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE    MAXMHZ
          0    0      0    0 0:0:0:0       %1$s      4100,5000
          1    0      0    1 1:1:1:0       %1$s      4100,5000
          2    0      0    2 2:2:2:0       %2$s      4100,5000
        """;
    String[][] words = {
      {"yes", "no"}, {"oui", "non"}, {"ja", "nein"}, {"sí", "no"}, {"да", "нет"}, {"是", "否"},
    };
    for (String[] word : words) {
      JsonNode facts = facts("lscpu", table.formatted((Object[]) word));
      assertThat(facts.path("online").asString("")).as(word[0]).isEqualTo("0-1");
    }
  }

  @Test
  void memoryOfSeveralBoardsIsAddedAndThatOfFlashIsNot() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
            contoso
                description: Computer
              *-core
                   description: Motherboard
                 *-memory:0
                      description: System Memory
                      size: 16GiB
                    *-bank:0
                         description: DIMM DDR4
                         size: 16GiB
                 *-memory:1
                      description: System Memory
                      size: 8GiB
                 *-memory:2
                      description: Flash Memory
                      size: 16MiB
                 *-cache
                      description: L1 cache
                      size: 64KiB
            """);
    assertThat(facts.path("memory_bytes").asLong()).isEqualTo(24L << 30);
    assertThat(facts.path("counts").path("dimms").asLong()).isEqualTo(1);
  }

  @Test
  void whatAMailWrappedBelowATableOfDisksIsNoDisk() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lsblk",
            """
            NAME HCTL       TYPE VENDOR   MODEL              REV SERIAL
                     TRAN
            sda  32:0:0:0   disk ATA      ABC D12345678 XY79045Q
            S45RNC0T1
            sdb  32:0:1:0   disk LIO-ORG  ABC D12345679     4.0
            S45RNC0T2
            """);
    JsonNode devices = parsed.facts().path("devices");
    assertThat(devices.size()).isEqualTo(2);
    assertThat(devices.at("/0/model").asString("")).isEqualTo("ABC D12345678");
    assertThat(devices.at("/0/revision").asString("")).isEqualTo("XY79045Q");
    assertThat(devices.at("/1/name").asString("")).isEqualTo("sdb");
    assertThat(devices.at("/1/revision").asString("")).isEqualTo("4.0");
    assertThat(devices.at("/1/hctl").asString("")).isEqualTo("32:0:1:0");
    assertThat(parsed.notUnderstood()).hasSize(3);
    Parsed topology =
        Parsers.parse(
            "lsblk",
            """
                 NAME   ALIGNMENT MIN-IO   OPT-IO PHY-SEC LOG-SEC ROTA SCHED
            RQ-SIZE  RA WSAME
                 sdc            0   4096 33553920    4096     512    1
            mq-deadline      60 128   32M
                 └─sdc1         0   4096 33553920    4096     512    1
            mq-deadline      60 128   32M
            """);
    assertThat(topology.facts().path("devices").size()).isEqualTo(2);
    assertThat(topology.facts().at("/devices/0").has("parent")).isFalse();
    assertThat(topology.facts().at("/devices/1/parent").asString("")).isEqualTo("sdc");
    assertThat(topology.facts().at("/devices/1/physical_sector_bytes").asInt()).isEqualTo(4096);
  }
}
