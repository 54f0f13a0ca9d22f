package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.agent.parse.Ipv6Text;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RoutesInspectorTest {
  /** One machine, asked both ways. */
  private static final String IP4 =
      """
      [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":100,"flags":["onlink","linkdown"]},
       {"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"192.0.2.2","flags":[]}]
      """;

  private static final String IP6 =
      """
      [{"dst":"fd00::/64","dev":"eth0","protocol":"kernel","metric":256,"flags":[],"pref":"medium"},
       {"dst":"fe80::/64","dev":"eth0","protocol":"kernel","metric":256,"flags":[],"pref":"medium"},
       {"dst":"default","gateway":"fd00::1","dev":"eth0","metric":1024,"flags":[],"pref":"medium"}]
      """;

  private static final String PROC4 =
      """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
      eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
      """;

  private static final String PROC6 =
      """
      fd000000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
      fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0
      00000000000000000000000000000000 00 00000000000000000000000000000000 00 fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
      00000000000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo
      fd000000000000000000000000000002 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0
      ff000000000000000000000000000000 08 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000003 00000000 00000001     eth0
      00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
      """;

  @TempDir Path root;

  @Test
  void routesHaveMercurysNamesAndAStableOrder() {
    Inspector.Findings findings = inspect(withIp());
    assertThat(findings.missing()).isNull();
    assertThat(findings.content().get(0).toString())
        .isEqualTo(
            "{\"family\":\"ipv4\",\"destination\":\"192.0.2.0/24\",\"dev\":\"eth0\",\"src\":\"192.0.2.2\","
                + "\"proto\":\"kernel\",\"scope\":\"link\"}");
    assertThat(findings.content().get(1).toString())
        .isEqualTo(
            "{\"family\":\"ipv4\",\"destination\":\"default\",\"via\":\"192.0.2.1\",\"dev\":\"eth0\","
                + "\"metric\":100,\"flags\":[\"onlink\"]}");
    assertThat(keys(findings.content())).hasSize(5);
  }

  @Test
  void withoutIpTheKernelsOwnTablesSayTheSame() {
    Assumptions.assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "recorded on a little-endian machine");
    List<String> asked = keys(inspect(withIp()).content());
    Inspector.Findings findings =
        inspect(
            new FakeMachine(root).file("proc/net/route", PROC4).file("proc/net/ipv6_route", PROC6));
    assertThat(keys(findings.content())).isEqualTo(asked);
    assertThat(findings.missing()).startsWith("ip is not installed");
  }

  @Test
  void severalWaysAtOnceAndRoutersOfTheOtherFamilyAreKept() throws ToolUnavailable {
    String json =
        """
        [{"dst":"10.0.0.0/8","flags":[],"nexthops":[{"gateway":"192.0.2.1","dev":"a","weight":1,"flags":[]},
          {"gateway":"192.0.2.2","dev":"b","weight":2,"flags":[]}]},
         {"dst":"default","via":{"family":"inet6","host":"fe80::1"},"dev":"a"},
         {"type":"blackhole","dst":"192.168.0.0/16","dev":"lo"}]
        """;
    assertThat(IpRoutes.parse(json, "ipv4").toString())
        .isEqualTo(
            "[{\"family\":\"ipv4\",\"destination\":\"10.0.0.0/8\",\"nexthops\":[{\"via\":\"192.0.2.1\",\"dev\":\"a\",\"weight\":1},{\"via\":\"192.0.2.2\",\"dev\":\"b\",\"weight\":2}]},"
                + " {\"family\":\"ipv4\",\"destination\":\"default\",\"via\":\"fe80::1\",\"dev\":\"a\"},"
                + " {\"family\":\"ipv4\",\"destination\":\"192.168.0.0/16\",\"type\":\"blackhole\",\"dev\":\"lo\"}]");
  }

  @Test
  void aMachineThatSaysNothingOfRoutesIsAFailure() {
    assertThatThrownBy(() -> new RoutesInspector().inspect(new FakeMachine(root).machine()))
        .isInstanceOf(InspectionFailed.class);
  }

  @Test
  void ipv6AddressesAreWrittenInTheOneForm() {
    assertThat(Ipv6Text.of(new byte[16])).isEqualTo("::");
    assertThat(Ipv6Text.of(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}))
        .isEqualTo("::1");
    assertThat(
            Ipv6Text.of(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}))
        .as("one group of zeros is not shortened")
        .isEqualTo("2001:db8:0:1:1:1:1:1");
    assertThat(Ipv6Text.of(new byte[] {0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}))
        .as("the longest run is shortened")
        .isEqualTo("2001:0:0:1::1");
  }

  private FakeMachine withIp() {
    return new FakeMachine(root).tool("ip -j -4 route show", IP4).tool("ip -j -6 route show", IP6);
  }

  private static List<String> keys(JsonNode routes) {
    return routes
        .valueStream()
        .map(
            route ->
                String.join(
                    " ",
                    route.path("family").asString(),
                    route.path("destination").asString(),
                    route.path("via").asString("-"),
                    route.path("dev").asString(),
                    route.path("metric").asString("0")))
        .toList();
  }

  private static Inspector.Findings inspect(FakeMachine machine) {
    return Catalogue.inspect(new RoutesInspector(), machine.machine());
  }
}
