package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

public class LldpFrameTest {
  /** A switch's frame, made by hand from IEEE 802.1AB-2016, 802.1Q annex D and 802.3 clause 79. */
  public static final String SWITCH =
      "0180c200000e" // to the nearest bridge
          + "444ca8123457"
          + "88cc"
          + "020704444ca8123456" // chassis: MAC
          + "040b0545746865726e65743132" // port: name of the interface
          + "06020078" // 120 s
          + "0809736572766572203132" // server 12
          + "0a04746f7231" // tor1
          + "0c08454f5320342e3230" // EOS 4.20
          + "0e0400140004" // can bridge and route, bridges
          + "100c05010a000002020000000100" // management 10.0.0.2
          + "10181102fe800000000000000000000000000001020000000100" // management fe80::1
          + "fe060080c2010064" // PVID 100
          + "fe0b0080c20300640476313030" // VLAN 100: v100
          + "fe090080c2070300000007" // aggregated, port 7
          + "fe0600120f042414" // 9236 bytes
          + "0000";

  @Test
  void everythingThatASwitchSaysOfItselfIsRead() throws ParseFailure {
    ObjectNode said = LldpFrame.read("eno1", HexFormat.of().parseHex(SWITCH)).node();
    assertThat(said.path("interface").asString()).isEqualTo("eno1");
    assertThat(said.path("chassis_id_type").asString()).isEqualTo("mac");
    assertThat(said.path("chassis_id").asString()).isEqualTo("44:4c:a8:12:34:56");
    assertThat(said.path("port_id_type").asString()).isEqualTo("ifname");
    assertThat(said.path("port_id").asString()).isEqualTo("Ethernet12");
    assertThat(said.path("port_description").asString()).isEqualTo("server 12");
    assertThat(said.path("ttl_seconds").asInt()).isEqualTo(120);
    assertThat(said.path("system_name").asString()).isEqualTo("tor1");
    assertThat(said.path("management_addresses").toString())
        .isEqualTo("[\"10.0.0.2\",\"fe80::1\"]");
    assertThat(said.path("pvid").asInt()).isEqualTo(100);
    assertThat(said.at("/vlans/0/name").asString()).isEqualTo("v100");
    assertThat(said.path("mtu_bytes").asInt()).isEqualTo(9236);
    assertThat(said.path("aggregation_port").asInt()).isEqualTo(7);
    assertThat(said.at("/capabilities/bridge").asBoolean()).isTrue();
    assertThat(said.at("/capabilities/router").asBoolean()).isFalse();
  }

  @Test
  void aFrameThatIsCutOrChangedGivesFactsOrTheParsersError() {
    byte[] whole = HexFormat.of().parseHex(SWITCH);
    Random random = new Random(802);
    for (int round = 0; round < 20_000; round++) {
      byte[] frame = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
      for (int i = random.nextInt(4); i > 0; i--) {
        frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(LldpFrame.read("eno1", frame).node().path("chassis_id").asString()).isNotEmpty();
      } catch (ParseFailure e) {
        assertThat(e.reason()).isNotBlank();
      }
    }
    assertThatThrownBy(() -> LldpFrame.read("eno1", new byte[60]))
        .isInstanceOf(ParseFailure.class)
        .hasMessageContaining("not LLDP");
  }
}
