package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Forms of ipmitool beside its usual lists. */
class FormsOfManagementControllersTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void theAccessOfAChannelIsOfItsUsers() throws ParseFailure {
    JsonNode facts =
        facts(
            "ipmitool-user",
            """
            Maximum User IDs     : 15
            Enabled User IDs     : 2

            User ID              : 2
            User Name            : admin
            Fixed Name           : No
            Access Available     : call-in / callback
            Link Authentication  : enabled
            IPMI Messaging       : enabled
            Privilege Level      : ADMINISTRATOR
            Enable Status        : enabled

            User ID              : 3
            User Name            :
            Access Available     : callback
            IPMI Messaging       : disabled
            Privilege Level      : NO ACCESS
            """);

    assertThat(facts.path("counts").path("users").asLong()).isEqualTo(2);
    assertThat(facts.path("counts").path("named").asLong()).isEqualTo(1);
    JsonNode admin = facts.path("users").path(0);
    assertThat(admin.path("name").asString("")).isEqualTo("admin");
    assertThat(admin.path("callin").asBoolean()).isTrue();
    assertThat(admin.path("privilege").asString("")).isEqualTo("ADMINISTRATOR");
    assertThat(facts.path("users").path(1).path("callin").asBoolean(true)).isFalse();
    assertThat(facts.path("summary").path("maximum").asLong()).isEqualTo(15);
  }

  @Test
  void whatLan6DoesNotTellIsNotSaidToBeOff() throws ParseFailure {
    JsonNode channel =
        facts(
                "ipmitool-lan",
                """
                IPv6 Static Address 0:
                    Enabled:        yes
                    Address:        2001:db8::5/64
                    Status:         active
                """)
            .path("channels")
            .path(0);

    assertThat(channel.path("ipv6_addresses").path(0).path("prefix").asLong()).isEqualTo(64);
    assertThat(channel.has("snmp_community_set")).isFalse();
    assertThat(channel.has("cipher_suites")).isFalse();
  }

  @Test
  void aCommandWithAPasswordIsNotRepeated() throws ParseFailure {
    for (String command :
        List.of(
            "##admin@lab:~$ ipmitool -H 192.0.2.1 -U root -P s3cret sel list",
            "$ sudo ipmitool -I lanplus -U root -Ps3cret sel list",
            "#[root@lab ~]# ipmitool -P s3cret sel list")) {
      Parsed parsed =
          Parsers.parse(
              "ipmitool-sel",
              command
                  + "\n   1,10/26/2014,20:17:30,Event Logging Disabled #0x07,Cleared,Asserted\n");
      assertThat(parsed.facts().path("counts").path("entries").asLong()).isEqualTo(1);
      assertThat(parsed.notUnderstood()).as(command).isEmpty();
    }
  }

  @Test
  void aMemoryModuleOfAFruHasItsOwnFacts() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "ipmitool-fru",
            """
            FRU Device Description : CPU 1 DIMM 1 (ID 110)
             Memory Type           : DDR4 SDRAM
             Technology            : RDIMM
             Memory size           : 16384 MB
             Manufacturer          : Example
             Serial Number         : 00c0ffee
             Part Number           : EX-16G

            SPD DATA (512 bytes)
             23 11 0c 01 84 21 00 08 00 60 00 03 08 0b 80 00
            """);
    JsonNode memory = parsed.facts().path("devices").path(0).path("memory");

    assertThat(memory.path("size_bytes").asLong()).isEqualTo(16L << 30);
    assertThat(memory.path("serial").asString("")).isEqualTo("00c0ffee");
    assertThat(memory.path("part_number").asString("")).isEqualTo("EX-16G");
    assertThat(parsed.notUnderstood()).isEmpty();
  }

  @Test
  void theBlocksOfAVerboseEventLogAreItsEntries() throws ParseFailure {
    JsonNode facts =
        facts(
            "ipmitool-sel",
            """
            SEL Record ID          : 0001
             Record Type           : 02
             Timestamp             : 08/19/2019 10:30:25
             Sensor Type           : Event Logging Disabled
             Sensor Number         : 72
             Event Direction       : Assertion Event
             Description           : Log area reset/cleared

            SEL Record ID          : 000a
             Timestamp             : Pre-Init Time-stamp
             Sensor Type           : Power Supply
             Event Direction       : Deassertion Event
             Description           : Power Supply AC lost
            """);

    assertThat(facts.path("counts").path("entries").asLong()).isEqualTo(2);
    JsonNode first = facts.path("entries").path(0);
    assertThat(first.path("date").asString("")).isEqualTo("08/19/2019");
    assertThat(first.path("time").asString("")).isEqualTo("10:30:25");
    assertThat(first.path("sensor").asString("")).isEqualTo("Event Logging Disabled");
    assertThat(first.path("sensor_number").asLong()).isEqualTo(0x72);
    assertThat(first.path("asserted").asBoolean()).isTrue();
    JsonNode second = facts.path("entries").path(1);
    assertThat(second.path("id").asLong()).isEqualTo(10);
    assertThat(second.path("date").asString("")).isEqualTo("pre-init");
    assertThat(second.path("asserted").asBoolean(true)).isFalse();
  }
}
