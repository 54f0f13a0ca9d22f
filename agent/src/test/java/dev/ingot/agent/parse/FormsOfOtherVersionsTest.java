package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Layouts that the recorded outputs do not have, each in its shortest form. */
class FormsOfOtherVersionsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void aSmartRaidsFirmwareStandsBehindItsBatteryAndMembersBelowTheirArray() throws ParseFailure {
    JsonNode facts =
        facts(
            "arcconf",
            """
            Controllers found: 1
            ----------------------------------------------------------
            Controller information
            ----------------------------------------------------------
               Controller Model                 : Adaptec SmartRAID 3154-16i
               Physical Slot                    : 65535
               --------------------------------------------------------
               Green Backup Information
               --------------------------------------------------------
               Backup Power Status              : Ok
               --------------------------------------------------------
               Controller Version Information
               --------------------------------------------------------
               Firmware                         : 4.11
               --------------------------------------------------------
               PBSI
               --------------------------------------------------------
            ----------------------------------------------------------
            Logical device information
            ----------------------------------------------------------
            Logical Device number 0
               RAID level                       : 6 Reed-Solomon
               Size                             : 228902 MB
               --------------------------------------------------------
               Array Physical Device Information
               --------------------------------------------------------
               Device 0                         : Present (228936MB, SATA, SSD, Connector:0, Device:0) SERIAL-A
               Device 1                         : Missing
            ----------------------------------------------------------
            Physical Device information
            ----------------------------------------------------------
                  Device #3
                     Device is a Hard drive
                     State                      : Online
                     Serial number              : SERIAL-A
                  ----------------------------------------------------
                  Device Phy Information
                  ----------------------------------------------------
                     Phy #0
                        SAS Address             : 30000D170175CF86
                  ----------------------------------------------------
                  Runtime Error Counters
                  ----------------------------------------------------
                     Medium Error Count         : 3
            """);
    assertThat(facts.at("/counts/adapters").asInt()).isEqualTo(1);
    JsonNode adapter = facts.at("/adapters/0");
    assertThat(adapter.path("firmware").asString()).isEqualTo("4.11");
    assertThat(adapter.has("slot")).isFalse();
    assertThat(adapter.at("/battery/state").asString()).isEqualTo("Ok");
    assertThat(adapter.at("/logical_drives/0/level").asString()).isEqualTo("RAID6");
    assertThat(adapter.at("/logical_drives/0/drives").toString()).isEqualTo("[\"3\"]");
    assertThat(adapter.at("/physical_drives/0/media_errors").asInt()).isEqualTo(3);
    assertThat(
            facts(
                    "arcconf",
                    "Controllers found: 1\nController 1:             : Optimal, Slot 11, Mixed,"
                        + " INSPUR PM 8222-SHBA, SAMA22, 56C92B\n")
                .at("/adapters/0/model")
                .asString())
        .isEqualTo("INSPUR PM 8222-SHBA");
  }

  @Test
  void hpsArraysAreCapitalisedAndSparesAreNoMembers() throws ParseFailure {
    JsonNode facts =
        facts(
            "ssacli",
            """

            HPE Smart Array P408i-a SR Gen10 in Slot 0 (Embedded)  (sn: PEYHB0)

               Array A (Solid State SATA, Unused Space: 5  MB)

                  logicaldrive 1 (1.31 TB, RAID 1+0, Interim Recovery Mode)

                  physicaldrive 1I:1:3 (port 1I:box 1:bay 3, SATA SSD, 480 GB, OK)
                  physicaldrive 1I:1:4 (port 1I:box 1:bay 4, SATA SSD, 480 GB, OK, spare)
            """);
    assertThat(facts.at("/adapters/0/arrays/0/free_bytes").asLong()).isEqualTo(5L << 20);
    assertThat(facts.at("/adapters/0/logical_drives/0/level").asString()).isEqualTo("RAID10");
    assertThat(facts.at("/adapters/0/logical_drives/0/drives").toString())
        .isEqualTo("[\"1I:1:3\"]");
  }

  @Test
  void headsOfTwoWordsMessagesBetweenRowsAndPrefixedNamesOfLvm() throws ParseFailure {
    JsonNode table =
        facts(
            "lvm",
            """
              Using volume group(s) on command line.
            VG     Attr   Ext   #PV #LV #SN VSize   VFree VG UUID                                VProfile
            vg00   wz--n- 4.00m   1   7   0 279.00g 5.00g MiuKdK-ruw4-UG1i-0uLE-4dfB-bk2v-uxte2W
              Reloading config files
              Wiping internal VG cache
            """);
    assertThat(table.at("/counts/volume_groups").asInt()).isEqualTo(1);
    assertThat(table.at("/volume_groups/0/vg_name").asString()).isEqualTo("vg00");
    assertThat(table.at("/volume_groups/0/vg_uuid").asString()).startsWith("MiuKdK");
    assertThat(table.at("/volume_groups/0/size_bytes").asLong()).isEqualTo(279L << 30);
    JsonNode prefixed =
        facts(
            "lvm",
            "LVM2_VG_FMT='lvm2'|LVM2_VG_NAME='rhel'|LVM2_VG_SIZE='<29.00g'|LVM2_VG_FREE='0 '\n");
    assertThat(prefixed.at("/volume_groups/0/size_bytes").asLong()).isEqualTo(29L << 30);
  }

  @Test
  void wwidsWithBlanksAndMapsWithoutPathsOfMultipath() throws ParseFailure {
    JsonNode maps =
        facts(
                "multipath",
                """
                ===== paths list =====
                uuid hcil    dev dev_t pri dm_st chk_st vend/prod/rev       dev_st
                     3:0:0:1 sdb 8:16  -1  undef ready  IET,VIRTUAL-DISK    running
                mpatha (1IET     00080001) dm-0 IET,VIRTUAL-DISK
                size=16G features='0' hwhandler='0' wp=rw
                |-+- policy='round-robin 0' prio=1 status=active
                | `- 3:0:0:1 sdb 8:16 active ready running
                mpathc (without) dm-1 uninitialized
                """)
            .path("maps");
    assertThat(maps).hasSize(2);
    assertThat(maps.at("/0/name").asString()).isEqualTo("mpatha");
    assertThat(maps.at("/0/wwid").asString()).isEqualTo("1IET     00080001");
    assertThat(maps.at("/0/paths")).hasSize(1);
    assertThat(maps.at("/1/vendor").isMissingNode()).isTrue();
  }

  @Test
  void theOldestDmidecodeNamesThingsOtherwiseAndWritesEmptyMemoryDevices() throws ParseFailure {
    JsonNode facts =
        facts(
            "dmidecode",
            """
            SYSID present.
            SMBIOS 2.3 present.
            Handle 0x0100
            \tDMI type 1, 25 bytes.
            \tSystem Information Block
            \t\tVendor: IBM
            \t\tProduct: -[84803AX]-
            \t\tSerial Number: KBKGW40
            Handle 0x0400
            \tDMI type 4, 32 bytes.
            \tProcessor
            \t\tSocket Designation: CPU1
            \t\tProcessor Manufacturer: Intel
            Handle 0x0401
            \tDMI type 4, 35 bytes.
            \tProcessor
            \t\tSocket Designation: CPU2
            \t\tProcessor Manufacturer: 000000000000
            Handle 0x0600
            \tDMI type 6, 12 bytes.
            \tMemory Bank
            \t\tSocket: DIMM1
            \t\tInstalled Size: 256Mbyte
            Handle 0x1100
            \tDMI type 17, 23 bytes.
            \tMemory Device
            """);
    assertThat(facts.at("/system/product_name").asString()).isEqualTo("-[84803AX]-");
    assertThat(facts.at("/counts/processors").asInt()).isEqualTo(1);
    assertThat(facts.at("/counts/dimms").asInt()).isEqualTo(1);
    assertThat(facts.at("/dimms/0/slot").asString()).isEqualTo("DIMM1");
    assertThat(facts.path("memory_bytes").asLong()).isEqualTo(256L << 20);
  }

  @Test
  void aRowOfNvmeWithoutSerialAndQueuesOfEthtool() throws ParseFailure {
    JsonNode row =
        facts(
                "nvme",
                """
                Node             SN                   Model                                    Namespace Usage                      Format           FW Rev
                ---------------- -------------------- ---------------------------------------- --------- -------------------------- ---------------- --------
                /dev/nvme1n1                          Amazon Elastic Block Store               1           0.00   B /   8.59  GB    512   B +  0 B   1.0
                """)
            .at("/namespaces/0");
    assertThat(row.has("serial")).isFalse();
    assertThat(row.path("model").asString()).isEqualTo("Amazon Elastic Block Store");
    JsonNode queues =
        facts("ethtool", "NIC statistics:\n    rxq0: rx_pkts: 5\n    rxq1: rx_pkts: 6\n");
    assertThat(queues.at("/interfaces/0/statistics/rxq1_rx_pkts").asInt()).isEqualTo(6);
    JsonNode coalescing =
        facts("ethtool", "Coalesce parameters for eth0:\nAdaptive RX: off  TX: on\n");
    assertThat(coalescing.at("/interfaces/0/coalescing/adaptive_tx").asBoolean()).isTrue();
  }

  @Test
  void theExpanderOfABackplaneIsNoDriveOfMegacli() throws ParseFailure {
    JsonNode facts =
        facts(
            "megacli",
            """
            Hardware
                    Controller
                             ProductName       : PERC H710P Mini(Bus 0, Dev 0)
                             Status            : Optimal
                    PD
                            Connector          : 00<Internal><Encl Pos 1 >: Slot 0
                            Vendor Id          : HGST
                            Disk Type          : SAS,Hard Disk Device
                            Capacity           : 1.090 TB

                            Connector          : 00<Internal>: Slot 0
                            Vendor Id          : DP
                            Disk Type          : Unknown,Hard Disk Device
                            Capacity           : 0 KB
            """);
    assertThat(facts.at("/counts/physical_drives").asInt()).isEqualTo(1);
    assertThat(facts.at("/adapters/0/physical_drives/0/vendor").asString()).isEqualTo("HGST");
  }
}
