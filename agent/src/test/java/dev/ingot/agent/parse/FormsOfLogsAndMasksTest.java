package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Outputs in logs, behind masks and without what stands before, and disks that are missing. */
class FormsOfLogsAndMasksTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void mapsThatALogPutIntoOneLineAreMapsWithTheirPaths() throws ParseFailure {
    JsonNode facts =
        facts(
            "multipath",
            "12:00:01 [INFO] [tests:#7] - Output [[3624a9370aaaa dm-4 ACME,Array size=32G"
                + " features='0' hwhandler='1 alua' wp=rw `-+- policy='service-time 0' prio=50"
                + " status=active   |- 33:0:0:3 sdk 8:160 active ready running   `- 36:0:0:3 sdn"
                + " 8:208 failed faulty running 3624a9370bbbb dm-0 ACME,Array size=350G"
                + " features='0' hwhandler='1 alua' wp=rw `-+- policy='service-time 0' prio=10"
                + " status=enabled   `- 35:0:0:1 sde 8:64 active ready running ]]\n");

    assertThat(facts.at("/counts/maps").asInt()).isEqualTo(2);
    assertThat(facts.at("/counts/paths").asInt()).isEqualTo(3);
    assertThat(facts.at("/maps/0/wwid").asString("")).isEqualTo("3624a9370aaaa");
    assertThat(facts.at("/maps/0/size_bytes").asLong()).isEqualTo(32L << 30);
    assertThat(facts.at("/maps/0/paths/1/path_state").asString("")).isEqualTo("faulty");
    assertThat(facts.at("/maps/1/wwid").asString("")).isEqualTo("3624a9370bbbb");
    assertThat(facts.at("/maps/1/paths/0/device_state").asString("")).isEqualTo("running");
  }

  @Test
  void aMissingDiskIsOneInWhateverTableAndLanguage() throws ParseFailure {
    JsonNode disks =
        facts(
                "lvm",
                """
                  PV /dev/sda2        VG data   lvm2 [931,28 GiB / 0    free]
                  PV unknown device   VG data   lvm2 [465,76 GiB / 1,50 GiB free]
                  PV /dev/sdb1 with UUID V9RqSk-aaaa-bbbb-cccc-dddd-eeee-UpkM8u VG data lvm2 [372,61 GiB / 0    free]
                  Total: 3 [1,73 TiB] / in use: 3 [1,73 TiB] / in no VG: 0 [0   ]
                  --- Physical volume ---
                  PV Name               unknown device
                  VG Name               data
                  PV Size               465,76 GiB / not usable 1,50 MiB
                  PE Size               4,00 MiB
                  Total PE              119234
                  Free PE               384
                  Allocated PE          118850
                  PV UUID               8aq9y7-m6wg-SWeQ-udyZ-dXvR-pFv5-Hi0UOb
                """)
            .path("physical_volumes");

    assertThat(disks.size()).isEqualTo(3);
    assertThat(disks.at("/1/pv_name").asString("")).isEqualTo("unknown device");
    assertThat(disks.at("/1/pv_uuid").asString("")).startsWith("8aq9y7-");
    assertThat(disks.at("/2/pv_name").asString("")).isEqualTo("/dev/sdb1");
    assertThat(disks.at("/2/pv_uuid").asString("")).startsWith("V9RqSk-");
  }

  @Test
  void aHeadMayHaveAnySeparatorAndAColumnTwice() throws ParseFailure {
    JsonNode row =
        facts(
                "lvm",
                """
                PV         VG   Fmt  Attr PSize   PFree Start SSize LV     Start Type   PE Ranges
                /dev/sda4  vg1  lvm2 a--  465.76g    0      5    10 [one]      7 linear /dev/sda4:5-14
                """)
            .at("/physical_volumes/0");
    for (String separator : List.of("[", "^", "]", "&")) {
      JsonNode volume =
          facts("lvm", "PV|VG|Attr\n/dev/sda4|vg1|a--\n".replace("|", separator))
              .at("/physical_volumes/0");
      assertThat(volume.path("vg_name").asString("")).as(separator).isEqualTo("vg1");
    }

    assertThat(row.path("start").asString("")).isEqualTo("5");
    assertThat(row.path("seg_start").asString("")).isEqualTo("7");
  }

  @Test
  void whatSomebodyMaskedIsNoAddressAndALogsLineNoField() throws ParseFailure {
    JsonNode channel =
        facts(
                "ipmitool-lan",
                """
                Set in Progress         : Set Complete
                IP Address              : <redacted>
                Subnet Mask             : 255.255.255.0
                MAC Address             : xx:xx:xx:xx:xx:xx
                Default Gateway IP      : 192.0.2.1
                """)
            .at("/channels/0");
    Parsed array =
        Parsers.parse(
            "mdadm",
            """
            /dev/md0:
                   Version : 1.2
                Raid Level : raid1
                      UUID : <redacted>
                    Events : 42
            22:54:00 INFO | Running 'mdadm --stop /dev/md0'
            """);

    assertThat(channel.has("address")).isFalse();
    assertThat(channel.has("mac")).isFalse();
    assertThat(channel.path("netmask").asString("")).isEqualTo("255.255.255.0");
    assertThat(channel.path("gateway").asString("")).isEqualTo("192.0.2.1");
    assertThat(array.facts().at("/arrays/0").has("uuid")).isFalse();
    assertThat(array.facts().at("/arrays/0/events").asInt()).isEqualTo(42);
    assertThat(array.facts().at("/arrays/0").has("other")).isFalse();
    assertThat(array.notUnderstood()).anyMatch(note -> note.contains("Running"));
  }

  @Test
  void anEmptyListThatAProgramSaysInPassingIsNotTheOutput() throws ParseFailure {
    JsonNode disk =
        facts(
                "smartctl",
                """
                Performance Value IDs:
                []
                Begin of smartctl output:
                smartctl 6.6 2016-05-31 r4324 [x86_64-linux-4.15.0-34-generic] (local build)
                === START OF INFORMATION SECTION ===
                Model Number:                       ACME SSD 250GB
                Serial Number:                      S1
                Firmware Version:                   2B
                Namespace 1 Size/Capacity:          250.059.350.016 [250 GB]
                """)
            .at("/devices/0");

    assertThat(disk.path("model").asString("")).isEqualTo("ACME SSD 250GB");
    assertThat(disk.path("size_bytes").asLong()).isEqualTo(250_059_350_016L);
  }

  @Test
  void theWearOfAnAtaDiskIsInItsStatistics() throws ParseFailure {
    String text =
        """
        Device Statistics (GP Log 0x04)
        Page  Offset Size        Value Flags Description
        0x07  =====  =               =  ===  == Solid State Device Statistics (rev 1) ==
        0x07  0x008  1              20  N--  Percentage Used Endurance Indicator
                                        |||_ C monitored condition met
        """;
    String old = "  7  0x008  1                9~ Percentage Used Endurance Indicator\n";
    String json =
        """
        {"json_format_version":[1,0],"model_name":"ACME","serial_number":"S1","ata_device_statistics":
        {"pages":[{"number":1,"table":[{"offset":8,"name":"Lifetime Power-On Resets","value":4}]},
        {"number":7,"table":[{"offset":8,"name":"Percentage Used Endurance Indicator","value":7,
        "flags":{"valid":true,"normalized":true}}]}]}}
        """;

    assertThat(facts("smartctl", text).at("/devices/0/percentage_used").asInt()).isEqualTo(20);
    assertThat(facts("smartctl", old).at("/devices/0/percentage_used").asInt()).isEqualTo(9);
    assertThat(facts("smartctl", json).at("/devices/0/percentage_used").asInt()).isEqualTo(7);
  }

  @Test
  void aNameOfZeroesIsNoneAndPathsOfSeveralNamespacesAreTheSamePaths() throws ParseFailure {
    JsonNode disk =
        facts(
                "smartctl",
                """
                Device Model:     ACME SA400
                LU WWN Device Id: 5 000000 000000000
                """)
            .at("/devices/0");
    JsonNode subsystem =
        facts(
                "nvme",
                """
                nvme-subsys2 - NQN=nvmet-test
                \\
                 +- ns id 2
                 \\
                  +- nvme2 tcp traddr=192.0.2.10,trsvcid=4421 live non-optimized
                  +- nvme3 tcp traddr=192.0.2.10,trsvcid=4420 live optimized
                 +- ns id 1
                 \\
                  +- nvme2 tcp traddr=192.0.2.10,trsvcid=4421 live non-optimized
                  +- nvme3 tcp traddr=192.0.2.10,trsvcid=4420 live optimized
                """)
            .at("/subsystems/0");

    assertThat(disk.has("wwn")).isFalse();
    assertThat(subsystem.path("Paths").size()).isEqualTo(2);
  }

  @Test
  void arraysAreReadWithoutTheirMargin() throws ParseFailure {
    JsonNode facts =
        facts(
            "mdstat",
            """
            Personalities : [raid1] [raid5]
            md2 : active raid5 sdd1[3] sdc1[2] sdb2[1]
            2917676544 blocks level 5, 256k chunk, algorithm 2 [4/3] [_UUU]
            [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec

            md1 : active raid1 sdd2[1] sdc2[0]
            8385856 blocks [2/2] [UU]
            resync=DELAYED

            unused devices: <none>
            """);

    assertThat(facts.at("/arrays/0/size_bytes").asLong()).isEqualTo(2_917_676_544L * 1024);
    assertThat(facts.at("/arrays/0/degraded").asBoolean()).isTrue();
    assertThat(facts.at("/arrays/0/progress/percent").asDouble()).isEqualTo(12.6);
    assertThat(facts.at("/arrays/1/degraded").asBoolean(true)).isFalse();
    assertThat(facts.at("/arrays/1/progress/waiting").asString("")).isEqualTo("delayed");
  }

  @Test
  void aDiskIsReadWithoutBlankLinesAndADashIsNoSerial() throws ParseFailure {
    JsonNode disk =
        facts(
                "smartctl",
                """
                smartctl 7.2 2021-06-06 r5225 [x86_64-linux-5.15.5-1-default] (SUSE RPM)
                === START OF INFORMATION SECTION ===
                Model Number: ACME SSD 1TB
                Serial Number: --
                Namespace 1 IEEE EUI-64: 002538 ...
                Supported Power States
                St Op Max Active Idle RL RT WL WT Ent_Lat Ex_Lat
                0 + 8.00W - - 0 0 0 0 0 0
                Supported LBA Sizes (NSID 0x1)
                Id Fmt Data Metadt Rel_Perf
                0 + 512 0 0
                === START OF SMART DATA SECTION ===
                SMART overall-health self-assessment test result: PASSED
                SMART/Health Information (NVMe Log 0x02)
                Critical Warning: 0x00
                Temperature: 44 Celsius
                Power On Hours: 145
                """)
            .at("/devices/0");

    assertThat(disk.has("serial")).isFalse();
    assertThat(disk.has("wwn")).isFalse();
    assertThat(disk.path("passed").asBoolean()).isTrue();
    assertThat(disk.path("temperature_celsius").asInt()).isEqualTo(44);
    assertThat(disk.path("power_on_hours").asInt()).isEqualTo(145);
  }

  @Test
  void anEventThatIsListedAndToldInFullIsOne() throws ParseFailure {
    JsonNode facts =
        facts(
            "ipmitool-sel",
            """
               1 | 03/20/2021 | 00:58:40 | Memory #0x11 | Correctable ECC | Asserted
            SEL Record ID          : 0001
             Timestamp             : 03/20/2021 00:58:40
             Sensor Type           : Memory
             Sensor Number         : 11
             Event Direction       : Assertion Event
             Event Data (RAW)      : a00221
             Description           : Correctable ECC

            SEL Record ID          : 0002
             Timestamp             : 03/20/2021 00:58:40
             Sensor Type           : Memory
             Sensor Number         : 11
             Event Direction       : Assertion Event
             Description           : Correctable ECC
            """);

    assertThat(facts.at("/counts/entries").asInt()).isEqualTo(2);
    assertThat(facts.at("/entries/0/other/event_data_raw").asString("")).isEqualTo("a00221");
  }
}
