package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What tools write when asked for more, and what other programs wrap around their outputs. */
class FormsOfVerboseToolsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void sensorsAreReadFromTheBlocksOfVerboseIpmitool() throws ParseFailure {
    JsonNode facts =
        facts(
            "ipmitool-sdr",
            """
            Running Get PICMG Properties my_addr 0x20, transit 0, target 0
            Discovered IPMB address 0x0
            Sensor ID              : Temp_CPU0 (0xaa)
             Entity ID             : 65.1 (Processor)
             Sensor Type (Threshold)  : Temperature (0x01)
             Sensor Reading        : 34 (+/- 0) % degrees C
             Status                : ok
             Nominal Reading       : 45.000
             Lower critical        : -5.000
             Upper critical        : 96.000
             Upper non-critical    : na
             Assertions Enabled    : unc+ ucr+

            Sensor ID              : Fan 3 (0x31)
             Entity ID             : 29.3 (Fan Device)
             Sensor Type (Threshold)  : Fan
             Sensor Reading        : No Reading
             Status                : ns

            Sensor ID              : PSU1 Status (0xc8)
             Entity ID             : 10.1 (Power Supply)
             Sensor Type (Discrete): Power Supply
             Sensor Reading        : 0h
             States Asserted       : Power Supply
                                     [Presence detected]
                                     [Power Supply AC lost]
            """);

    assertThat(facts.path("counts").path("sensors").asLong()).isEqualTo(3);
    JsonNode processor = facts.path("sensors").path(0);
    assertThat(processor.path("name").asString("")).isEqualTo("Temp_CPU0");
    assertThat(processor.path("number").asLong()).isEqualTo(0xaa);
    assertThat(processor.path("entity").asString("")).isEqualTo("65.1");
    assertThat(processor.path("entity_name").asString("")).isEqualTo("Processor");
    assertThat(processor.path("type").asString("")).isEqualTo("Temperature");
    assertThat(processor.path("reading").asDouble()).isEqualTo(34);
    assertThat(processor.path("unit").asString("")).isEqualTo("celsius");
    assertThat(processor.path("lower_critical").asDouble()).isEqualTo(-5);
    assertThat(processor.path("upper_critical").asDouble()).isEqualTo(96);
    assertThat(processor.has("upper_non_critical")).isFalse();
    assertThat(facts.path("sensors").path(1).has("reading")).isFalse();
    assertThat(facts.path("sensors").path(1).path("status").asString("")).isEqualTo("ns");
    assertThat(facts.path("sensors").path(2).path("event").asString(""))
        .isEqualTo("Presence detected");
  }

  @Test
  void aSystemOfLshwMayHaveNoClass() throws ParseFailure {
    JsonNode facts =
        facts(
            "lshw",
            """
            {"id": "node7", "product": "Box 9000", "vendor": "Maker", "serial": "S7",
             "children": [{"id": "cpu", "class": "processor", "product": "Fast"}]}
            """);

    assertThat(facts.path("system").path("serial").asString("")).isEqualTo("S7");
    assertThat(facts.path("processors").size()).isEqualTo(1);
  }

  @Test
  void aDriveOfStorcliIsFoundBelowWhatAProgramWrapsAroundIt() throws ParseFailure {
    JsonNode facts =
        facts(
            "storcli",
            """
            {"createdAt": "2024-01-01", "data": {"Controllers": [{
              "Command Status": {"Controller": 0, "Status": "Success"},
              "Response Data": {
                "Drive /c0/e8/s1": [{"EID:Slt": "8:1", "DID": 9, "State": "Onln",
                  "Size": "1.000 TB", "Intf": "SATA", "Med": "HDD", "Model": "DISK"}],
                "Drive /c0/e8/s1 - Detailed Information": {
                  "Drive /c0/e8/s1 State": {"S_M_A_R_T alert flagged by drive": "Yes"},
                  "Drive /c0/e8/s1 Device attributes": {"SN": "ZX1"}}}}]}}
            """);

    JsonNode drive = facts.path("adapters").path(0).path("physical_drives").path(0);
    assertThat(drive.path("serial").asString("")).isEqualTo("ZX1");
    assertThat(drive.path("smart_alert").asBoolean()).isTrue();
  }

  @Test
  void linksOfTwoCommandsOfIpAreToldOnce() throws ParseFailure {
    JsonNode facts =
        facts(
            "ip",
            """
            # ip addr
            2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
                link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
                altname enp1s0
                inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0
            5: eth0@100@eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
                link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
            # ip link
            2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT
                link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
                vf 0     link/ether 02:00:00:00:01:00 brd ff:ff:ff:ff:ff:ff
                vf 1     link/ether 02:00:00:00:01:01 brd ff:ff:ff:ff:ff:ff
                altname enp1s0
            """);

    assertThat(facts.path("links").size()).isEqualTo(2);
    JsonNode link = facts.path("links").path(0);
    assertThat(link.path("addresses").size()).isEqualTo(1);
    assertThat(link.path("alternative_names").size()).isEqualTo(1);
    assertThat(link.path("virtual_functions").asLong()).isEqualTo(2);
    assertThat(facts.path("links").path(1).path("name").asString("")).isEqualTo("eth0@100");
    assertThat(facts.path("links").path(1).path("lower").asString("")).isEqualTo("eth0");
  }
}
