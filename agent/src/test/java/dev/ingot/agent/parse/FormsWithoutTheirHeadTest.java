package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Outputs whose first lines are cut off: what is left is told, and nothing else. */
class FormsWithoutTheirHeadTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void blocksOfLvmAreNoTables() throws ParseFailure {
    JsonNode facts =
        facts(
            "lvm",
            """
              VG Name                vg0
              LV UUID                hhhhhh-bbbb-cccc-dddd-eeee-ffff-gggggg
              LV Status              available
              LV Size                1.00 GiB

              --- Logical volume ---
              LV Name                data
              VG Name                vg0
              LV Size                2.00 GiB
            """);

    // The first has lost its name.
    assertThat(facts.path("counts").path("logical_volumes").asLong()).isEqualTo(1);
    assertThat(facts.has("volume_groups")).isFalse();
    assertThat(facts.path("logical_volumes").path(0).path("size_bytes").asLong())
        .isEqualTo(2L << 30);
  }

  @Test
  void aMemberOfAnArrayIsNoArray() throws ParseFailure {
    JsonNode facts =
        facts(
            "mdadm",
            """
                    Version : 1.2
                 Array UUID : 83143055:2781ddf5:2c8f44c7:9b45d92e
                 Raid Level : raid1
             Avail Dev Size : 2093056 sectors (1022.00 MiB 1071.64 MB)
                Device Role : Active device 0
            """);
    JsonNode table =
        facts(
            "mdadm",
            """
                     Events : 426

                Number   Major   Minor   RaidDevice State
                   0     259        2        0      active sync   /dev/nvme0n1p1
            """);

    assertThat(facts.path("counts").path("arrays").asLong()).isZero();
    assertThat(facts.path("counts").path("members").asLong()).isEqualTo(1);
    assertThat(table.path("counts").path("members").asLong()).isEqualTo(1);
  }

  @Test
  void aDriveABatteryAndAnEnclosureOfMegacliAreKnownByWhatTheyHave() throws ParseFailure {
    JsonNode drive =
        facts(
            "megacli",
            """
            Device Id: 7
            PD Type: SAS
            Firmware state: Failed
            Inquiry Data: EXAMPLE EX300SS         0008EX000007
            """);
    JsonNode battery = facts("megacli", "Relative State of Charge: 96 %\n");
    JsonNode enclosure =
        facts(
            "megacli",
            """
            Device ID                     : 32
            Number of Slots               : 8
            Inquiry data                  :
                Vendor Identification     : EX
            """);

    assertThat(drive.path("counts").path("physical_drives").asLong()).isEqualTo(1);
    assertThat(battery.path("adapters").path(0).path("battery").path("charge_percent").asLong())
        .isEqualTo(96);
    assertThat(enclosure.path("counts").path("enclosures").asLong()).isEqualTo(1);
    assertThat(enclosure.path("counts").path("physical_drives").asLong()).isZero();
  }

  @Test
  void theEndOfAHealthLogIsHealth() throws ParseFailure {
    JsonNode nvme = facts("nvme", "power_on_hours : 742\nunsafe_shutdowns : 5\n");
    JsonNode smart = facts("smartctl", "Elements in grown defect list: 3\n");

    assertThat(nvme.path("health").path("unsafe_shutdowns").asLong()).isEqualTo(5);
    assertThat(smart.path("devices").path(0).path("grown_defects").asLong()).isEqualTo(3);
  }

  @Test
  void segmentsOfAdaptecAreNoSecondDrives() throws ParseFailure {
    JsonNode facts =
        facts(
            "arcconf",
            """
               Segment 0      : Present (3815447MB, SATA, HDD, Enclosure:0, Slot:5) EX0005
               Segment 1      : Present (3815447MB, SATA, HDD, Enclosure:0, Slot:6) EX0006
            Physical Device information
                  Device #0
                     Device is a Hard drive
                     State                              : Online
                     Serial number                      : EX0005
            """);

    assertThat(facts.path("counts").path("physical_drives").asLong()).isEqualTo(2);
  }
}
