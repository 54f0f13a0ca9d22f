package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Machines with several kinds of a part, and outputs that have one part alone. */
class FormsOfSeveralPartsTest {
  @Test
  void aTitleThatIsNotKnownBeginsAStructureToo() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "dmidecode",
                "Memory Device\n\tSize: 16 GB\n\tLocator: A1\n\nCooling Device\n\tStatus: OK\n"
                    + "\tDescription: Fan 1\n\nMemory Device\n\tSize: No Module Installed\n")
            .facts();

    assertThat(facts.path("counts").path("dimm_slots").asLong()).isEqualTo(2);
    assertThat(facts.path("dimms").path(0).has("other")).as("no value of the fan's").isFalse();
    assertThat(facts.path("other_structures").has("cooling_device")).isTrue();
  }

  @Test
  void whatStandsBetweenTwoOutputsIsNoValueOfTheFirst() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ethtool",
            "Features for eth0:\nscatter-gather: off\n...\n$ ethtool -k eth1\nFeatures for eth1:\n"
                + "scatter-gather: on\n");

    assertThat(
            parsed
                .facts()
                .path("interfaces")
                .path(0)
                .path("features")
                .path("scatter_gather")
                .isBoolean())
        .isTrue();
    assertThat(parsed.notUnderstood()).containsExactly("line 3: ...", "line 4: $ ethtool -k eth1");
  }

  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  private static final String KINDS =
      """
      CPU(s):                 6
      Vendor ID:              ARM
        Model name:           Small
          Thread(s) per core: 1
          Core(s) per socket: 4
          Socket(s):          1
          CPU max MHz:        2000.0000
          CPU min MHz:        300.0000
        Model name:           Big
          Thread(s) per core: 1
          Core(s) per socket: 2
          Socket(s):          1
          CPU max MHz:        2800.0000
          CPU min MHz:        500.0000
      """;

  @Test
  void coresOfAllKindsAreCounted() throws ParseFailure {
    JsonNode facts = facts("lscpu", KINDS);

    assertThat(facts.path("cores").asLong()).isEqualTo(6);
    assertThat(facts.path("threads").asLong()).isEqualTo(6);
    assertThat(facts.has("cores_per_socket")).isFalse();
    assertThat(facts.path("max_frequency_hertz").asLong()).isEqualTo(2_800_000_000L);
    assertThat(facts.path("min_frequency_hertz").asLong()).isEqualTo(300_000_000L);
    assertThat(facts.path("core_types").size()).isEqualTo(2);
    assertThat(facts.at("/core_types/1/model_name").asString("")).isEqualTo("Big");
    assertThat(facts.at("/core_types/1/cores").asLong()).isEqualTo(2);
  }

  @Test
  void coresOfAKindThatSaysNoneAreNotGuessed() throws ParseFailure {
    JsonNode unknown = facts("lscpu", KINDS.replace("    Core(s) per socket: 2\n", ""));
    JsonNode two = facts("lscpu", KINDS + KINDS);

    assertThat(unknown.has("cores")).isFalse();
    assertThat(unknown.at("/core_types/0/cores").asLong()).isEqualTo(4);
    assertThat(two.has("core_types")).isFalse();
  }

  @Test
  void kindsStandInNestedJsonToo() throws ParseFailure {
    JsonNode facts =
        facts(
            "lscpu",
            """
            {"lscpu": [{"field": "CPU(s):", "data": "6"},
             {"field": "Vendor ID:", "data": "ARM", "children": [
              {"field": "Model name:", "data": "Small", "children": [
               {"field": "Thread(s) per core:", "data": "1"},
               {"field": "Core(s) per cluster:", "data": "4"},
               {"field": "Socket(s):", "data": "-"}, {"field": "Cluster(s):", "data": "1"}]},
              {"field": "Model name:", "data": "Big", "children": [
               {"field": "Thread(s) per core:", "data": "1"},
               {"field": "Core(s) per cluster:", "data": "2"},
               {"field": "Socket(s):", "data": "-"}, {"field": "Cluster(s):", "data": "1"}]}]}]}
            """);

    assertThat(facts.path("cores").asLong()).isEqualTo(6);
    assertThat(facts.at("/core_types/0/clusters").asLong()).isEqualTo(1);
  }

  @Test
  void aTopologyAloneHasItsArraysAndDrives() throws ParseFailure {
    JsonNode facts =
        facts(
            "perccli",
            """
            CLI Version = 008.1 Jan 1, 2023
            Controller = 0
            Status = Success
            Description = None

            TOPOLOGY :
            ========

            --------------------------------------------------------------------------------
            DG Span Row EID:Slot PID Type  State Status BT       Size PDC  Secured FSpace
            --------------------------------------------------------------------------------
             0 -    -   -        -   RAID1 -     -      N  893.75 GiB dflt N       N
             0 0    -   -        -   RAID1 -     -      N  893.75 GiB dflt N       N
             0 0    0   268:0    257 DRIVE Conf  Online N  893.75 GiB dflt N       -
             0 0    1   268:1    258 DRIVE Conf  Online N  893.75 GiB dflt N       -
             - -    -   268:6    263 DRIVE GHS   Good   -  893.75 GiB -    -       -
            --------------------------------------------------------------------------------
            """);
    JsonNode drives = facts.at("/adapters/0/physical_drives");

    assertThat(facts.at("/counts/arrays").asLong()).isEqualTo(1);
    assertThat(facts.at("/counts/physical_drives").asLong()).isEqualTo(3);
    assertThat(facts.at("/adapters/0/arrays/0/level").asString("")).isEqualTo("RAID1");
    assertThat(drives.path(1).path("slot").asLong()).isEqualTo(1);
    assertThat(drives.path(1).path("array").asString("")).isEqualTo("0");
    assertThat(drives.path(2).path("spare").asString("")).isEqualTo("global");
    assertThat(drives.path(2).has("array")).isFalse();
  }

  @Test
  void firmwareOfLshwHasItsDateAndAnEmptySlotNoSerialNumber() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
              *-firmware
                   description: BIOS
                   vendor: Contoso
                   version: 9.1
                   date: 04/12/2019
              *-memory
                 *-bank:0
                      description: [empty]
                      vendor: NO DIMM
                      serial: NO DIMM
                      slot: A1
            """);

    assertThat(facts.at("/firmware/version").asString("")).isEqualTo("9.1");
    assertThat(facts.at("/firmware/date").asString("")).isEqualTo("04/12/2019");
    assertThat(facts.at("/counts/dimms").asLong()).isZero();
    assertThat(facts.at("/memory/0/slot").asString("")).isEqualTo("A1");
    assertThat(facts.at("/memory/0").has("serial")).isFalse();
  }

  @Test
  void verboseTablesOfNvmeTellControllersAndNamespaces() throws ParseFailure {
    String row = "%-8s %-6s %-20s %-40s %-8s %-6s %-14s %-6s %-12s %s%n";
    String text =
        "Subsystem        Subsystem-NQN                 Controllers\n"
            + "---------------- ----------------------------- -----------\n"
            + "nvme-subsys0     nqn.2020-01.org.example:a b   nvme0\n"
            + "nvme-subsys7     KK                            nvme7, nvme8\n"
            + "\nNVM Express Controllers\n\n"
            + "Device   Cntlid SN   MN   FR   TxPort Address   Slot   Subsystem    Namespaces\n"
            + "-------- ------ ---- ---- ---- ------ --------- ------ ------------ ----------\n"
            + row.formatted(
                "nvme0",
                0,
                "CX 77",
                "CONTOSO 9",
                "7.7",
                "pcie",
                "0000:3d:00.0",
                161,
                "nvme-subsys0",
                "nvme0n1, nvme0n2")
            + row.formatted(
                "nvme7",
                3,
                "CX78",
                "CONTOSO FABRIC",
                "7.8",
                "tcp",
                "traddr=192.0.2.4",
                "",
                "nvme-subsys7",
                "nvme7n1")
            + "nvme8 and something else\n"
            + "\nDevice       Generic      NSID     Usage       Format           Controllers\n"
            + "------------ ------------ -------- ----------- ---------------- -----------\n"
            + "/dev/nvme0n1 /dev/ng0n1   0x1   1.00  TB /   2.00  TB   512   B +  0 B   nvme0\n"
            + "/dev/nvme7n1 /dev/ng7n1   0x20     1.00 TB /   2.00 TB (   0.91 TiB /    1.82 TiB)"
            + " 4   KiB +  0 B   nvme7, nvme8\n";

    Parsed parsed = Parsers.parse("nvme", text);
    JsonNode facts = parsed.facts();

    assertThat(facts.at("/counts/controllers").asLong()).isEqualTo(2);
    assertThat(facts.at("/counts/namespaces").asLong()).isEqualTo(2);
    assertThat(facts.at("/controllers/0/serial").asString("")).isEqualTo("CX 77");
    assertThat(facts.at("/controllers/0/nqn").asString(""))
        .isEqualTo("nqn.2020-01.org.example:a b");
    assertThat(facts.at("/controllers/0/pci_slot").asString("")).isEqualTo("0000:3d:00.0");
    assertThat(facts.at("/controllers/0/slot").asString("")).isEqualTo("161");
    assertThat(facts.at("/controllers/1/model").asString("")).isEqualTo("CONTOSO FABRIC");
    assertThat(facts.at("/controllers/1/address").asString("")).isEqualTo("traddr=192.0.2.4");
    assertThat(facts.at("/controllers/1").has("pci_slot")).isFalse();
    assertThat(facts.at("/namespaces/0/controller").asString("")).isEqualTo("nvme0");
    assertThat(facts.at("/namespaces/1/namespace").asLong()).isEqualTo(0x20);
    assertThat(facts.at("/namespaces/1/sector_bytes").asLong()).isEqualTo(4096);
    assertThat(facts.at("/namespaces/1/controllers").size()).isEqualTo(2);
    assertThat(parsed.notUnderstood()).containsExactly("line 12: nvme8 and something else");
  }

  @Test
  void subsystemsOfNvmeListTheirPaths() throws ParseFailure {
    JsonNode facts =
        facts(
            "nvme",
            """
            nvme-subsys1 - NQN=nqn.2020-01.org.example:b
                           hostnqn=nqn.2020-01.org.example:host
                           iopolicy=numa
            \\
             +- nvme1 tcp traddr=192.0.2.4,trsvcid=4420 live non-optimized
             +- nvme2 pcie 0000:3d:00.0 live
            nvme-subsys2 - NQN=nqn.2020-01.org.example:c
            """);

    assertThat(facts.path("subsystems").size()).isEqualTo(2);
    assertThat(facts.at("/subsystems/0/NQN").asString("")).isEqualTo("nqn.2020-01.org.example:b");
    assertThat(facts.at("/subsystems/0/IOPolicy").asString("")).isEqualTo("numa");
    assertThat(facts.at("/subsystems/0/Paths/0/ANAState").asString("")).isEqualTo("non-optimized");
    assertThat(facts.at("/subsystems/0/Paths/1/Address").asString("")).isEqualTo("0000:3d:00.0");
    assertThat(facts.at("/subsystems/0/Paths/1/State").asString("")).isEqualTo("live");
  }
}
