package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Outputs as they stand in mails, tickets and comments, and rows that are wider than their heads.
 */
class FormsOfPastedOutputsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  private static final String ARRAYS =
      """
      Personalities : [raid1]
      md7 : active raid1 sdx1[1] sdw1[0](F)
            2048 blocks super 1.2 [2/1] [_U]

      unused devices: <none>
      """;

  @Test
  void aMarginOfBlanksIsNoIndent() throws ParseFailure {
    JsonNode array = facts("mdstat", ARRAYS.indent(4)).path("arrays").path(0);

    assertThat(array.path("device").asString("")).isEqualTo("md7");
    assertThat(array.path("size_bytes").asLong()).isEqualTo(2048 * 1024);
    assertThat(array.path("failed").asLong()).isEqualTo(1);
  }

  @Test
  void quotesOfMailsAndCommentsSayWhatTheOutputSays() throws ParseFailure {
    JsonNode plain = facts("mdstat", ARRAYS);

    assertThat(facts("mdstat", ARRAYS.replaceAll("(?m)^", "> > "))).isEqualTo(plain);
    assertThat(facts("mdstat", ARRAYS.replaceAll("(?m)^", "# "))).isEqualTo(plain);
    assertThat(facts("mdstat", ARRAYS.replaceAll("(?m)^", "#### "))).isEqualTo(plain);
  }

  @Test
  void promptsAreNoFactsAndTheirPasswordsAreNotKept() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ipmitool-mc",
            """
            eve@desk:~$ ipmitool -H 192.0.2.7 -U eve -P hunter2 mc info
            Device ID                 : 32
            Firmware Revision         : 4.21
            eve@desk:~$
            """);

    assertThat(parsed.facts().path("firmware").asString("")).isEqualTo("4.21");
    assertThat(parsed.facts().toString() + parsed.notUnderstood()).doesNotContain("hunter2");
  }

  @Test
  void linesOfTheJournalAreReadBehindItsMarks() throws ParseFailure {
    JsonNode entries =
        facts(
                "ipmitool-sel",
                """
                Mar  3 04:05:06 rack9 sel[77]:    1 | 03/03/2024 | 04:00:01 | Memory #0x12 | Correctable ECC | Asserted
                Mar  3 04:05:06 rack9 sel[77]:    2 | 03/03/2024 | 04:00:02 | Watchdog2 | Hard reset | Asserted
                """)
            .path("entries");

    assertThat(entries).hasSize(2);
    assertThat(entries.path(0).path("sensor_number").asLong()).isEqualTo(0x12);
  }

  @Test
  void remarksBehindValuesInAnotherWritingAreLeftOut() throws ParseFailure {
    JsonNode drive =
        facts(
                "megacli",
                """
                Enclosure Device ID: 64      #необходимо
                Slot Number: 5    #слот 5
                Firmware state: JBOD         #режим
                """)
            .path("adapters")
            .path(0)
            .path("physical_drives")
            .path(0);

    assertThat(drive.path("id").asString("")).isEqualTo("64:5");
    assertThat(drive.path("state").asString("")).isEqualTo("JBOD");
  }

  @Test
  void rowsOfAMarkdownTableAreKeysAndValues() throws ParseFailure {
    JsonNode facts =
        facts("lscpu", "| Architecture: | riscv64 |\n| CPU(s): | 6 |\n| L3 cache: | 512K |\n");

    assertThat(facts.path("architecture").asString("")).isEqualTo("riscv64");
    assertThat(facts.path("caches").path(0).path("size_bytes").asLong()).isEqualTo(512 * 1024);
  }

  @Test
  void modulesAreCountedWhereAllIndentIsLost() throws ParseFailure {
    JsonNode facts =
        facts(
            "dmidecode",
            """
            Handle 0x0021, DMI type 17, 40 bytes
            Memory Device
            Total Width: 72 bits
            Size: 4 GB
            Locator: SLOT_7
            Serial Number: 00C0FFEE

            Handle 0x0022, DMI type 17, 40 bytes
            Memory Device
            Size: No Module Installed
            Locator: SLOT_8

            Handle 0x0002, DMI type 2, 15 bytes
            Base Board Information
            Manufacturer: Contoso
            Features:
            Board is a hosting board
            Board is replaceable
            """);

    assertThat(facts.path("counts").path("dimm_slots").asLong()).isEqualTo(2);
    assertThat(facts.path("counts").path("dimms").asLong()).isEqualTo(1);
    assertThat(facts.path("dimms").path(0).path("serial").asString("")).isEqualTo("00C0FFEE");
    assertThat(facts.path("boards").path(0).path("manufacturer").asString("")).isEqualTo("Contoso");
  }

  @Test
  void volumesWithLongNamesStandBesideTheirHeads() throws ParseFailure {
    JsonNode volumes =
        facts(
                "lvm",
                """
                  LV      VG   Attr       LSize   Pool Origin Data%
                  root    a_very_long_group_name -wi-ao----   7.50g
                """)
            .path("logical_volumes");

    assertThat(volumes.path(0).path("vg_name").asString("")).isEqualTo("a_very_long_group_name");
    assertThat(volumes.path(0).path("size_bytes").asLong()).isEqualTo(15L << 29);
  }

  @Test
  void aDeviceWhoseRowSlippedHasNoTypeInItsName() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lsblk",
            """
            NAME        SIZE TYPE FSTYPE MOUNTPOINT
            nvme7n1   300G disk
            sdq       200G disk xfs    /srv
            """);

    JsonNode devices = parsed.facts().path("devices");
    assertThat(devices.path(0).path("name").asString("")).isEqualTo("nvme7n1");
    assertThat(devices.path(0).path("type").asString("")).isEqualTo("disk");
    assertThat(devices.path(1).path("size_bytes").asLong()).isEqualTo(200L << 30);
    assertThat(parsed.notUnderstood()).hasSize(2);
  }

  @Test
  void aWrappedLineOfAnArrayAndATableOfItsMembersAloneAreUnderstood() throws ParseFailure {
    JsonNode wrapped =
        facts(
            "mdstat",
            "md3 : active raid5 sdc[2] sdb[1] sda[0]\n   4096 blocks level 5\n[3/3] [UUU]\n");
    JsonNode members =
        facts(
            "mdadm",
            """
                Number   Major   Minor   RaidDevice State
                   0       8       16        0      active sync   /dev/sdb
                   1       8       32        1      active sync   /dev/sdc
            """);
    JsonNode queried =
        facts(
            "mdadm",
            "/dev/md4: 12.00GiB raid6 5 devices, 1 spare. Use mdadm --detail for more detail.\n");

    assertThat(wrapped.path("arrays").path(0).path("raid_devices").asLong()).isEqualTo(3);
    assertThat(members.path("arrays").path(0).path("members")).hasSize(2);
    assertThat(members.at("/counts/members").asLong()).isEqualTo(2);
    assertThat(queried.path("arrays").path(0).path("spare_devices").asLong()).isEqualTo(1);
    assertThat(queried.path("arrays").path(0).path("size_bytes").asLong()).isEqualTo(12L << 30);
  }

  @Test
  void linesPickedFromAnOutputOfEthtoolTellWhatTheySay() throws ParseFailure {
    JsonNode features =
        facts("ethtool", "tcp-segmentation-offload: on\nhw-tc-offload: off [fixed]\n");
    JsonNode module =
        facts(
            "ethtool",
            "\tVendor name                               : CONTOSO OPTICS\n"
                + "\tVendor SN                                 : CO4711\n");

    assertThat(
            features.path("interfaces").path(0).path("features").path("tcp_segmentation_offload"))
        .isEqualTo(tools.jackson.databind.node.BooleanNode.TRUE);
    assertThat(module.path("interfaces").path(0).path("module").path("serial").asString(""))
        .isEqualTo("CO4711");
  }

  @Test
  void remarksBehindArrowsAreNoValues() throws ParseFailure {
    JsonNode array =
        Parsers.parse(
                "mdstat",
                """
                \tPersonalities : [raid5]
                \tmd7 : active raid5 sdc1[2] sdb1[1] sda1[0]    <== look here
                \t      200704 blocks level 5, 64k chunk, algorithm 2 [3/3] [UUU] <==and here
                """)
            .facts()
            .at("/arrays/0");

    assertThat(array.path("level").asString("")).isEqualTo("raid5");
    assertThat(array.path("members").size()).isEqualTo(3);
  }

  @Test
  void anArrayWhoseHeadIsCutOffHasItsMembers() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "mdadm",
                """
                         State : clean
                Active Devices : 2
                          UUID : 00112233:44556677:8899aabb:ccddeeff

                   Number   Major   Minor   RaidDevice State
                      0       8        1        0      active sync   /dev/sda1
                      1       8       17        1      active sync   /dev/sdb1
                """)
            .facts();

    assertThat(facts.at("/arrays/0/members").size()).isEqualTo(2);
    assertThat(facts.at("/arrays/0/active_devices").asLong()).isEqualTo(2);
  }

  @Test
  void whatAnotherDeviceSaysIsNotOfTheOneThatIsNotPresent() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ipmitool-fru",
            """
            FRU Device Description : Builtin FRU Device (ID 0)
            FRU Device Description : board (ID 1)
             Device not present (Requested sensor, data, or record not found)

             Board Mfg             : Contoso
             Board Serial          : B77
             Device not present (Requested sensor, data, or record not found)
            """);
    JsonNode devices = parsed.facts().path("devices");

    assertThat(devices.size()).isEqualTo(3);
    assertThat(devices.path(1).has("board")).isFalse();
    assertThat(devices.path(2).has("problem")).isFalse();
    assertThat(devices.path(2).at("/board/serial").asString("")).isEqualTo("B77");
    assertThat(parsed.notUnderstood()).hasSize(1);
  }

  @Test
  void aChassisThatHoldsDrivesIsAnEnclosureByWhateverNameItHas() throws ParseFailure {
    JsonNode facts =
        facts(
            "ssacli",
            """
            HPE Smart Array P000i-a SR Gen10 in Slot 0 (Embedded)  (sn: SN0)

               Chassis 9000 LFF  at Port 1I, Box 1, OK

               Array A (SAS, Unused Space: 0  MB)

                  logicaldrive 1 (1.00 TB, RAID 1, OK)
            """);

    assertThat(facts.at("/counts/enclosures").asLong()).isEqualTo(1);
    assertThat(facts.at("/adapters/0/enclosures/0/state").asString("")).isEqualTo("OK");
    assertThat(facts.at("/counts/logical_drives").asLong()).isEqualTo(1);
  }

  @Test
  void marksOfByteOrderAndAPromptAboveAMarginChangeNothing() throws ParseFailure {
    String text =
        """
        Smart Array P408i-a SR Gen10 in Slot 0 (Embedded)

           Array A

              logicaldrive 1 (279.37 GB, RAID 1, OK)
        """;
    JsonNode plain = Parsers.parse("ssacli", text).facts();
    String wide =
        new String(
            ("\ufeff" + text).getBytes(java.nio.charset.StandardCharsets.UTF_16LE),
            java.nio.charset.StandardCharsets.UTF_8);

    assertThat(plain.path("counts").path("logical_drives").asLong()).isEqualTo(1);
    assertThat(Parsers.parse("ssacli", "\ufeff" + text).facts()).isEqualTo(plain);
    assertThat(Parsers.parse("ssacli", wide).facts()).isEqualTo(plain);
    assertThat(
            Parsers.parse("ssacli", "root@lab:~# ssacli ctrl all show\n" + text.indent(2)).facts())
        .isEqualTo(plain);
  }

  @Test
  void whatSomebodyPointedAtIsNoPartOfADrive() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "storcli",
                """
                EID:Slt DID State DG     Size Intf Med SED PI SeSz Model        Sp
                ------------------------------------------------------------------
                0:8       4 UGood -  7.276 TB SATA HDD N   N  512B EX4000NM001 D  <-- is down
                ------------------------------------------------------------------
                """)
            .facts();
    JsonNode drive = facts.at("/adapters/0/physical_drives/0");
    assertThat(drive.path("model").asString()).isEqualTo("EX4000NM001");
    assertThat(drive.path("spun_up").asBoolean(true)).isFalse();
  }

  @Test
  void anAtaDrivesInquiryIsKnownByItsLength() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "megacli",
                """
                Adapter #0

                Enclosure Device ID: 8
                Slot Number: 0
                PD Type: SAS
                Inquiry Data: EX1234567LC120LGN   EXAMPLE SSDSC2BB120G4                   D2010355
                """)
            .facts();
    JsonNode drive = facts.at("/adapters/0/physical_drives/0");
    assertThat(drive.path("serial").asString()).isEqualTo("EX1234567LC120LGN");
    assertThat(drive.path("model").asString()).isEqualTo("EXAMPLE SSDSC2BB120G4");
    assertThat(drive.path("firmware").asString()).isEqualTo("D2010355");
  }
}
