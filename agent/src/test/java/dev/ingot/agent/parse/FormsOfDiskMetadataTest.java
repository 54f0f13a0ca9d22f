package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What mdadm reads from disks: Intel's containers, sizes in unnamed units, and mails of it. */
class FormsOfDiskMetadataTest {
  private static final String INTEL =
      """
                Magic : Intel Raid ISM Cfg Sig.
              Version : 1.3.00
          Orig Family : 0a0b0c0d
               Family : 0a0b0c0d
           Generation : 00000011
           Attributes : All supported
                 UUID : 11111111:22222222:33333333:44444444
             Checksum : 0badcafe correct
          MPB Sectors : 2
                Disks : 3
         RAID Devices : 2

        Disk01 Serial : EXAMPLE-ONE
                State : active
                   Id : 00010000
          Usable Size : 1953518862 (931.51 GiB 1000.20 GB)

      [fast]:
                 UUID : 55555555:66666666:77777777:88888888
           RAID Level : 5 <-- 0
              Members : 3 <-- 2
                Slots : [U_U] <-- [UU]
          Failed disk : 1
            This Slot : 2
           Array Size : 2097152 (1024.00 MiB 1073.74 MB)
         Per Dev Size : 1048576 (512.00 MiB 536.87 MB)
           Chunk Size : 128 KiB <-- 64 KiB
            Map State : degraded <-- normal
          Dirty State : clean

      [second]:
                 UUID : 99999999:aaaaaaaa:bbbbbbbb:cccccccc
           RAID Level : 1
              Members : 2
           Array Size : 4194304 (2.00 GiB 2.15 GB)
            Map State : normal

        Disk02 Serial : EXAMPLE-TWO
                State : active failed
                   Id : 00020000
          Usable Size : 1953518862 (931.51 GiB 1000.20 GB)
      """;

  private static JsonNode array(String text, int index) throws ParseFailure {
    return Parsers.parse("mdadm", text).facts().path("arrays").path(index);
  }

  @Test
  void intelsContainerHasVolumesAndDisks() throws ParseFailure {
    JsonNode member = array("/dev/sdb:\n" + INTEL, 0);

    assertThat(member.path("what").asString("")).isEqualTo("member");
    assertThat(member.path("uuid").asString("")).startsWith("11111111:");
    assertThat(member.has("level")).as("of a volume").isFalse();
    assertThat(member.has("raid_devices")).as("the number of volumes").isFalse();
    assertThat(member.path("volumes")).hasSize(2);
    JsonNode fast = member.path("volumes").path(0);
    assertThat(fast.path("name").asString("")).isEqualTo("fast");
    assertThat(fast.path("level").asString("")).isEqualTo("raid5");
    assertThat(fast.path("state").asString("")).isEqualTo("degraded");
    assertThat(fast.path("raid_devices").asInt()).isEqualTo(3);
    assertThat(fast.path("size_bytes").asLong()).isEqualTo(1L << 30);
    assertThat(fast.path("chunk_bytes").asLong()).isEqualTo(128L << 10);
    assertThat(member.at("/volumes/1/name").asString("")).isEqualTo("second");
    assertThat(member.at("/volumes/1/size_bytes").asLong()).isEqualTo(2L << 30);
    assertThat(member.at("/disks/0/serial").asString("")).isEqualTo("EXAMPLE-ONE");
    assertThat(member.at("/disks/1/state").asString("")).isEqualTo("active failed");
    assertThat(member.at("/disks/1/size_bytes").asLong()).isEqualTo(1_953_518_862L * 512);
  }

  @Test
  void eachMagicBeginsADevice() throws ParseFailure {
    JsonNode facts =
        Parsers.parse("mdadm", "Platform : Intel(R) Example\nMax Disks : 6\n\n" + INTEL + INTEL)
            .facts();

    assertThat(facts.at("/platforms/0/name").asString("")).isEqualTo("Intel(R) Example");
    assertThat(facts.at("/platforms/0/other").has("magic")).isFalse();
    assertThat(facts.at("/counts/members").asInt()).isEqualTo(2);
    assertThat(facts.at("/arrays/1/volumes")).hasSize(2);
  }

  @Test
  void sizesInSectorsAreToldByWhatStandsBehindThem() throws ParseFailure {
    JsonNode member =
        array(
            """
            /dev/sdc1:
                      Magic : a92b4efc
                    Version : 1.2
                 Raid Level : raid6
               Raid Devices : 4
             Avail Dev Size : 7813774991 (3725.90 GiB 4000.65 GB)
                 Array Size : 7813774336 (7451.80 GiB 8001.30 GB)
              Used Dev Size : 7813774336 (3725.90 GiB 4000.65 GB)
                Device Role : spare
            """,
            0);

    assertThat(member.path("available_bytes").asLong()).isEqualTo(7_813_774_991L * 512);
    assertThat(member.path("used_per_device_bytes").asLong()).isEqualTo(7_813_774_336L * 512);
    assertThat(member.path("size_bytes").asLong()).isEqualTo(7_813_774_336L * 1024);
  }

  @Test
  void aMailAsItTravelsIsDecoded() throws ParseFailure {
    JsonNode member =
        array(
            """
            > >> /dev/sdc1:
            > >>                Magic : a92b4efc
            > >>              Version : 1.2
            > >>           Raid Level : raid6
            > >>         Unused Space : before=3D247728 sectors, after=3D14336 s=
            ectors
            > >>         Device Role : Active device 7
            > >>         Array State : AA.AAAAA. ('A' =3D=3D active, '.' =3D=3D =
            missing)
            """,
            0);

    assertThat(member.at("/other/unused_space").asString(""))
        .isEqualTo("before=247728 sectors, after=14336 sectors");
    assertThat(member.path("array_state").asString("")).isEqualTo("AA.AAAAA.");
  }

  @Test
  void aVolumeIsActiveOrNotAndHasItsGroupFromItsFullName() throws ParseFailure {
    JsonNode shown =
        Parsers.parse(
                "lvm",
                """
                  --- Logical volume ---
                  LV Name                root
                  VG Name                vg
                  LV Status              NOT available
                  LV Size                4.00 GiB

                  --- Logical volume ---
                  LV Name                home
                  VG Name                vg
                  LV Status              available
                  LV Size                4.00 GiB

                """)
            .facts()
            .path("logical_volumes");
    JsonNode full =
        Parsers.parse("lvm", "{\"report\":[{\"lv\":[{\"lv_full_name\":\"vg1/data\"}]}]}")
            .facts()
            .at("/logical_volumes/0");

    assertThat(shown.at("/0/active").asBoolean(true)).isFalse();
    assertThat(shown.at("/1/active").asBoolean(false)).isTrue();
    assertThat(full.path("vg_name").asString("")).isEqualTo("vg1");
    assertThat(full.path("lv_name").asString("")).isEqualTo("data");
  }

  @Test
  void aVolumeOfTwoSegmentsIsOneAndTwoOfOneNameAreTwo() throws ParseFailure {
    JsonNode rows =
        Parsers.parse(
                "lvm",
                """
                  LV    VG   Attr       LSize  Devices
                  home  vg0  -wi-ao---- 20.00g /dev/sda2(0)
                  home  vg0  -wi-ao---- 20.00g /dev/sdb1(0)
                  root  vg0  -wi-ao---- 10.00g /dev/sda2(2560)
                  root  vg0  -wi-ao---- 30.00g /dev/sdc2(0)
                  PV         VG   Fmt  Attr PSize  PFree
                  [unknown]  vg0  lvm2 a-m  10.00g 10.00g
                  [unknown]  vg0  lvm2 a-m  10.00g 10.00g
                """)
            .facts();

    assertThat(rows.at("/counts/logical_volumes").asInt()).isEqualTo(3);
    assertThat(rows.at("/logical_volumes/0/devices").asString(""))
        .isEqualTo("/dev/sda2(0),/dev/sdb1(0)");
    assertThat(rows.at("/counts/physical_volumes").asInt()).isEqualTo(2);
  }

  @Test
  void linesWithColonsAreVolumesToo() throws ParseFailure {
    JsonNode facts =
        Parsers.parse(
                "lvm",
                """
                  /dev/vg0/root:vg0:3:1:-1:1:20971520:2560:-1:0:-1:253:0
                  vg0:r/w:772:-1:0:2:2:-1:0:2:1:41934848:4096:10238:7680:2558:Abcdef-0000-1111
                  /dev/sda2:vg0:83869696:-1:8:8:-1:4096:10238:2558:7680:Ghijkl-0000-1111
                """)
            .facts();

    assertThat(facts.at("/logical_volumes/0/lv_name").asString("")).isEqualTo("root");
    assertThat(facts.at("/logical_volumes/0/size_bytes").asLong()).isEqualTo(10L << 30);
    assertThat(facts.at("/volume_groups/0/vg_uuid").asString("")).isEqualTo("Abcdef-0000-1111");
    assertThat(facts.at("/volume_groups/0/pv_count").asInt()).isEqualTo(2);
    assertThat(facts.at("/volume_groups/0/free_bytes").asLong()).isEqualTo(2558L << 22);
    assertThat(facts.at("/physical_volumes/0/size_bytes").asLong()).isEqualTo(10238L << 22);
    assertThat(facts.at("/physical_volumes/0/vg_name").asString("")).isEqualTo("vg0");
  }
}
