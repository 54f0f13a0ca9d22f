package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What storage tools say of disks that rebuild, are missing or masked or stand without their head.
 */
class FormsOfStorageAtWorkTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  private static JsonNode adapter(String tool, String text) throws ParseFailure {
    return facts(tool, text).path("adapters").path(0);
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(one -> one.asString("")).toList();
  }

  @Test
  void theSummaryOfMegacliNamesItsBackplaneOnceAndItsBattery() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "megacli",
            """
            Hardware
                    Controller
                             ProductName       : PERC H710P Mini(Bus 0, Dev 0)
                             Status            : Optimal
                    BBU
                             BBU Type          : BBU
                             Status            : Healthy
                    Enclosure
                             Product Id        : BP12G+EXP
                             Type              : SES
                             Status            : OK

                    PD
                            Connector          : 00<Internal><Encl Pos 1 >: Slot 0
                            Product Id         : EXAMPLE 600
                            State              : Online
                            Disk Type          : SAS,Hard Disk Device
                            Capacity           : 1.090 TB

                            Connector          : 00<Internal>: Slot 0
                            Product Id         : SAS2 EXP BP
                            Disk Type          : Unknown,Hard Disk Device
            """);

    assertThat(adapter.path("status").asString("")).isEqualTo("Optimal");
    assertThat(adapter.path("battery").path("state").asString("")).isEqualTo("Healthy");
    assertThat(adapter.path("physical_drives").size()).isEqualTo(1);
    assertThat(adapter.path("enclosures").size()).isEqualTo(1);
    assertThat(adapter.path("enclosures").path(0).path("product").asString(""))
        .isEqualTo("BP12G+EXP");
  }

  @Test
  void adaptecsMembersAreFoundByPlaceWhereSerialsAreMasked() throws ParseFailure {
    String text =
        """
        Controllers found: 1
        ----------------------------------------------------------------------
        Controller information
        ----------------------------------------------------------------------
           Controller Model                         : Adaptec 6405
        ----------------------------------------------------------------------
        Logical device information
        ----------------------------------------------------------------------
        Logical device number 0
           RAID level                               : 1
           Status of logical device                 : Degraded
           --------------------------------------------------------
           Logical device segment information
           --------------------------------------------------------
           Segment 0                                : Present (Controller:1,Enclosure:0,Slot:4) xxxx
           Segment 1                                : Rebuilding (Controller:1,Enclosure:0,Slot:7) xxxx

        ----------------------------------------------------------------------
        Physical Device information
        ----------------------------------------------------------------------
              Device #0
                 Device is a Hard drive
                 State                              : Online
                 Reported Location                  : Enclosure 0, Slot 4
                 Serial number                      : xxxx
              Device #1
                 Device is a Hard drive
                 State                              : Rebuilding
                 Reported Location                  : Enclosure 0, Slot 7
                 Serial number                      : xxxx
        """;

    JsonNode masked = adapter("arcconf", text);
    // A drive of another serial at another kind of place is no member.
    JsonNode other =
        adapter(
            "arcconf",
            text.replace("Slot:4) xxxx", "Slot:4) ABC1")
                .replace("Enclosure 0, Slot 4", "Connector 0, Device 4"));

    assertThat(texts(masked.path("logical_drives").path(0).path("drives")))
        .containsExactly("0", "1");
    assertThat(texts(other.path("logical_drives").path(0).path("drives")))
        .containsExactly("ABC1", "1");
  }

  @Test
  void serveRaidNamesItsDrivesByChannelAndDeviceAndItsTasks() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "arcconf",
            """
            Controllers found: 1
            Logical drive number 1
               Logical drive name                       : data
               Drive(s) (Channel,Device)                : 0,3 1,3
               Defunct segments                         : No

            Physical Device information
               Channel #0:
                  Device #3
                     Device is a Hard drive
                     State                              : Online
                     Reported Channel,Device            : 0,3
               Channel #1:
                  Device #3
                     Device is a Hard drive
                     State                              : Online
                     Reported Channel,Device            : 1,3
            """);
    JsonNode task =
        adapter(
            "arcconf",
            """
            Controllers found: 1
            Logical Device Task:
               Logical Device                 : 2
               Current operation              : Rebuild
               Status                         : In Progress
               Percentage complete            : 36
            """);

    assertThat(adapter.path("physical_drives").size()).isEqualTo(2);
    assertThat(texts(adapter.path("logical_drives").path(0).path("drives")))
        .containsExactly("3", "1,3");
    JsonNode drive = task.path("logical_drives").path(0);
    assertThat(drive.path("id").asString("")).isEqualTo("2");
    assertThat(drive.path("task").asString("")).isEqualTo("Rebuild");
    assertThat(drive.path("progress_percent").asLong()).isEqualTo(36);
  }

  @Test
  void segmentsWithoutTheirLogicalDeviceAreDrivesAndSaidToBeAlone() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "arcconf",
            "   Segment 0      : Present (3815447MB, SATA, HDD, Enclosure:0, Slot:5) EX0005\n");
    JsonNode drive = parsed.facts().path("adapters").path(0).path("physical_drives").path(0);

    assertThat(drive.path("slot").asLong()).isEqualTo(5);
    assertThat(drive.path("serial").asString("")).isEqualTo("EX0005");
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(3815447L << 20);
    assertThat(parsed.notUnderstood()).hasSize(1);
  }

  @Test
  void partsOfSsacliWithoutTheirControllerAreReadAndSaidToBeSo() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ssacli",
            """
               Array A (SAS, Unused Space: 0 MB)

                  logicaldrive 1 (279.4 GB, RAID 1, Recovering, 12% complete)

                  physicaldrive 1I:1:1 (port 1I:box 1:bay 1, SAS HDD, 300 GB, OK)
                  physicaldrive 1I:1:2 (port 1I:box 1:bay 2, SAS HDD, 300 GB, Rebuilding)
            """);
    JsonNode adapter = parsed.facts().path("adapters").path(0);

    assertThat(adapter.has("id")).isFalse();
    assertThat(adapter.path("logical_drives").size()).isEqualTo(1);
    assertThat(adapter.path("physical_drives").path(1).path("state").asString(""))
        .isEqualTo("Rebuilding");
    assertThat(parsed.notUnderstood()).anyMatch(note -> note.contains("no controller is named"));
  }

  @Test
  void twoControllersOfOneChassisAreTwo() throws ParseFailure {
    JsonNode facts =
        facts(
            "hpssacli",
            """
            MSA1500 CS in LAB
               Controller Status: OK
               Cache Status: OK

            MSA1500 CS in LAB
               Controller Status: OK
               Cache Status: Temporarily Disabled
            """);

    assertThat(facts.path("counts").path("adapters").asLong()).isEqualTo(2);
    assertThat(facts.path("adapters").path(1).path("cache_status").asString(""))
        .isEqualTo("Temporarily Disabled");
  }

  @Test
  void aListOfFewerDrivesThanTheControllerCountsIsSaidToBeCutOff() throws ParseFailure {
    String text =
        """
        Physical Drives = 2

        PD LIST :
        =======

        ------------------------------------------------------------------------
        EID:Slt DID State DG       Size Intf Med SED PI SeSz Model           Sp
        ------------------------------------------------------------------------
        252:0     7 Rbld   0 744.687 GB SATA SSD N   N  512B EXAMPLE 800     U
        """;

    assertThat(Parsers.parse("storcli", text).notUnderstood())
        .containsExactly("Physical Drives = 2, but PD LIST has 1: it is cut off");
    assertThat(Parsers.parse("storcli", text.replace("= 2", "= 1")).notUnderstood()).isEmpty();
  }

  @Test
  void aPlaceWithoutItsDriveIsMissingFromItsArray() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "storcli",
            """
            Controller = 0
            Status = Success
            Description = None

            TOPOLOGY :
            ========

            -----------------------------------------------------------------------------
            DG Arr Row EID:Slot DID Type  State BT       Size PDC  PI SED DS3  FSpace TR
            -----------------------------------------------------------------------------
             0 -   -   -        -   RAID1 Dgrd  N  278.875 GB dflt N  N   dflt N      N
             0 0   -   -        -   RAID1 Dgrd  N  278.875 GB dflt N  N   dflt N      N
             0 0   0   32:0     0   DRIVE Onln  N  278.875 GB dflt N  N   dflt -      N
             0 0   1   -        -   DRIVE Msng  -  278.875 GB -    -  -   -    -      N
            -----------------------------------------------------------------------------
            """);

    assertThat(adapter.path("physical_drives").size()).isEqualTo(1);
    assertThat(adapter.path("arrays").path(0).path("state").asString("")).isEqualTo("Dgrd");
    assertThat(adapter.path("arrays").path(0).path("missing_drives").asLong()).isEqualTo(1);
  }

  @Test
  void theConfigurationOfOldMegacliHasMemoryAccessAndFirmware() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "megacli",
            """
            Adapter: 0
            Product Name: Example RAID 144E
            Memory: 128MB
            DISK GROUPS: 0
            Virtual Disk: 0 (Target Id: 0)
            RAID Level: Primary-1, Secondary-0, RAID Level Qualifier-0
            Size:67.986 GB
            Access Policy: Read/Write
            Physical Disk: 0
            Enclosure Device ID: 252
            Slot Number: 4
            PD Type: SAS
            Firmware state: Online
            Inquiry Data: FUJITSU MAX3073RC       0104EX0P67008EM
            """);

    assertThat(adapter.path("cache_bytes").asLong()).isEqualTo(128L << 20);
    assertThat(adapter.path("logical_drives").path(0).path("access").asString(""))
        .isEqualTo("Read/Write");
    JsonNode drive = adapter.path("physical_drives").path(0);
    assertThat(drive.path("firmware").asString("")).isEqualTo("0104");
    assertThat(drive.path("serial").asString("")).isEqualTo("EX0P67008EM");
  }

  @Test
  void megacliTellsHowFarARebuildIs() throws ParseFailure {
    JsonNode drive =
        adapter(
                "megacli",
                "Rebuild Progress on Device at Enclosure 252, Slot 3 Completed 4% in 4 Minutes.\n")
            .path("physical_drives")
            .path(0);

    assertThat(drive.path("id").asString("")).isEqualTo("252:3");
    assertThat(drive.path("rebuild_percent").asLong()).isEqualTo(4);
  }

  @Test
  void blocksOfLvdisplayGoOnBehindTheUuid() throws ParseFailure {
    JsonNode facts =
        facts(
            "lvm",
            """
              --- Volume group ---
              VG Name               vg0
              Cur LV                2
              VG Size               <10.00 GiB
              Alloc PE / Size       256 / 1.00 GiB
              Free  PE / Size       2303 / <9.00 GiB
              VG UUID               aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg

              --- Logical volume ---
              LV Path                /dev/vg0/data
              LV Name                data
              VG Name                vg0
              LV UUID                hhhhhh-bbbb-cccc-dddd-eeee-ffff-gggggg
              LV Creation host, time lab1, 2024-11-27 23:10:09 +0100
              LV Status              available
              # open                 1
              LV Size                1.00 GiB
              Block device           253:0

              --- Logical volume ---
              LV Name                /dev/vg0/old
              LV UUID                iiiiii-bbbb-cccc-dddd-eeee-ffff-gggggg
              LV Size                2.00 GB
            """);

    assertThat(facts.path("counts").path("logical_volumes").asLong()).isEqualTo(2);
    JsonNode data = facts.path("logical_volumes").path(0);
    assertThat(data.path("size_bytes").asLong()).isEqualTo(1L << 30);
    assertThat(data.path("host").asString("")).isEqualTo("lab1");
    assertThat(data.path("created").asString("")).isEqualTo("2024-11-27 23:10:09 +0100");
    assertThat(facts.path("logical_volumes").path(1).path("lv_name").asString("")).isEqualTo("old");
    JsonNode group = facts.path("volume_groups").path(0);
    assertThat(group.path("free_bytes").asLong()).isEqualTo(9L << 30);
    assertThat(group.path("lv_count").asLong()).isEqualTo(2);
  }

  @Test
  void theScansOfLvmAreReadAndNotTakenForTables() throws ParseFailure {
    JsonNode facts =
        facts(
            "lvm",
            """
              PV /dev/sdb    VG vg0   lvm2 [<10.00 GiB / 4.00 MiB free]
              PV /dev/sdc             lvm2 [10.00 GiB]
              Total: 2 [19.99 GiB] / in use: 1 [<10.00 GiB] / in no VG: 1 [10.00 GiB]
              ACTIVE            '/dev/vg0/root' [<7.00 GiB] inherit
              inactive          '/dev/vg0/spare' [1.00 GiB] inherit
            """);

    assertThat(facts.path("counts").path("physical_volumes").asLong()).isEqualTo(2);
    assertThat(facts.path("physical_volumes").path(0).path("free_bytes").asLong())
        .isEqualTo(4L << 20);
    assertThat(facts.path("physical_volumes").path(1).has("vg_name")).isFalse();
    assertThat(facts.path("logical_volumes").path(1).path("active").asBoolean(true)).isFalse();
  }

  @Test
  void mdadmsEventsOfOldMetadataAreOneNumberAndAPlatformIsNoArray() throws ParseFailure {
    JsonNode old =
        facts(
            "mdadm",
            """
            /dev/md0:
                    Version : 0.90
                 Raid Level : raid1
                     Events : 0.1291178
            """);
    JsonNode platform =
        facts(
            "mdadm",
            """
                   Platform : Intel(R) Rapid Storage Technology enterprise
                    Version : 4.3.0.1188
                RAID Levels : raid0 raid1
                  Max Disks : 6
            """);

    assertThat(old.path("arrays").path(0).path("events").asLong()).isEqualTo(1_291_178);
    assertThat(platform.has("arrays")).isFalse();
    assertThat(platform.path("platforms").path(0).path("maximum_disks").asLong()).isEqualTo(6);
  }
}
