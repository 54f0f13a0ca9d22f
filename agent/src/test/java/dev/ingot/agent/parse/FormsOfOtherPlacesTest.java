package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Numbers and dates of other locales, and outputs as other programs, mails and pages keep them. */
class FormsOfOtherPlacesTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void sensorsHaveTheDecimalCommaOfTheirLocale() throws ParseFailure {
    JsonNode sensors =
        facts(
                "ipmitool-sdr",
                """
                P12V             | 11,937     | Volts      | ok    | 10,545    | 10,800    | 10,960    | 13,200    | 13,400    | 13,500
                M12V             | -12,050    | Volts      | ok    | na        | -13,100   | na        | na        | -10,900   | na
                FAN1             | 4200,000   | RPM        | ok    | 300,000   | 500,000   | 700,000   | 25300,000 | 25400,000 | 25500,000
                VBAT             | 1,62 Volts        | nr
                Inlet            | 0Eh | ok  |  7.1 | 21,5 degrees C
                """)
            .path("sensors");

    assertThat(sensors.at("/0/reading").asDouble()).isEqualTo(11.937);
    assertThat(sensors.at("/0/lower_non_recoverable").asDouble()).isEqualTo(10.545);
    assertThat(sensors.at("/1/reading").asDouble()).isEqualTo(-12.05);
    assertThat(sensors.at("/1/lower_critical").asDouble()).isEqualTo(-13.1);
    assertThat(sensors.at("/2/upper_critical").asDouble()).isEqualTo(25400);
    assertThat(sensors.at("/3/reading").asDouble()).isEqualTo(1.62);
    assertThat(sensors.at("/3/unit").asString("")).isEqualTo("volts");
    assertThat(sensors.at("/4/reading").asDouble()).isEqualTo(21.5);
    assertThat(sensors.at("/4/unit").asString("")).isEqualTo("celsius");
  }

  @Test
  void eventsHaveTheDatesOfTheirLocaleOrNone() throws ParseFailure {
    JsonNode entries =
        facts(
                "ipmitool-sel",
                """
                   1 | 04.02.2026 | 15:28:24 CET | Power Supply PS1 | Power Supply AC lost | Asserted
                   2 | 2026年02月04日 | 15時28分24秒 | Fan #0x41 | Lower Critical going low  | Asserted
                   3 | 02/04/26 | 12:00:00 AM -03 | Memory #0x53 | Correctable ECC | Asserted
                   4 | OEM record e0 | 000102030405060708090a0b0c
                   5 | Linux kernel panic: Oops
                 6,,,OEM record e1,000102030405060708090a0b0c
                """)
            .path("entries");

    assertThat(entries).hasSize(6);
    assertThat(entries.at("/0/date").asString("")).isEqualTo("04.02.2026");
    assertThat(entries.at("/0/time").asString("")).isEqualTo("15:28:24 CET");
    assertThat(entries.at("/0/sensor").asString("")).isEqualTo("Power Supply PS1");
    assertThat(entries.at("/0/asserted").asBoolean()).isTrue();
    assertThat(entries.at("/1/date").asString("")).isEqualTo("2026年02月04日");
    assertThat(entries.at("/1/sensor_number").asInt()).isEqualTo(0x41);
    assertThat(entries.at("/2/time").asString("")).isEqualTo("12:00:00 AM -03");
    assertThat(entries.at("/3/sensor").asString("")).isEqualTo("OEM record e0");
    assertThat(entries.at("/3/event").asString("")).startsWith("0001");
    assertThat(entries.at("/4/event").asString("")).isEqualTo("Linux kernel panic: Oops");
    assertThat(entries.at("/5/sensor").asString("")).isEqualTo("OEM record e1");
  }

  @Test
  void aProgramsLogOfAnOutputIsThatOutput() throws ParseFailure {
    JsonNode map =
        facts(
                "multipath",
                """
                09:22:43 INFO | Running 'multipath -ll'
                09:22:43 DEBUG| [stdout] mpathk (360050768028211d8b000000000000001) dm-3 ACME,2145
                09:22:43 DEBUG| [stdout] size=50G features='0' hwhandler='1 alua' wp=rw
                09:22:43 DEBUG| [stdout] `-+- policy='service-time 0' prio=50 status=active
                09:22:43 DEBUG| [stdout]   `- 1:0:1:3 sdp       8:240 active ready running
                """)
            .at("/maps/0");

    assertThat(map.path("name").asString("")).isEqualTo("mpathk");
    assertThat(map.path("size_bytes").asLong()).isEqualTo(50L << 30);
    assertThat(map.path("paths")).hasSize(1);
  }

  @Test
  void remarksWithArrowsAreNoValues() throws ParseFailure {
    JsonNode controller =
        facts(
            "ipmitool-mc",
            """
            Device ID                 : 32
            Firmware Revision         : 3.10               <<<<----   really 3.10.17
            IPMI Version              : 2.0
            """);
    JsonNode user =
        facts(
                "ipmitool-user",
                """
                User ID              : 2
                User Name            : someone
                IPMI Messaging       : disabled                   <---- look here
                """)
            .at("/users/0");

    assertThat(controller.path("firmware").asString("")).isEqualTo("3.10");
    assertThat(user.path("ipmi_messaging").asBoolean(true)).isFalse();
  }

  @Test
  void boldWordsOfATableAreWords() throws ParseFailure {
    JsonNode sensors =
        facts(
            "ipmitool-sdr",
            "Ambient | 46.000 | degrees C | **cr** | na | 5.0 | 7.0 | 37 | 40 | na");

    assertThat(sensors.at("/counts/by_status/cr").asInt()).isEqualTo(1);
  }

  @Test
  void whatAConsolePrintsAroundAMapIsNotOfIt() throws ParseFailure {
    JsonNode maps =
        facts(
                "multipath",
                """
                multipathd> mpath0 (3600a0b800050817400000bab00000001) dm-2  ACME,1814      FAStT
                [size=100G][features=0       ][hwhandler=1 rdac   ][rw        ]
                \\_ round-robin 0 [prio=100][enabled]
                 \\_ 6:0:0:1 sdd 8:48  [active][ready]`
                multipathd>
                """)
            .path("maps");
    JsonNode headless =
        facts(
                "multipath",
                """
                size=6.0T features='0' hwhandler='1 alua' wp=ro
                `-+- policy='round-robin 0' prio=50 status=active
                  `- 11:0:0:11 sdb 8:16  failed faulty running
                """)
            .at("/maps/0");

    assertThat(maps.at("/0/name").asString("")).isEqualTo("mpath0");
    assertThat(maps.at("/0/write_protection").asString("")).isEqualTo("rw");
    assertThat(maps.at("/0/paths/0").has("device_state")).isFalse();
    assertThat(headless.has("name")).isFalse();
    assertThat(headless.at("/size_bytes").asLong()).isEqualTo(6L << 40);
    assertThat(headless.at("/paths/0/dm_state").asString("")).isEqualTo("failed");
  }

  @Test
  void mdstatThatAMailWrappedHasItsArrays() throws ParseFailure {
    JsonNode facts =
        facts(
            "mdstat",
            """
            > Personalities : [linear] [raid0] [raid1] [raid6] [raid5] [raid4]
            > [multipath] md6 : active raid5 sdn1[3](F) sdt1[0](F) sds1[1]
            >       23441547264 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/1]
            > [_U_]
            """);

    assertThat(facts.path("personalities").valueStream().map(JsonNode::asString).toList())
        .isEqualTo(List.of("linear", "raid0", "raid1", "raid6", "raid5", "raid4", "multipath"));
    assertThat(facts.at("/arrays/0/device").asString("")).isEqualTo("md6");
    assertThat(facts.at("/arrays/0/active_devices").asInt()).isEqualTo(1);
    assertThat(facts.at("/arrays/0/degraded").asBoolean()).isTrue();
  }

  @Test
  void aMessageIsNoPartAndNoDateIsNoDate() throws ParseFailure {
    JsonNode parts =
        facts(
            "ipmitool-fru",
            """
            FRU Device Description : Builtin FRU Device (ID 0)
             Board Mfg Date        : Unspecified
             Board Product         : Example
            FRU Device Description : cpu0 (ID 1)
             Device not present (Requested sensor, data, or record not found)

            Get SDR 0000 command failed: Requested sensor, data, or record not found
            """);

    assertThat(parts.at("/counts/devices").asInt()).isEqualTo(2);
    assertThat(parts.at("/devices/0/board").has("manufactured")).isFalse();
    assertThat(parts.at("/devices/0/board/product").asString("")).isEqualTo("Example");
  }

  @Test
  void linesAsCodeOfAPageAreLinesAndTwoInOneAreNotedAsSuch() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ipmitool-sdr",
            """
            ` +5 V | 5.088 | Volts | ok | 4.096 | 4.320 | 4.576 | 5.344 | 5.600 | 5.632`
            ` Intru | 0x0 | discrete | 0x0000| na | na | na | na | na | na PS | 0x1 | discrete | 0x01ff| na`
            """);

    assertThat(parsed.facts().at("/sensors/0/name").asString("")).isEqualTo("+5 V");
    assertThat(parsed.facts().at("/sensors/0/upper_non_recoverable").asDouble()).isEqualTo(5.632);
    assertThat(parsed.notUnderstood()).anyMatch(note -> note.contains("Intru"));
  }

  @Test
  void anUnknownPrivilegeAndNumbersThatWereCutOffAreNoFacts() throws ParseFailure {
    JsonNode user =
        facts("ipmitool-user", "3                    true    false      false      Unknown (0x00)")
            .at("/users/0");
    JsonNode namespace =
        facts(
                "nvme",
                """
                {"Devices":[{"NameSpace":1,"DevicePath":"/dev/nvme0n1","ModelNumber":"ACME 8T",
                "UsedBytes":-2147483648,"MaximumLBA":1551816016,"PhysicalSize":-2147483648,"SectorSize":512}]}
                """)
            .at("/namespaces/0");

    assertThat(user.has("privilege")).isFalse();
    assertThat(namespace.path("model").asString("")).isEqualTo("ACME 8T");
    assertThat(namespace.has("size_bytes")).isFalse();
    assertThat(namespace.has("sectors")).isFalse();
    assertThat(namespace.path("sector_bytes").asInt()).isEqualTo(512);
  }
}
