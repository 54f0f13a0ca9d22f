package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.ingot.agent.parse.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file or a tool says, a parser answers or says {@link ToolUnavailable}. */
class ParserRobustnessTest {
  private static final int ROUNDS = 2000;

  private interface Parser {
    Object parse(String text) throws ToolUnavailable;
  }

  private record Sample(String text, Parser parser) {}

  private static final Map<String, Sample> SAMPLES = new LinkedHashMap<>();

  static {
    SAMPLES.put(
        "cpuinfo",
        new Sample(
            "processor : 0\nmodel name : X\ncpu MHz : 2.5\nflags : a b\n\nprocessor : 1\n",
            text -> {
              CpuInfo info = CpuInfo.parse(text);
              return info.modelName(0) + info.words(0, "flags") + info.number(0, "processor");
            }));
    SAMPLES.put("meminfo", new Sample("MemTotal: 24684084 kB\nX: 3\n", MemInspector::parse));
    SAMPLES.put("cpulist", new Sample("0-3,8,10-11", CpuLists::parse));
    SAMPLES.put(
        "lspci",
        new Sample(
            "Slot:\t00:01.0\nClass:\tBridge [0600]\nVendor:\tIntel [8086]\n\n", PciNames::parse));
    SAMPLES.put(
        "lsblk",
        new Sample(
            "{\"blockdevices\":[{\"kname\":\"sda\",\"serial\":\"1\",\"children\":[{\"name\":\"sda1\"}]}]}",
            BlockDevices::parse));
    SAMPLES.put(
        "ip address",
        new Sample(
            "[{\"ifname\":\"e\",\"permaddr\":\"a\",\"addr_info\":[{\"family\":\"inet\",\"local\":\"1.2.3.4\",\"prefixlen\":24}]}]",
            IpLinks::parse));
    SAMPLES.put(
        "ip route",
        new Sample(
            "[{\"dst\":\"default\",\"gateway\":\"1.2.3.4\",\"dev\":\"e\",\"metric\":5,\"flags\":[\"onlink\"],\"nexthops\":[{\"weight\":1}]}]",
            text -> IpRoutes.parse(text, "ipv4")));
    SAMPLES.put(
        "/proc/net/route",
        new Sample(
            "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n", ProcRoutes::parse4));
    SAMPLES.put(
        "/proc/net/ipv6_route",
        new Sample(
            "fd000000000000000000000000000000 40 00000000000000000000000000000000 00"
                + " 00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth0\n",
            ProcRoutes::parse6));
    SAMPLES.put("number", new Sample("0x1f", text -> String.valueOf(Numbers.parse(text))));
    SAMPLES.put("size", new Sample("1024 KB", text -> String.valueOf(Numbers.size(text))));
    SAMPLES.put("scaled", new Sample("2596.1", text -> String.valueOf(Numbers.scaled(text, 1000))));
    SAMPLES.put("slot", new Sample("0000:00:03.0", text -> String.valueOf(PciAddress.parse(text))));
    SAMPLES.put(
        "serial page",
        new Sample(
            "\0\u0080\0\u0004ABCD",
            text ->
                String.valueOf(
                    DiskLabels.unitSerialNumber(
                        text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))));
  }

  @Test
  void nothingThatIsSaidBreaksAParser() {
    SAMPLES.forEach(
        (name, sample) -> {
          Random random = new Random(name.hashCode());
          int answered = 0;
          for (int round = 0; round < ROUNDS; round++) {
            String text = round == 0 ? sample.text() : damage(sample.text(), random);
            try {
              assertThat(sample.parser().parse(text)).isNotNull();
              answered++;
            } catch (ToolUnavailable e) {
              assertThat(e.reason()).isNotBlank();
            } catch (RuntimeException e) {
              fail("parser of " + name + " broke on round " + round + ": '" + text + "'", e);
            }
          }
          assertThat(answered).as("texts that %s took", name).isPositive();
        });
  }

  private static String damage(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = 1 + random.nextInt(6); i > 0 && !damaged.isEmpty(); i--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(5)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, (char) random.nextInt(256));
        case 2 ->
            damaged.setCharAt(at, "0123456789abcdef:-,[]{}\"\n\t ".charAt(random.nextInt(27)));
        case 3 -> damaged.insert(at, damaged.substring(at));
        default -> damaged.setLength(at);
      }
    }
    return damaged.toString();
  }
}
