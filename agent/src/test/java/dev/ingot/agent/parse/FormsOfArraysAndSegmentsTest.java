package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Drives, logical drives and arrays that ssacli, megacli and arcconf say in passing. */
class FormsOfArraysAndSegmentsTest {
  private static JsonNode adapter(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts().path("adapters").path(0);
  }

  private static String said(JsonNode fields, String name) {
    return fields.path(name).asString("");
  }

  @Test
  void theProgressOfALogicalDriveIsNoSize() throws ParseFailure {
    JsonNode logical =
        adapter(
                "ssacli",
                """
                Smart Array P999 in Slot 2    (sn: EXAMPLE1)

                   Array A (SAS, Unused Space: 0  MB)

                      logicaldrive 1 (1.5 TB, RAID 5, Recovering, 26% complete)
                """)
            .path("logical_drives")
            .path(0);

    assertThat(said(logical, "state")).isEqualTo("Recovering");
    assertThat(logical.path("progress_percent").asLong()).isEqualTo(26);
    assertThat(logical.path("size_bytes").asLong()).isEqualTo(1_649_267_441_664L);
  }

  @Test
  void aLevelStandsAloneInTheListOfStates() throws ParseFailure {
    JsonNode logicals =
        adapter(
                "hpssacli",
                """
                Smart Array P999 in Slot 2

                   logicaldrive 1 (136.7 GB, 1): OK
                   logicaldrive 2 (1.0 TB, 1+0): Interim Recovery Mode
                """)
            .path("logical_drives");

    assertThat(said(logicals.path(0), "level")).isEqualTo("RAID1");
    assertThat(said(logicals.path(0), "state")).isEqualTo("OK");
    assertThat(said(logicals.path(1), "level")).isEqualTo("RAID10");
    assertThat(said(logicals.path(1), "state")).isEqualTo("Interim Recovery Mode");
  }

  @Test
  void aDiskAndItsMountPointsStandOnOneLine() throws ParseFailure {
    JsonNode logical =
        adapter(
                "ssacli",
                """
                Smart Array P999 in Slot 2
                   Array: A
                      Logical Drive: 1
                         Size: 279.4 GB
                         Fault Tolerance: 1
                         Status: OK
                         Disk Name: /dev/sdq          Mount Points: /srv 9.0 GB
                """)
            .path("logical_drives")
            .path(0);

    assertThat(said(logical, "os_drive")).isEqualTo("/dev/sdq");
  }

  @Test
  void anInquiryWithSingleBlanksHasItsWords() throws ParseFailure {
    JsonNode drive =
        adapter(
                "megacli",
                """
                Adapter #0
                Enclosure Device ID: 32
                Slot Number: 3
                PD Type: SAS
                Inquiry Data: EXAMPLE XX0600MM0001 AB123SK00001
                """)
            .path("physical_drives")
            .path(0);

    assertThat(said(drive, "vendor")).isEqualTo("EXAMPLE");
    assertThat(said(drive, "model")).isEqualTo("XX0600MM0001");
    assertThat(said(drive, "firmware")).isEqualTo("AB12");
    assertThat(said(drive, "serial")).isEqualTo("3SK00001");
  }

  @Test
  void megacliCountsAloneAreFactsOfTheirAdapter() throws ParseFailure {
    assertThat(
            adapter("megacli", "\n Number of Physical Drives on Adapter 1: 6\n")
                .path("physical_drive_count")
                .asLong())
        .isEqualTo(6);
    JsonNode adapter =
        adapter("megacli", "\n Number of Virtual Drives Configured on Adapter 2: 3\n");
    assertThat(said(adapter, "id")).isEqualTo("2");
    assertThat(adapter.path("logical_drive_count").asLong()).isEqualTo(3);
  }

  @Test
  void megacliListsTheRowsOfMissingDrives() throws ParseFailure {
    JsonNode array =
        adapter(
                "megacli",
                """
                    Adapter 0 - Missing Physical drives

                    No.   Array   Row   Size Expected
                    0     2       1     952720 MB
                    1     2       3     952720 MB
                """)
            .path("arrays")
            .path(0);

    assertThat(said(array, "id")).isEqualTo("2");
    assertThat(array.path("missing_drives").asLong()).isEqualTo(2);
  }

  @Test
  void arcconfSaysBlocksOfFourKibibytesInLetters() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "arcconf",
            """
            Controllers found: 1
            ----------------------------------------------------------------------
            Physical Device information
            ----------------------------------------------------------------------
               Channel #0:
                  Device #0
                     Device is a Hard drive
                     State                              : Online
                     Block Size                         : 4K Bytes
                     Physical Block Size                : 4K Bytes
                     Model                              : EXAMPLE
                     Serial number                      : S0001
                     Total Size                         : 953869 MB
                     Array                              : 1
                     Media Failures                     : 4
            """);

    JsonNode drive = adapter.path("physical_drives").path(0);
    assertThat(drive.path("sector_bytes").asLong()).isEqualTo(4096);
    assertThat(drive.path("physical_sector_bytes").asLong()).isEqualTo(4096);
    assertThat(drive.path("media_errors").asLong()).isEqualTo(4);
    assertThat(said(drive, "array")).isEqualTo("1");
  }

  @Test
  void arcconfListsLogicalDevicesAndDrivesUnderAnArray() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "arcconf",
            """
            Controllers found: 1
            ----------------------------------------------------------------------
            Array Information
            ----------------------------------------------------------------------
            Array Number 1
               Name                                     : B
               Status                                   : Ok
               Interface                                : SATA SSD
               Total Size                               : 1831420 MB
               --------------------------------------------
               Array Logical Device Information
               --------------------------------------------
               Logical 3                                : Optimal (1, Data, 894.22 GB) pool-3
               --------------------------------------------
               Array Physical Device Information
               --------------------------------------------
               Device 8    : Present (915715MB, SATA, SSD, Connector:CN1, Enclosure:1, Slot:5)  S0008
            """);

    JsonNode logical = adapter.path("logical_drives").path(0);
    assertThat(said(logical, "id")).isEqualTo("3");
    assertThat(said(logical, "array")).isEqualTo("1");
    assertThat(said(logical, "level")).isEqualTo("RAID1");
    assertThat(said(logical, "state")).isEqualTo("Optimal");
    assertThat(said(logical, "name")).isEqualTo("pool-3");
    JsonNode drive = adapter.path("physical_drives").path(0);
    assertThat(said(drive, "id")).isEqualTo("8");
    assertThat(drive.path("slot").asLong()).isEqualTo(5);
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(915715L << 20);
    assertThat(said(drive, "serial")).isEqualTo("S0008");
  }

  @Test
  void segmentsAreDrivesOnlyWhereNothingDescribesThem() throws ParseFailure {
    String logical =
        """
        Controllers found: 1
        ----------------------------------------------------------------------
        Logical device information
        ----------------------------------------------------------------------
        Logical Device number 0
           Logical Device name                      : example
           RAID level                               : 5
           Status of Logical Device                 : Degraded
           Size                                     : 953334 MB
           Group 0, Segment 0                       : Present (476940MB, SATA, HDD, Enclosure:0, Slot:1) S0001
           Group 0, Segment 1                       : Present (476940MB, SATA, HDD, Enclosure:0, Slot:2) S0002
        """;
    JsonNode drives = adapter("arcconf", logical).path("physical_drives");
    assertThat(drives).hasSize(2);
    assertThat(said(drives.path(1), "serial")).isEqualTo("S0002");

    JsonNode described =
        adapter(
                "arcconf",
                logical
                    + """
                    ----------------------------------------------------------------------
                    Physical Device information
                    ----------------------------------------------------------------------
                       Channel #0:
                          Device #0
                             Device is a Hard drive
                             State                              : Online
                             Serial number                      : S0001
                    """)
            .path("physical_drives");
    assertThat(described).hasSize(1);
  }

  @Test
  void serveRaidsOrderOfDrivesGoesOnBelow() throws ParseFailure {
    JsonNode logical =
        adapter(
                "arcconf",
                """
                Controllers found: 1
                ----------------------------------------------------------------------
                Logical drive information
                ----------------------------------------------------------------------
                Logical drive number 1
                   Status of logical drive                  : Okay (OKY)
                   RAID level                               : 5
                   Size (in MB)                             : 5000
                   Stripe order (Channel,Device)            : 0,0 0,1
                                                              0,2 0,3
                """)
            .path("logical_drives")
            .path(0);

    assertThat(logical.path("drives").toString()).contains("0,0", "0,3");
  }

  @Test
  void theListOfControllersSaysTheirSlotAndMode() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "arcconf",
            """
            Controllers found: 1
            ----------------------------------------------------------------------
            Controller information
            ----------------------------------------------------------------------
               Controller ID             : Status, Slot, Mode, Name, SerialNumber, WWN
            ----------------------------------------------------------------------
               Controller 1:             : Optimal, Slot 4, HBA, EXAMPLE 3999, S0001, 5000000000000001
            """);

    assertThat(said(adapter, "slot")).isEqualTo("4");
    assertThat(said(adapter, "mode")).isEqualTo("HBA");
    assertThat(said(adapter, "serial")).isEqualTo("S0001");
  }

  @Test
  void aDefunctDriveHasNoSpeedAndWarnsOfItself() throws ParseFailure {
    String drives =
        """
        Controllers found: 1
        ----------------------------------------------------------------------
        Physical Device information
        ----------------------------------------------------------------------
              Device #0
                 Device is a Hard drive
                 State                              : Defunct
                 Transfer Speed                     : Defunct
                 Serial number                      : S0001
                 PFA                                : Yes
              Device #1
                 Device is a Hard drive
                 State                              : Online
                 Transfer Speed                     : SAS 6.0 Gb/s
                 Serial number                      : S0002
                 S.M.A.R.T.                         : No
                 S.M.A.R.T. warnings                : 2
              Device #2
                 Device is a Hard drive
                 State                              : Online
                 Serial number                      : S0003
                 S.M.A.R.T.                         : No
                 S.M.A.R.T. warnings                : 0
        """;

    JsonNode all = adapter("arcconf", drives).path("physical_drives");
    assertThat(all.path(0).has("interface")).isFalse();
    assertThat(all.path(0).has("link_speed")).isFalse();
    assertThat(all.path(0).path("smart_alert").asBoolean()).isTrue();
    assertThat(said(all.path(1), "interface")).isEqualTo("SAS");
    assertThat(all.path(1).path("smart_alert").asBoolean()).isTrue();
    assertThat(all.path(2).path("smart_alert").asBoolean(true)).isFalse();
  }

  @Test
  void aStateOfStorcliHasWordsInParentheses() throws ParseFailure {
    JsonNode battery =
        adapter(
                "storcli",
                """
                Controller = 0
                Status = Success
                Description = None

                Cachevault_Info :
                ===============

                ----------------------------------------------------
                Model  State                 Temp Mode MfgDate
                ----------------------------------------------------
                CVPM99 Dgd (Needs Attention) 41C  -    2014/01/02
                ----------------------------------------------------
                """)
            .path("battery");

    assertThat(said(battery, "model")).isEqualTo("CVPM99");
    assertThat(said(battery, "state")).isEqualTo("Dgd (Needs Attention)");
    assertThat(battery.path("temperature_celsius").asLong()).isEqualTo(41);
  }

  @Test
  void drivesOfParallelScsiStandInColumns() throws ParseFailure {
    JsonNode adapter =
        adapter(
            "hpssacli",
            """
            Smart Array 9i in Slot 3      ()

               array A (Parallel SCSI, Unused Space: 0 MB)

                  logicaldrive 1 (67.8 GB, RAID 1+0, Failed)

                  physicaldrive 2:0   (port 2:id 0 , Parallel SCSI, 72.8 GB, OK)
                  physicaldrive 2:10  (port 2:id 10 , Parallel SCSI, 72.8 GB, Failed)
            """);

    assertThat(said(adapter, "slot")).isEqualTo("3");
    assertThat(said(adapter, "model")).isEqualTo("Smart Array 9i");
    assertThat(adapter.has("mode")).isFalse();
    JsonNode drive = adapter.path("physical_drives").path(1);
    assertThat(said(drive, "id")).isEqualTo("2:10");
    assertThat(said(drive, "port")).isEqualTo("2");
    assertThat(said(drive, "scsi_id")).isEqualTo("10");
    assertThat(said(drive, "state")).isEqualTo("Failed");
    assertThat(drive.path("size_bytes").asLong()).isEqualTo(72_800_000_000L);
    assertThat(adapter.path("logical_drives").path(0).path("drives")).hasSize(2);
  }

  @Test
  void megacliSaysHowFarALogicalDriveIs() throws ParseFailure {
    JsonNode logical =
        adapter(
                "megacli",
                """

                Reconstruction on VD #3 (target id #3) Completed 23% in 15 Minutes.

                Exit Code: 0x00
                """)
            .path("logical_drives")
            .path(0);

    assertThat(said(logical, "id")).isEqualTo("3");
    assertThat(logical.path("progress_percent").asLong()).isEqualTo(23);
  }
}
