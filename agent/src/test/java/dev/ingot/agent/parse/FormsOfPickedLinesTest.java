package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Outputs of which somebody kept some lines, columns or pieces only. */
class FormsOfPickedLinesTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  private static List<String> texts(JsonNode list, String field) {
    return list.valueStream().map(each -> each.path(field).asString("")).toList();
  }

  @Test
  void cpusAreCountedInTheTableOfLscpu() throws ParseFailure {
    JsonNode facts =
        facts(
            "lscpu",
            """
            CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE    MAXMHZ   MINMHZ
              0    0      0    0 0:0:0:0          yes 2000.0000 1000.0000
              1    0      0    1 1:1:1:0          yes 2000.0000 1000.0000
              2    1      1    2 2:2:2:1          yes 2000.0000 1000.0000
              3    1      1    3 3:3:3:1          yes 2000.0000 1000.0000
              4    0      0    0 0:0:0:0          yes 2000.0000 1000.0000
              5    0      0    1 1:1:1:0          yes 2000.0000 1000.0000
              6    1      1    2 2:2:2:1          yes 2000.0000 1000.0000
              7    -      -    - -                 no         -         -
            """);

    assertThat(facts.path("cpus").asLong()).isEqualTo(8);
    assertThat(facts.path("online").asString()).isEqualTo("0-6");
    assertThat(facts.path("sockets").asLong()).isEqualTo(2);
    assertThat(facts.path("cores_per_socket").asLong()).isEqualTo(2);
    assertThat(facts.path("cores").asLong()).isEqualTo(4);
    assertThat(facts.has("threads_per_core")).as("one core has one thread only").isFalse();
    assertThat(facts.path("max_frequency_hertz").asLong()).isEqualTo(2_000_000_000L);
    assertThat(texts(facts.path("numa"), "cpus")).containsExactly("0-1,4-5", "2-3,6");
  }

  @Test
  void cpusAreCountedInWhatLscpuWritesForPrograms() throws ParseFailure {
    JsonNode facts =
        facts(
            "lscpu",
            "# The following is the parsable format.\n# CPU,Core,Socket,Node,,L1d,L1i,L2\n"
                + "0,0,0,0,,0,0,0\n1,1,1,0,,1,1,1\n2,0,0,0,,0,0,0\n3,1,1,0,,1,1,1\n4,\n");
    JsonNode json =
        facts(
            "lscpu",
            "{\"cpus\": [{\"cpu\": 0, \"node\": 0, \"socket\": 0, \"core\": 0, \"online\": true},"
                + " {\"cpu\": 1, \"node\": 0, \"socket\": 0, \"core\": 0, \"online\": true}]}");

    assertThat(facts.path("cpus").asLong()).isEqualTo(4);
    assertThat(facts.path("sockets").asLong()).isEqualTo(2);
    assertThat(facts.path("threads_per_core").asLong()).isEqualTo(2);
    assertThat(facts.has("online")).as("the table does not say it").isFalse();
    assertThat(json.path("cores").asLong()).isEqualTo(1);
    assertThat(json.path("online").asString()).isEqualTo("0-1");
  }

  @Test
  void cachesHaveTheSizeOfAllInstances() throws ParseFailure {
    JsonNode caches =
        facts(
                "lscpu",
                "NAME ONE-SIZE ALL-SIZE WAYS TYPE        LEVEL SETS PHY-LINE COHERENCY-SIZE\n"
                    + "L1d       32K     128K    8 Data            1   64        1             64\n"
                    + "L3        16M      32M      Unified         3                          "
                    + " 64\n")
            .path("caches");

    assertThat(caches.path(0).path("size_bytes").asLong()).isEqualTo(128 << 10);
    assertThat(caches.path(0).path("instances").asLong()).isEqualTo(4);
    assertThat(caches.path(1).path("size_bytes").asLong()).isEqualTo(32 << 20);
  }

  @Test
  void placesOfAMainframeAreNoSocketsUnlessTheCpusAreThere() throws ParseFailure {
    String text =
        "CPU(s): %d\nThread(s) per core: 2\nCore(s) per socket: 3\nSocket(s) per book: 2\n"
            + "Book(s) per drawer: 1\nDrawer(s): 4\nL2d cache: 4096K\n";
    JsonNode full = facts("lscpu", text.formatted(48));

    assertThat(full.path("sockets").asLong()).isEqualTo(8);
    assertThat(full.path("cores").asLong()).isEqualTo(24);
    assertThat(texts(full.path("caches"), "name")).containsExactly("L2d");
    assertThat(facts("lscpu", text.formatted(6)).has("sockets")).isFalse();
  }

  @Test
  void linesOfDmidecodeAreModulesAndSlotsByTheirKeys() throws ParseFailure {
    JsonNode dimms =
        facts(
            "dmidecode",
            "# dmidecode -t memory | grep -E 'Size|Locator|Capacity'\n\tMaximum Capacity: 1 TB\n"
                + "\tSize: 32 GB\n\tLocator: A1\n\tSize: No Module Installed\n\tLocator: A2\n");
    JsonNode slots =
        facts(
            "dmidecode",
            "\tDesignation: Riser 1\n\tCurrent Usage: In Use\n\tDesignation: Riser 2\n"
                + "\tCurrent Usage: Available\n");

    assertThat(dimms.path("counts").path("dimm_slots").asLong()).isEqualTo(2);
    assertThat(dimms.path("counts").path("dimms").asLong()).isEqualTo(1);
    assertThat(texts(dimms.path("dimms"), "slot")).containsExactly("A1", "A2");
    assertThat(dimms.path("memory_arrays").path(0).path("max_bytes").asLong()).isEqualTo(1L << 40);
    assertThat(slots.path("counts").path("slots_in_use").asLong()).isEqualTo(1);
    assertThatExceptionOfType(ParseFailure.class)
        .isThrownBy(() -> facts("dmidecode", "Name: vd0\nSize: 9.09 TB\nState: Optimal\n"));
  }

  @Test
  void structuresMayStandBehindAMarginAndAboveOtherLines() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "dmidecode",
            "node7:\n    Handle 0x0011, DMI type 17, 34 bytes\n    Memory Device\n"
                + "        Size: 8 GB\n        Locator: B3\n  retcode: 0\n");

    assertThat(texts(parsed.facts().path("dimms"), "slot")).containsExactly("B3");
    assertThat(parsed.facts().path("dimms").path(0).has("other")).isFalse();
    assertThat(parsed.notUnderstood()).containsExactly("line 1: node7:", "line 6: retcode: 0");
  }

  @Test
  void busesOfLshwAndItsUnitsAreUnderstood() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
            Bus info          Device      Class      Description
            ====================================================
                                          system     Contoso 9
            cpu@0                         processor  Contoso CPU Z5-1234 @ 2.10GHz
                                          memory     64KiB BIOS
                                          memory     16GiB System Memory
                                          memory     16GiB DIMM DDR4
            pci@0000:03:00.0  scsi0       storage    Contoso RAID
            scsi@0:2.0.0      /dev/sda    disk       299GB Contoso 300
            scsi@0:2.0.0,1    /dev/sda1   volume     1023MiB Windows FAT volume
            pci@0000:01:00.0  em1         network    Contoso 10GbE
            """);

    assertThat(facts.path("counts").path("network").asLong()).isEqualTo(1);
    assertThat(facts.path("memory_bytes").asLong()).isEqualTo(16L << 30);
    assertThat(facts.path("disks").path(0).path("bus").asString()).isEqualTo("scsi@0:2.0.0");
    assertThat(facts.path("disks").path(0).path("size_bytes").asLong()).isEqualTo(299_000_000_000L);
    assertThat(facts.path("volumes").path(0).path("size_bytes").asLong()).isEqualTo(1023L << 20);
    assertThat(facts.path("processors").path(0).has("frequency_hertz")).isFalse();
    assertThat(facts.path("memory").path(0).path("size_bytes").asLong()).isEqualTo(16L << 30);
  }

  @Test
  void piecesOfAnLshwDocumentAreRead() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lshw",
            """
                  "physid" : "b",
                  "width" : 64
                },
                { "id" : "bank:1", "class" : "memory", "slot" : "B1", "size" : 4096 },

              },
              { "id" : "disk", "class" : "disk", "logicalname" : "/dev/sdb", "size" : 512,
                "conf
            """);

    assertThat(texts(parsed.facts().path("memory"), "slot")).containsExactly("B1");
    assertThat(parsed.facts().path("disks").path(0).path("size_bytes").asLong()).isEqualTo(512);
    assertThat(parsed.notUnderstood()).anyMatch(note -> note.startsWith("pieces of JSON"));
  }

  @Test
  void rowsOfLsblkAreKnownWithoutTheirHeads() throws ParseFailure {
    JsonNode devices =
        facts(
                "lsblk",
                "sda      8:0    0  1.8T  0 disk \n└─sda1   8:1    0  1.8T  0 part /data\n\n"
                    + "└─sdq7  65:7    0    1G  0 part \n")
            .path("devices");

    assertThat(texts(devices, "name")).containsExactly("sda", "sda1", "sdq7");
    assertThat(texts(devices, "parent")).containsExactly("", "sda", "");
  }

  @Test
  void rowsOfLsblkThatAreNotAlignedAreOfTheColumnsInTheirOrder() throws ParseFailure {
    JsonNode devices =
        facts(
                "lsblk",
                "NAME SIZE TYPE MODEL SERIAL\nsda 2G disk CONTOSO\\x20A-1 Z\nsda1 2G part  \n")
            .path("devices");

    assertThat(texts(devices, "model")).containsExactly("CONTOSO A-1", "");
    assertThat(texts(devices, "serial")).containsExactly("Z", "");
    assertThat(texts(devices, "type")).containsExactly("disk", "part");
  }

  @Test
  void coloursOfATerminalAreNoPartOfALine() throws ParseFailure {
    JsonNode link =
        facts("ip", "1: \u001b[36mlo: \u001b[0m<UP> mtu 65536 state \u001b[32mUNKNOWN \u001b[0m\n")
            .path("links")
            .path(0);

    assertThat(link.path("name").asString()).isEqualTo("lo");
    assertThat(link.path("state").asString()).isEqualTo("unknown");
  }

  @Test
  void whatACardSaysOfItselfIsKept() throws ParseFailure {
    JsonNode card =
        facts(
                "lspci",
                "01:00.0 \"Network\" \"Contoso\" \"One \\\"A\\\" Port\"\n"
                    + "\t\t\t[PN] Part number: P-1\n"
                    + "\t\t\t[SN] Serial number: S1\n")
            .path("devices")
            .path(0);

    assertThat(card.path("device_name").asString()).isEqualTo("One \"A\" Port");
    assertThat(card.path("part_number").asString()).isEqualTo("P-1");
    assertThat(card.path("board_serial").asString()).isEqualTo("S1");
  }

  @Test
  void parentsOfLsblkHaveTheNamesOfDevices() throws ParseFailure {
    JsonNode devices =
        facts(
                "lsblk",
                "NAME=\"/dev/sdb\" PKNAME=\"\" TYPE=\"disk\"\n"
                    + "NAME=\"/dev/sdb1\" PKNAME=\"/dev/sdb\" TYPE=\"part\"\n")
            .path("devices");

    assertThat(texts(devices, "parent")).containsExactly("", "sdb");
  }

  @Test
  void settingsOfSeveralPortsBeginWhereALineComesAgain() throws ParseFailure {
    JsonNode ports =
        facts(
                "ethtool",
                "\tSpeed: 25000Mb/s\n"
                    + "\tLink detected: yes\n"
                    + "\tSpeed: Unknown!\n"
                    + "\tLink detected: no\n")
            .path("interfaces");

    assertThat(ports.size()).isEqualTo(2);
    assertThat(ports.path(0).path("speed_mbps").asLong()).isEqualTo(25_000);
    assertThat(ports.path(1).path("link").asBoolean(true)).isFalse();
  }

  @Test
  void aNeighbourWithoutItsInterfaceIsOneStill() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lldpcli",
            "    ChassisID:    mac 02:00:00:00:00:01\n    SysName:      leaf1\n"
                + "    Capability:   Bridge, on\n  Port:\n    PortID:       ifname Ethernet5\n"
                + "  LLDP-MED:\n    Capability:   Policy, yes\n");
    JsonNode one = parsed.facts().path("neighbours").path(0);

    assertThat(one.has("interface")).isFalse();
    assertThat(one.path("port_id").asString()).isEqualTo("Ethernet5");
    assertThat(one.path("capabilities").size()).as("MED's are none of these").isEqualTo(1);
    assertThat(parsed.notUnderstood()).hasSize(1);
  }

  @Test
  void whatASwitchOrLldpdSaysOfItselfIsNoNeighbour() {
    for (String text :
        List.of(
            "{\"lldp\": {\"interface\": {\"eno1\": {\"status\": \"RX and TX\"}}}}",
            "lldp.eno1.status=RX and TX\nlldp.eno1.port.ifname=eno1\n",
            "Interface:    eno1\n  Administrative status: RX and TX\n  Chassis:\n",
            "LLDP neighbor-information of port 2[GigabitEthernet0/0]:\n"
                + " LLDP neighbor index : 1\n")) {
      assertThatExceptionOfType(ParseFailure.class).isThrownBy(() -> facts("lldpcli", text));
    }
  }

  @Test
  void linesBelowTheLastStructureAreNone() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "dmidecode",
            "Handle 0x0011, DMI type 17, 34 bytes\nMemory Device\n\tSize: 8 GB\n\n```\nThe End\n");

    assertThat(parsed.facts().path("structures").asLong()).isEqualTo(1);
    assertThat(parsed.notUnderstood()).containsExactly("line 5: ```", "line 6: The End");
  }

  @Test
  void aPortOfABondHasTheAddressItWasMadeWith() throws ParseFailure {
    JsonNode text =
        facts(
                "ip",
                "4: eth1: <UP> mtu 1500 master bond0 state UP\nlink/ether 02:00:00:00:00:01\n"
                    + "    bond_slave state ACTIVE perm_hwaddr 02:00:00:00:00:02 queue_id 0\n"
                    + "**vf 3 MAC 00:00:00:00:00:00, vlan 10**\n")
            .path("links")
            .path(0);
    JsonNode json =
        facts(
                "ip",
                "[{\"ifname\": \"eth1\", \"linkinfo\": {\"info_slave_kind\": \"bond\","
                    + " \"info_slave_data\": {\"perm_hwaddr\": \"02:00:00:00:00:02\"}}}]")
            .path("links")
            .path(0);

    for (JsonNode link : List.of(text, json)) {
      assertThat(link.path("permanent_mac").asString()).isEqualTo("02:00:00:00:00:02");
      assertThat(link.path("slave_kind").asString()).isEqualTo("bond");
    }
    assertThat(text.path("mac").asString()).isEqualTo("02:00:00:00:00:01");
    assertThat(text.path("virtual_functions").asLong()).isEqualTo(4);
  }

  @Test
  void nextHopsBelongToTheRouteAboveThem() throws ParseFailure {
    JsonNode routes =
        facts(
                "ip",
                "default via 10.0.0.1 dev tun0\ndefault metric 1\n\tnexthop via 10.0.1.1 dev eth0\n"
                    + "something else\n\tnexthop via 10.0.2.1 dev eth1\n")
            .path("routes");

    assertThat(routes.size()).isEqualTo(2);
    assertThat(routes.path(0).has("next_hops")).isFalse();
    assertThat(routes.path(1).path("metric").asLong()).isEqualTo(1);
    assertThat(texts(routes.path(1).path("next_hops"), "interface")).containsExactly("eth0");
  }

  @Test
  void devicesWithoutNamesHaveTheirNumbers() throws ParseFailure {
    JsonNode facts =
        facts(
            "lspci",
            "00:1f.2 Class 0106: Device 8086:1e03 (rev 04)\n\tSubsystem: Device 17aa:21fb\n"
                + "IOMMU Group 7 02:00.0 Network [0280]: Contoso 1 [1234:0082] (rev 34)\nSlot:\n");
    JsonNode first = facts.path("devices").path(0);

    assertThat(facts.path("counts").path("devices").asLong()).isEqualTo(2);
    assertThat(facts.path("counts").path("storage").asLong()).isEqualTo(1);
    assertThat(first.path("class_id").asString()).isEqualTo("0106");
    assertThat(first.path("device_id").asString()).isEqualTo("1e03");
    assertThat(first.path("sdevice_id").asString()).isEqualTo("21fb");
    assertThat(facts.path("devices").path(1).path("iommu_group").asLong()).isEqualTo(7);
  }

  @Test
  void aPartOfTheFirmwareIsNoFile() throws ParseFailure {
    JsonNode entry =
        facts("efibootmgr", "Boot0004* Shell\tFvVol(7cb8bdc9)/FvFile(7c04a583)\n")
            .path("entries")
            .path(0);

    assertThat(entry.path("kind").asString()).isEqualTo("firmware");
    assertThat(entry.has("file")).isFalse();
  }

  @Test
  void whatALoaderIsHandedIsNoPartOfItsName() throws ParseFailure {
    JsonNode entry =
        facts(
                "efibootmgr",
                "Boot0001* W\tHD(1,GPT,b1710260,0x800,0x82000)/\\EFI\\w.efi57494e444f\n")
            .path("entries")
            .path(0);

    assertThat(entry.path("file").asString()).isEqualTo("\\EFI\\w.efi");
  }

  @Test
  void aTreeInTheWrongCharactersIsATreeStill() throws ParseFailure {
    JsonNode devices =
        facts(
                "lsblk",
                "NAME     KNAME MAJ:MIN  SIZE\n"
                    + "sda      sda     8:0    512G\n"
                    + "\u00e2\u201d\u201d\u00e2\u201d\u20acmp     dm-0  254:0    512G\n")
            .path("devices");

    assertThat(texts(devices, "name")).containsExactly("sda", "mp");
    assertThat(devices.path(1).path("parent").asString()).isEqualTo("sda");
    assertThat(devices.path(1).path("kernel_name").asString()).isEqualTo("dm-0");
  }
}
