package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Values that few machines and versions have, each in a sample of its own. */
class FormsOfOddMachinesTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void clustersAreNotCalledSockets() throws ParseFailure {
    JsonNode facts =
        facts(
            "lscpu",
            """
            CPU(s):               24
            Thread(s) per core:   1
            Core(s) per cluster:  8
            Socket(s):            -
            Cluster(s):           3
            NUMA node(s):         2
            """);

    assertThat(facts.has("sockets")).isFalse();
    assertThat(facts.has("cores_per_socket")).isFalse();
    assertThat(facts.path("cores_per_cluster").asLong()).isEqualTo(8);
    assertThat(facts.path("cores").asLong()).isEqualTo(24);
    assertThat(facts.path("numa_nodes").asLong()).isEqualTo(2);
    assertThat(facts.has("numa")).isFalse();
  }

  @Test
  void oldNvmeCliWritesHexadecimalWithoutItsMark() throws ParseFailure {
    JsonNode controller =
        facts(
                "nvme",
                "vid : 0x1234\nmn : CONTOSO 9\nver : 10301\ncntlid : 21\ntnvmcap : 7,000,000,000\n")
            .path("controller");

    assertThat(controller.path("nvme_version").asString("")).isEqualTo("1.3.1");
    assertThat(controller.path("controller_id").asLong()).isEqualTo(0x21);
    assertThat(controller.path("total_bytes").asLong()).isEqualTo(7_000_000_000L);
  }

  @Test
  void hoursOfSasDrivesAndNamesOfNamespacesAreFacts() throws ParseFailure {
    JsonNode sas =
        facts(
            "smartctl",
            "Serial number:  XYZ9\nAccumulated power on time, hours:minutes 41234:56\n");
    JsonNode nvme =
        facts(
            "smartctl",
            "Model Number:   CONTOSO 9\nNamespace 1 IEEE EUI-64:   0011aa 22bb33cc44\n");
    JsonNode json =
        facts(
            "smartctl",
            """
            {"model_name":"CONTOSO 9","serial_number":"N1",
             "nvme_namespaces":[{"id":1,"eui64":{"oui":4522,"ext_id":149447494724}}]}
            """);

    assertThat(sas.path("devices").path(0).path("power_on_hours").asLong()).isEqualTo(41234);
    assertThat(nvme.path("devices").path(0).path("wwn").asString(""))
        .isEqualTo("eui.0011aa22bb33cc44");
    assertThat(json.path("devices").path(0).path("wwn").asString(""))
        .isEqualTo("eui.0011aa22cbc3cc44");
  }

  @Test
  void aDriveWithoutArrayHasItsModelWithoutVendorAndPort() throws ParseFailure {
    JsonNode drive =
        facts(
                "storcli",
                """
                Controller = 2
                Status = Success
                Description = None

                ------------------------------------------------------------------------------
                EID:Slt DID State Intf Med     Size SeSz Model            Vendor   Port
                ------------------------------------------------------------------------------
                8:3       7 JBOD  SATA SSD 1.000 TB 512B Contoso Disk 900 ATA      Port 0 - 3 x1
                ------------------------------------------------------------------------------
                """)
            .path("adapters")
            .path(0)
            .path("physical_drives")
            .path(0);

    assertThat(drive.path("model").asString("")).isEqualTo("Contoso Disk 900");
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(1L << 40);
  }

  @Test
  void theReasonOfAFailureStandsInItsDetails() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "storcli",
            """
            Controller = 1
            Status = Failure
            Description = None

            Detailed Status :
            ===============

            -----------------------------------------------
            Ctrl Status Property ErrMsg              ErrCd
            -----------------------------------------------
               1 Failed -        Battery is missing!    34
            -----------------------------------------------
            """);

    assertThat(parsed.notUnderstood()).contains("controller 1: failure: Battery is missing!");
  }

  @Test
  void adaptersOfTwoMachinesInTheSameSlotAreTwo() throws ParseFailure {
    JsonNode facts =
        facts(
            "ssacli",
            """
            Smart Array P900i in Slot 0 (Embedded)    (sn: AAA1)

               Unassigned

                  physicaldrive 1I:1:1 (port 1I:box 1:bay 1, SAS HDD, 72 GB, OK)

            Smart Array P900i in Slot 0 (Embedded)    (sn: BBB2)

               Unassigned

                  physicaldrive 1I:1:1 (port 1I:box 1:bay 1, SAS HDD, 72 GB, OK)
            """);

    assertThat(facts.path("counts").path("adapters").asLong()).isEqualTo(2);
    assertThat(facts.path("counts").path("physical_drives").asLong()).isEqualTo(2);
  }

  @Test
  void groupsOfOldMegacliAreArraysOfTheirDrives() throws ParseFailure {
    JsonNode facts =
        facts(
            "megacli",
            """
            Adapter: 0
            Product Name: Contoso RAID 4
            Number of DISK GROUPS: 1

            DISK GROUPS: 0
            Number of Spans: 1
            Virtual Disk: 0 (Target Id: 0)
            State: Optimal
            Physical Disk: 0
            Enclosure Device ID: 252
            Slot Number: 4
            Firmware state: Online
            """);

    assertThat(facts.path("counts").path("arrays").asLong()).isEqualTo(1);
    JsonNode adapter = facts.path("adapters").path(0);
    assertThat(adapter.path("physical_drives").path(0).path("array").asString("")).isEqualTo("0");
    assertThat(adapter.path("logical_drives").path(0).path("array").asString("")).isEqualTo("0");
  }

  @Test
  void statesOfAPowerSupplyAreNoPartOfItsUnit() throws ParseFailure {
    JsonNode sensor =
        facts("ipmitool-sdr", "Supply 4 | 09h | ok  | 10.4 | 85 Watts, Presence detected\n")
            .path("sensors")
            .path(0);

    assertThat(sensor.path("unit").asString("")).isEqualTo("watts");
    assertThat(sensor.path("reading").asDouble()).isEqualTo(85);
    assertThat(sensor.path("event").asString("")).isEqualTo("Presence detected");
  }

  @Test
  void anEmptyUserHasNoName() throws ParseFailure {
    JsonNode facts =
        facts("ipmitool-user", "7   (Empty User)     true    false      false      NO ACCESS\n");

    assertThat(facts.path("counts").path("named").asLong()).isZero();
    assertThat(facts.path("users").path(0).has("name")).isFalse();
  }

  @Test
  void theSlotOfAPortIsReadFromItsParent() throws ParseFailure {
    JsonNode json =
        facts(
            "ip", "[{\"ifname\":\"enp9s0\",\"parentbus\":\"pci\",\"parentdev\":\"0000:09:00.0\"}]");
    JsonNode text =
        facts(
            "ip",
            """
            2: enp9s0: <BROADCAST,UP> mtu 1500 state UP
                link/ether 02:00:00:00:00:09 brd ff:ff:ff:ff:ff:ff promiscuity 0 parentbus pci parentdev 0000:09:00.0
            """);

    assertThat(json.path("links").path(0).path("pci_slot").asString("")).isEqualTo("0000:09:00.0");
    assertThat(text.path("links").path(0).path("pci_slot").asString("")).isEqualTo("0000:09:00.0");
  }

  @Test
  void modulesAndDisksOfLshwAreCountedInOtherLanguagesToo() throws ParseFailure {
    JsonNode french =
        facts(
            "lshw",
            """
                 *-memory
                      description: Mémoire Système
                      taille: 2GiB
                    *-bank:0
                         description: DIMM DRAM Synchrone
                         emplacement: BANC_1
                         taille: 2GiB
                    *-bank:1
                         description: DIMM DRAM Synchrone [vide]
                         emplacement: BANC_2
            """);

    assertThat(french.path("counts").path("dimms").asLong()).isEqualTo(1);
    assertThat(french.path("memory").path(0).path("slot").asString("")).isEqualTo("BANC_1");
    assertThat(french.path("memory").path(1).path("installed").asBoolean(true)).isFalse();
  }

  @Test
  void aNamespaceIsOneDiskBesideItsSensorAndItsCharacterDevice() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
            > |  *-namespace:0
            > |       description: NVMe disk
            > |       logical name: hwmon3
            > |  *-namespace:1
            > |       description: NVMe disk
            > |       logical name: /dev/ng4n1
            > |  *-namespace:2
            > |       description: NVMe disk
            > |       bus info: nvme@4:1
            > |       logical name: /dev/nvme4n1
            > |       size: 10GiB (11GB)
            """);

    assertThat(facts.path("counts").path("disks").asLong()).isEqualTo(1);
    assertThat(facts.path("disks").path(0).path("size_bytes").asLong()).isEqualTo(10L << 30);
  }

  @Test
  void briefLinksOfIpHaveTheirAddresses() throws ParseFailure {
    JsonNode links =
        facts(
                "ip",
                """
                lo               UNKNOWN        127.0.0.1/8 ::1/128
                eno7@if3         LOWERLAYERDOWN 02:00:00:00:00:07 <BROADCAST,UP>
                """)
            .path("links");

    assertThat(links.path(0).path("addresses")).hasSize(2);
    assertThat(links.path(0).path("addresses").path(1).path("prefix").asLong()).isEqualTo(128);
    assertThat(links.path(1).path("mac").asString("")).isEqualTo("02:00:00:00:00:07");
    assertThat(links.path(1).path("state").asString("")).isEqualTo("lowerlayerdown");
  }

  @Test
  void namespacesOfAnInterimNvmeCliHaveNoDirectory() throws ParseFailure {
    JsonNode facts =
        facts(
            "nvme",
            """
            Node      SN        Model       Namespace Usage                 Format         FW Rev
            --------- --------- ----------- --------- --------------------- -------------- --------
            nvme3n1   CX77      CONTOSO 9   1         1.00  TB / 2.00  TB   512   B +  0 B   7.7
            """);

    assertThat(facts.at("/counts/namespaces").asLong()).isEqualTo(1);
    assertThat(facts.at("/namespaces/0/device").asString("")).isEqualTo("nvme3n1");
    assertThat(facts.at("/namespaces/0/size_bytes").asLong()).isEqualTo(2_000_000_000_000L);
  }

  @Test
  void healthAloneIsADeviceAndItsCountsAreGroupedAsTheLocaleDoes() throws ParseFailure {
    JsonNode device =
        facts(
                "smartctl",
                """
                === START OF SMART DATA SECTION ===
                SMART/Health Information (NVMe Log 0x02, NSID 0xffffffff)
                Critical Warning:                   0x00
                Temperature:                        28 Celsius
                Data Units Read:                    1 234 567 [632 GB]
                Data Units Written:                 2.345 [1,20 GB]
                Power Cycles:                       20
                Power On Hours:                     4\u00a0003
                Error Information Log Entries:      17
                """)
            .at("/devices/0");

    assertThat(device.path("temperature_celsius").asLong()).isEqualTo(28);
    assertThat(device.path("read_bytes").asLong()).isEqualTo(1_234_567L * 512_000);
    assertThat(device.path("written_bytes").asLong()).isEqualTo(2_345L * 512_000);
    assertThat(device.path("power_cycles").asLong()).isEqualTo(20);
    assertThat(device.path("power_on_hours").asLong()).isEqualTo(4003);
    assertThat(device.path("error_log_entries").asLong()).isEqualTo(17);
    assertThat(device.path("protocol").asString("")).isEqualTo("nvme");
  }

  @Test
  void aRevisionBelowTheRightOfItsHeadIsNoPartOfTheModel() throws ParseFailure {
    JsonNode facts =
        facts(
            "lsblk",
            """
            NAME HCTL       TYPE VENDOR   MODEL             REV TRAN
            sda  0:0:0:0    disk ATA      CONTOSO 12 AB-C  0003 sata
            sdb  4:0:0:0    disk EX       Disk 12 34 AB-C       usb
            sdc  5:0:0:0    disk EX       Disk 7           1.0  usb
            """);

    assertThat(facts.at("/devices/0/model").asString("")).isEqualTo("CONTOSO 12 AB-C");
    assertThat(facts.at("/devices/0/revision").asString("")).isEqualTo("0003");
    assertThat(facts.at("/devices/1/model").asString("")).isEqualTo("Disk 12 34 AB-C");
    assertThat(facts.at("/devices/1").has("revision")).isFalse();
    assertThat(facts.at("/devices/2/revision").asString("")).isEqualTo("1.0");
  }

  @Test
  void aLabelOfTwoWordsIsNoSize() throws ParseFailure {
    JsonNode facts =
        facts(
            "lsblk",
            """
            NAME LABEL      SIZE TYPE
            sda1 my old data  4G part
            """);

    assertThat(facts.at("/devices/0/size_bytes").asLong()).isEqualTo(4L << 30);
    assertThat(facts.at("/devices/0/label").asString("")).isEqualTo("my old data");
  }
}
