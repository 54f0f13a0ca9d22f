package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What smartctl says of disks that sleep, have no medium or stand behind an unknown bridge. */
class FormsOfSmartctlTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void aSleepingDiskIsToldByItsPowerModeAloneAsTextAndAsJson() throws ParseFailure {
    JsonNode asText =
        facts(
            "smartctl",
            """
            smartctl 7.3 2022-02-28 r5338 [x86_64-linux-6.1.0] (local build)
            Copyright (C) 2002-22, Bruce Allen, Christian Franke, www.smartmontools.org

            Device is in STANDBY mode, exit(2)
            """);
    JsonNode asJson =
        facts(
            "smartctl",
            """
            {"smartctl": {"exit_status": 2, "messages": [
              {"string": "Device is in STANDBY mode, exit(2)", "severity": "information"}]},
             "device": {"name": "/dev/sdq", "type": "sat", "protocol": "ATA"}}
            """);

    assertThat(asText.path("counts").path("devices").asLong()).isEqualTo(1);
    assertThat(asText.path("devices").path(0).path("power_mode").asString("")).isEqualTo("STANDBY");
    assertThat(asJson.path("devices").path(0).path("power_mode").asString("")).isEqualTo("STANDBY");
  }

  @Test
  void smartctlsTextHasTheNamesOfItsJson() throws ParseFailure {
    JsonNode device =
        facts(
                "smartctl",
                """
                smartctl 7.4 2023-08-01 r5530 [x86_64-linux-6.8.12] (local build)

                === START OF INFORMATION SECTION ===
                Device Model:     EXAMPLE SSD 512
                Serial Number:    EX0001
                LU WWN Device Id: 0 000000 000000000
                User Capacity:    512,110,190,592 bytes [512 GB]
                Sector Size:      512 bytes logical/physical
                Rotation Rate:    Solid State Device
                TRIM Command:     Available, deterministic, zeroed
                Device is:        Not in smartctl database 7.3/5528
                SATA Version is:  SATA 3.2, 6.0 Gb/s (current: 3.0 Gb/s)
                Power mode is:    IDLE_A

                SMART Extended Comprehensive Error Log Version: 1 (1 sectors)
                Device Error Count: 24 (device log contains only the most recent 4 errors)
                """)
            .path("devices")
            .path(0);

    assertThat(device.path("sata_version").asString("")).isEqualTo("SATA 3.2");
    assertThat(device.path("link_speed").asString("")).isEqualTo("3.0 Gb/s");
    assertThat(device.path("link_speed_maximum").asString("")).isEqualTo("6.0 Gb/s");
    assertThat(device.path("trim").asBoolean()).isTrue();
    assertThat(device.path("in_database").asBoolean(true)).isFalse();
    assertThat(device.path("power_mode").asString("")).isEqualTo("IDLE_A");
    assertThat(device.path("error_log_entries").asLong()).isEqualTo(24);
    // All zeroes are no name.
    assertThat(device.has("wwn")).isFalse();
  }

  @Test
  void aDriveWithoutMediumHasATypeAndNoSize() throws ParseFailure {
    JsonNode device =
        facts(
                "smartctl",
                """
                === START OF INFORMATION SECTION ===
                Vendor:               lab
                Product:              DVD 1
                User Capacity:        7,757,100,351,738,617,888 bytes [7757 PB]
                Logical block size:   1752178720 bytes
                Device type:          CD/DVD
                NO MEDIUM present in device
                """)
            .path("devices")
            .path(0);

    assertThat(device.path("device_type").asString("")).isEqualTo("CD/DVD");
    assertThat(device.has("size_bytes")).isFalse();
    assertThat(device.has("logical_sector_bytes")).isFalse();
  }

  @Test
  void anNvmeDriveHasTheSameThresholdsAndVendorAsTextAndAsJson() throws ParseFailure {
    JsonNode asText =
        facts(
            "smartctl",
            """
            === START OF INFORMATION SECTION ===
            Model Number:                       EXAMPLE NVMe
            PCI Vendor ID:                      0x1c58
            PCI Vendor Subsystem ID:            0x1137
            Unallocated NVM Capacity:           0
            Warning  Comp. Temp. Threshold:     70 Celsius
            Critical Comp. Temp. Threshold:     80 Celsius
            """);
    JsonNode asJson =
        facts(
            "smartctl",
            """
            {"model_name": "EXAMPLE NVMe", "nvme_pci_vendor": {"id": 7256, "subsystem_id": 4407},
             "nvme_composite_temperature_threshold": {"warning": 70, "critical": 80}}
            """);

    for (JsonNode facts : List.of(asText, asJson)) {
      JsonNode device = facts.path("devices").path(0);
      assertThat(device.path("vendor_id").asString("")).isEqualTo("1c58");
      assertThat(device.path("subsystem_vendor_id").asString("")).isEqualTo("1137");
      assertThat(device.path("warning_temperature_celsius").asLong()).isEqualTo(70);
      assertThat(device.path("critical_temperature_celsius").asLong()).isEqualTo(80);
    }
  }

  @Test
  void aBridgeThatSmartctlDoesNotKnowIsTheReasonOfTheRefusal() {
    assertThatThrownBy(
            () ->
                facts(
                    "smartctl",
                    "/dev/sdx: Unknown USB bridge [0x1234:0x5678 (0x100)]\n"
                        + "Please specify device type with the -d option.\n"))
        .isInstanceOf(ParseFailure.class)
        .hasMessageContaining("Unknown USB bridge");
  }

  @Test
  void jsonsOtherWritingsAreTheSameTree() throws ParseFailure {
    JsonNode yaml =
        Parsers.parse(
                "smartctl",
                """
                ---
                json_format_version:
                - 1
                - 0
                smartctl:
                  version:
                    - 7
                    - 4
                  messages:
                    - string: "Example: a warning"
                      severity: "warning"
                  exit_status: 0
                device:
                  name: "/dev/sda"
                  protocol: "ATA"
                model_name: "ACME: 1"
                serial_number: "0012"
                user_capacity:
                  blocks: 1000
                  bytes: 512000
                ata_smart_attributes:
                  table:
                    - id: 5
                      name: "Reallocated_Sector_Ct"
                      raw:
                        value: 3
                        string: "3"
                    - id: 197
                      name: "Current_Pending_Sector"
                      raw:
                        value: 4
                        string: "4"
                smart_status:
                  passed: false
                """)
            .facts();
    JsonNode assigned =
        Parsers.parse(
                "smartctl",
                """
                json = {};
                json.json_format_version = [];
                json.json_format_version[0] = 1;
                json.json_format_version[1] = 0;
                json.device = {};
                json.device.name = "/dev/sda";
                json.device.protocol = "ATA";
                json.model_name = "ACME: 1";
                json.serial_number = "0012";
                json.ata_smart_attributes = {};
                json.ata_smart_attributes.table = [];
                json.ata_smart_attributes.table[0] = {};
                json.ata_smart_attributes.table[0].id = 197;
                json.ata_smart_attributes.table[0].raw = {};
                json.ata_smart_attributes.table[0].raw.value = 4;
                json.ata_smart_attributes.table[0].raw.string = "4";
                json.smart_status = {};
                json.smart_status.passed = false;
                """)
            .facts();

    JsonNode disk = yaml.at("/devices/0");
    assertThat(disk.path("serial").asString("")).isEqualTo("0012");
    assertThat(disk.path("model").asString("")).isEqualTo("ACME: 1");
    assertThat(disk.path("size_bytes").asLong()).isEqualTo(512_000);
    assertThat(disk.path("reallocated_sectors").asLong()).isEqualTo(3);
    assertThat(disk.path("pending_sectors").asLong()).isEqualTo(4);
    assertThat(disk.path("passed").asBoolean(true)).isFalse();
    assertThat(assigned.at("/devices/0/serial").asString("")).isEqualTo("0012");
    assertThat(assigned.at("/devices/0/pending_sectors").asLong()).isEqualTo(4);
    assertThat(assigned.at("/devices/0/passed").asBoolean(true)).isFalse();
  }

  @Test
  void whatIsMaskedOrImpossibleIsNoFact() throws ParseFailure {
    JsonNode disk =
        Parsers.parse(
                "smartctl",
                """
                Device Model:     EXAMPLE
                Serial Number:    S1
                LU WWN Device Id: <removed>
                ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
                  9 Power_On_Hours          0x0032   ---   ---   ---    Old_age   Always       -       5861434915543908352
                """)
            .facts()
            .at("/devices/0");

    assertThat(disk.has("wwn")).isFalse();
    assertThat(disk.has("power_on_hours")).isFalse();
    assertThat(disk.at("/attributes/0/raw").asLong()).isEqualTo(5_861_434_915_543_908_352L);
  }

  @Test
  void whatBitsMeanIsNoValueOfAnNvmeController() throws ParseFailure {
    JsonNode controller =
        Parsers.parse(
                "nvme",
                """
                NVME Identify Controller:
                vid     : 0x1344
                sn      : EXAMPLE
                mn      : EXAMPLE 9200
                rtd3e   : 989680
                oaes    : 0x200
                  [9:9] : 0x1   Firmware Activation Notices Supported
                  [8:8] : 0     Namespace Attribute Changed Event Not Supported
                wctemp  : 343
                [15:0] : 70°C (343 Kelvin)     Warning Composite Temperature Threshold (WCTEMP)
                ps    0 : mp:25.00W operational enlat:100 exlat:100 rrt:0 rrl:0
                          rwt:0 rwl:0 idle_power:- active_power:-
                """)
            .facts()
            .path("controller");

    assertThat(controller.path("warning_temperature_celsius").asLong()).isEqualTo(70);
    assertThat(controller.at("/other/rtd3e").asLong()).isEqualTo(10_000_000);
    assertThat(controller.path("other").propertyNames())
        .containsExactlyInAnyOrder("rtd3e", "oaes", "ps_0");
  }

  @Test
  void anOldDiskWithoutAVersionHasItsModel() throws ParseFailure {
    JsonNode disk =
        Parsers.parse(
                "smartctl",
                """
                Device: SAMSUNG  HD103UJ          Version:
                Device type: disk
                Device does not support SMART
                """)
            .facts()
            .at("/devices/0");

    assertThat(disk.path("model").asString("")).isEqualTo("SAMSUNG HD103UJ");
    assertThat(disk.has("firmware")).isFalse();
    assertThat(disk.path("smart_available").asBoolean(true)).isFalse();
  }
}
