package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Layouts of old versions, of other languages, and of what people copy from their terminals. */
class FormsOfOldToolsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void theOldestArcconfHasLogicalDrivesAndNamesTheirMembersByChannel() throws ParseFailure {
    JsonNode adapter =
        facts(
                "arcconf",
                """
                Controllers found: 1
                ----------------------------------------------------------------------
                Controller information
                ----------------------------------------------------------------------
                   Controller Model                         : IBM ServeRAID 8k-l
                   Logical drives/Offline/Critical          : 1/1/0
                ----------------------------------------------------------------------
                Logical drive information
                ----------------------------------------------------------------------
                Logical drive number 0
                   Logical drive name                       : ARRAY01
                   RAID level                               : 1
                   Status of logical drive                  : Offline
                   Size                                     : 69890 MB
                   --------------------------------------------------------
                   Logical drive segment information
                   --------------------------------------------------------
                   Segment 0                                : Present (0,0)             9QJ40LQ5
                   Segment 1                                : Inconsistent (0,5)
                ----------------------------------------------------------------------
                Physical Device information
                ----------------------------------------------------------------------
                      Device #0
                         Device is a Hard drive
                         Reported Channel,Device            : 0,0
                         Serial number                      : 9QJ40LQ5
                         Size                               : 70006 MB
                      Device #3
                         Device is a Hard drive
                         State                              : Defunct
                         Reported Channel,Device            : 0,5
                         Size                               : 0 MB
                      Device #4
                         Device is an Enclosure services device
                         Reported Channel,Device            : 2,0
                         Status of Enclosure services device
                            Temperature                     : Normal
                """)
            .at("/adapters/0");
    assertThat(adapter.path("logical_drive_count").asInt()).isEqualTo(1);
    assertThat(adapter.at("/logical_drives/0/name").asString()).isEqualTo("ARRAY01");
    assertThat(adapter.at("/logical_drives/0/state").asString()).isEqualTo("Offline");
    assertThat(adapter.at("/logical_drives/0/drives").toString()).isEqualTo("[\"0\",\"3\"]");
    assertThat(adapter.at("/physical_drives/0/size_bytes").asLong()).isEqualTo(70006L << 20);
    assertThat(adapter.path("physical_drives")).hasSize(2);
    assertThat(adapter.path("enclosures")).hasSize(1);
  }

  @Test
  void membersWithoutASerialAreFoundByEnclosureAndSlot() throws ParseFailure {
    JsonNode adapter =
        facts(
                "arcconf",
                """
                Controllers found: 1
                Logical device number 0
                   RAID level      : 0
                   Segment 0       : Present (953869MB, SATA, HDD, Enclosure:0, Slot:4)
                   Segment 1       : Present (Controller:1,Connector:1,Device:2)
                   Group 1, Segment 0 : Rebuilding (Controller:1,Enclosure:0,Slot:3)      WD-WCAW3640
                      Device #7
                         Device is a Hard drive
                         Reported Location                  : Enclosure 0, Slot 4(Connector 0)
                      Device #8
                         Device is a Hard drive
                         Reported Location                  : Connector 1, Device 2
                """)
            .at("/adapters/0");
    assertThat(adapter.at("/logical_drives/0/drives").toString())
        .isEqualTo("[\"7\",\"8\",\"WD-WCAW3640\"]");
  }

  @Test
  void serialModelAndFirmwareOfSataDrivesStandInColumnsOfMegaclisInquiryData() throws ParseFailure {
    String[][] forms = {
      // The serial at the right end of its 20 characters, the firmware at the right end of its 8.
      {
        "            9XF1922XST9500620NS                                 AA09",
        "9XF1922X",
        "ST9500620NS",
        "AA09"
      },
      {
        "      PN2234P8K2PKDYHGST HUS724030ALA640                    MF8OAA70",
        "PN2234P8K2PKDY",
        "HGST HUS724030ALA640",
        "MF8OAA70"
      },
      {
        "BTWL3450062J300PGN  INTEL SSDSC2BB300G4                     D2010355",
        "BTWL3450062J300PGN",
        "INTEL SSDSC2BB300G4",
        "D2010355"
      },
      {
        "            9WM5750AST32000644NS         42D0788 42D0791IBM BB28",
        "9WM5750A",
        "ST32000644NS 42D0788 42D0791IBM",
        "BB28"
      },
      // The blanks before it are lost.
      {
        "PHDV724302DY800CGNSSDSC2BB800G7R                          N201DL43",
        "PHDV724302DY800CGN",
        "SSDSC2BB800G7R",
        "N201DL43"
      },
      {"ATA     ST32000644NS    BB28            9WM575H9", "9WM575H9", "ST32000644NS", null},
    };
    for (String[] form : forms) {
      JsonNode drive =
          facts(
                  "megacli",
                  "Adapter #0\nEnclosure Device ID: 32\nSlot Number: 1\nPD Type: SATA\n"
                      + "Inquiry Data: "
                      + form[0]
                      + "\n")
              .at("/adapters/0/physical_drives/0");
      assertThat(drive.path("serial").asString("")).as(form[0]).isEqualTo(form[1]);
      assertThat(drive.path("model").asString("")).as(form[0]).isEqualTo(form[2]);
      if (form[3] != null) {
        assertThat(drive.path("firmware").asString("")).as(form[0]).isEqualTo(form[3]);
      }
    }
    // Serial and model cannot be told apart: neither is guessed.
    JsonNode glued =
        facts(
                "megacli",
                "Adapter #0\nEnclosure Device ID: 32\nSlot Number: 1\nPD Type: SATA\n"
                    + "Inquiry Data: 9XF1922XST9500620NS AA09\n")
            .at("/adapters/0/physical_drives/0");
    assertThat(glued.has("serial")).isFalse();
    assertThat(glued.path("inquiry").asString()).contains("9XF1922X");
  }

  @Test
  void hpsListsOfStatesAndTextsWithoutTheirBlanksBetweenPrompts() throws ParseFailure {
    JsonNode states =
        facts(
                "ssacli",
                """
                Smart Array P410i in Slot 0 (Embedded)
                   logicaldrive 1 (136.7 GB, RAID 1): Interim Recovery Mode
                   physicaldrive 1I:1:1 (port 1I:box 1:bay 1, 146 GB): OK
                   physicaldrive 1I:1:2 (port 1I:box 1:bay 2, 146 GB): Failed
                """)
            .at("/adapters/0");
    assertThat(states.at("/logical_drives/0/state").asString()).isEqualTo("Interim Recovery Mode");
    assertThat(states.at("/physical_drives/1/state").asString()).isEqualTo("Failed");
    JsonNode flat =
        facts(
            "ssacli",
            """
            [root@localhost:~] /opt/hp/hpssacli/bin/hpssacli ctrl slot=0 pd 1I:1:24 show detail

            Smart Array P440ar in Slot 0 (Embedded)

            array A (SAS, Unused Space: 0 MB)

            logicaldrive 1 (931.5 GB, RAID 1, OK)

            unassigned

            physicaldrive 1I:1:24
            Port: 1I
            Box: 1
            Bay: 24
            Status: OK
            Serial Number: S400AN1X0000K5521G8Q
            """);
    assertThat(flat.at("/counts/adapters").asInt()).isEqualTo(1);
    assertThat(flat.at("/counts/logical_drives").asInt()).isEqualTo(1);
    assertThat(flat.at("/adapters/0/physical_drives/0/serial").asString())
        .isEqualTo("S400AN1X0000K5521G8Q");
    assertThat(flat.at("/adapters/0/physical_drives/0/assigned").asBoolean(true)).isFalse();
  }

  @Test
  void theTablesOfStorcli2HaveAHeadOfTwoWordsAndOthersWereCopiedWithoutTheirFirstRule()
      throws ParseFailure {
    JsonNode second =
        facts(
                "storcli",
                """
                CLI Version = 008.0011.0000.0014 Sep 26, 2024
                Controller = 0
                Status = Success
                Description = Show Drive Information Succeeded.

                Drive Information :
                =================

                ------------------------------------------------------------------------------
                EID:Slt PID State Status DG        Size Intf Med SED_Type SeSz Model       Sp LU/NS Count Alt-EID
                ------------------------------------------------------------------------------
                308:0   283 Conf  Online  0 223.062 GiB SATA SSD Opal     512B SAMSUNG MZ7 U            1 -
                ------------------------------------------------------------------------------
                """)
            .at("/adapters/0/physical_drives/0");
    assertThat(second.path("model").asString()).isEqualTo("SAMSUNG MZ7");
    assertThat(second.path("status").asString()).isEqualTo("Online");
    assertThat(second.path("self_encrypting").asBoolean()).isTrue();
    assertThat(second.path("spun_up").asBoolean()).isTrue();
    JsonNode copied =
        facts(
            "storcli",
            """
            EID:Slt DID State DG       Size Intf Med SED PI SeSz Model            Sp Type
            ------------------------------------------------------------------------------
            62:1     10 JBOD  -  931.512 GB SAS  HDD N   N  512B ST1000NX0453     U  -
            134:6     3 Onln  3    2.181 TB SAS  HDD N   N  4 KB ST2400MM0129     U  -
            ------------------------------------------------------------------------------
            """);
    assertThat(copied.at("/counts/physical_drives").asInt()).isEqualTo(2);
    assertThat(copied.at("/adapters/0/physical_drives/1/sector_bytes").asInt()).isEqualTo(4096);
  }

  @Test
  void slotsOfAnArrayWhoseUseTheFirmwareDoesNotKnowAreMemory() throws ParseFailure {
    JsonNode facts =
        facts(
            "dmidecode",
            """
            Handle 0x1000, DMI type 16, 15 bytes
            Physical Memory Array
            \tUse: Unknown

            Handle 0x1100, DMI type 17, 28 bytes
            Memory Device
            \tArray Handle: 0x1000
            \tSize: 4096 MB
            \tLocator: DIMM_A1
            """);
    assertThat(facts.at("/counts/dimms").asInt()).isEqualTo(1);
    assertThat(facts.path("memory_bytes").asLong()).isEqualTo(4L << 30);
  }

  @Test
  void devicesAfterEachOtherWithoutSmartctlsFirstLineAreSeveral() throws ParseFailure {
    JsonNode facts =
        facts(
            "smartctl",
            """
            === START OF INFORMATION SECTION ===
            Vendor:               NETAPP
            Product:              LUN
            Serial number:        D1-6M
            Device supports SMART and is Enabled
            Manufactured in week 37 of year 2017
            SMART Health Status: OK
              number of hours powered up = 35040.33

            === START OF INFORMATION SECTION ===
            Vendor:               Cisco
            Product:              UCSC-MRAID12G
            Serial number:        003b95e4
            Device does not support SMART
            """);
    assertThat(facts.at("/counts/devices").asInt()).isEqualTo(2);
    JsonNode first = facts.at("/devices/0");
    assertThat(first.path("smart_enabled").asBoolean()).isTrue();
    assertThat(first.path("power_on_hours").asInt()).isEqualTo(35040);
    assertThat(first.path("manufactured").asString()).isEqualTo("2017-W37");
    assertThat(facts.at("/devices/1/smart_available").asBoolean(true)).isFalse();
  }

  @Test
  void lscpuInGermanAndFrenchAndPathsOfEfibootmgrBehindBlanks() throws ParseFailure {
    JsonNode german =
        facts(
            "lscpu",
            """
            Architektur:                   x86_64
            CPU(s):                        48
            Thread(s) pro Kern:            2
            Kern(e) pro Socket:            24
            Sockel:                        1
            Modellname:                    AMD EPYC 7443 24-Core Processor
            Maximale Taktfrequenz der CPU: 4035,6440
            L1d Cache:                     32K
            NUMA-Knoten0 CPU(s):           0-47
            Markierungen:                  fpu vme
            """);
    assertThat(german.path("cores").asInt()).isEqualTo(24);
    assertThat(german.path("model_name").asString()).startsWith("AMD EPYC");
    assertThat(german.at("/numa/0/cpus").asString()).isEqualTo("0-47");
    assertThat(german.path("flags")).hasSize(2);
    JsonNode french =
        facts(
            "lscpu",
            """
            Architecture :                          x86_64
            Processeur(s) :                         12
            Thread(s) par cœur :                    2
            Cœur(s) par socket :                    6
            Socket(s) :                             1
            Nom de modèle :                         Intel(R) Core(TM) i7-10750H CPU
            Cache L2 :                              1,5 MiB
            Nœud NUMA 0 de processeur(s) :          0-11
            """);
    assertThat(french.path("cpus").asInt()).isEqualTo(12);
    assertThat(french.path("cores").asInt()).isEqualTo(6);
    assertThat(french.at("/caches/0/size_bytes").asLong()).isEqualTo(3L << 19);
    JsonNode entries =
        facts(
                "efibootmgr",
                """
                BootOrder: 0003,0000
                Boot0000* CD/DVD Drive  BIOS(3,0,00)
                Boot0003* opensuse      HD(1,800,61800,6d98f360-cb3e-4727-8fed-5ce0c040365d)File(\\EFI\\opensuse\\grubx64.efi)
                """)
            .path("entries");
    assertThat(entries.at("/0/label").asString()).isEqualTo("CD/DVD Drive");
    assertThat(entries.at("/1/label").asString()).isEqualTo("opensuse");
    assertThat(entries.at("/1/partition_uuid").asString()).startsWith("6d98f360");
  }

  @Test
  void rowsOfLsblkWhoseBlanksMovedPromptsBehindThemAndDevicesThatAreNoVolumes()
      throws ParseFailure {
    JsonNode devices =
        facts(
                "lsblk",
                """
                [root@host ~]# lsblk
                NAME                 MAJ:MIN RM  SIZE RO TYPE  MOUNTPOINT
                vda                  252:0    0   10G  0 disk
                `-vda2               252:2    0  9.5G  0 part
                    |-rhel-root 253:0    0  9.4G  0 lvm   /
                [root@host ~]#
                """)
            .path("devices");
    assertThat(devices).hasSize(3);
    assertThat(devices.at("/2/mountpoint").asString()).isEqualTo("/");
    assertThat(devices.at("/2/size_bytes").asLong()).isEqualTo(Math.round(9.4 * (1L << 30)));
    JsonNode volumes =
        facts(
            "lvm",
            """
              PV         VG     Fmt  Attr PSize   PFree
              /dev/loop0               ---       0     0
              /dev/sda2  fedora lvm2 a--  476.45g 4.00m
            """);
    assertThat(volumes.at("/counts/physical_volumes").asInt()).isEqualTo(1);
    assertThat(volumes.path("other_devices")).hasSize(1);
  }

  @Test
  void aPortWithoutLinkHasNoSpeedAndABankOfLshwsTextHasAClock() throws ParseFailure {
    JsonNode port =
        facts("ethtool", "Settings for eth0:\n\tSpeed: Unknown! (65535)\n\tLink detected: no\n")
            .at("/interfaces/0");
    assertThat(port.has("speed_mbps")).isFalse();
    assertThat(port.path("link").asBoolean(true)).isFalse();
    JsonNode bank =
        facts(
                "lshw",
                """
                host
                  *-bank:0
                       description: SODIMM DDR4 Synchronous 2133 MHz (0.5 ns)
                       slot: DIMM 0
                       size: 8GiB
                       clock: 2133MHz (0.5ns)
                """)
            .at("/memory/0");
    assertThat(bank.path("clock_hertz").asLong()).isEqualTo(2_133_000_000L);
    JsonNode map =
        facts(
                "multipath",
                """
                L004 (360060160ade32800f2e3baf47665e211) dm-9 DGC,RAID 5
                [size=100G][features=1 queue_if_no_path][hwhandler=1 emc][rw]
                \\_ round-robin 0 [prio=1][active]
                 \\_ 3:0:1:4 sdk  8:160  [active][ready]
                """)
            .at("/maps/0");
    assertThat(map.path("write_protection").asString()).isEqualTo("rw");
  }
}
