package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.http.Reach;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReachTest {
  @Test
  void everyAddressHasItsReach() throws Exception {
    Map<String, Reach> expected =
        Map.ofEntries(
            Map.entry("8.8.8.8", Reach.PUBLIC),
            Map.entry("2001:4860:4860::8888", Reach.PUBLIC),
            Map.entry("10.1.2.3", Reach.PRIVATE),
            Map.entry("172.16.0.1", Reach.PRIVATE),
            Map.entry("172.32.0.1", Reach.PUBLIC),
            Map.entry("192.168.1.1", Reach.PRIVATE),
            Map.entry("100.64.0.1", Reach.PRIVATE),
            Map.entry("fd00::1", Reach.PRIVATE),
            Map.entry("127.0.0.1", Reach.LOOPBACK),
            Map.entry("127.9.9.9", Reach.LOOPBACK),
            Map.entry("::1", Reach.LOOPBACK),
            Map.entry("::ffff:127.0.0.1", Reach.LOOPBACK),
            Map.entry("64:ff9b::7f00:1", Reach.LOOPBACK),
            Map.entry("2002:7f00:1::", Reach.LOOPBACK),
            Map.entry("169.254.169.254", Reach.ANY),
            Map.entry("::ffff:169.254.169.254", Reach.ANY),
            Map.entry("fe80::1", Reach.ANY),
            Map.entry("0.0.0.0", Reach.ANY),
            Map.entry("0.1.2.3", Reach.ANY),
            Map.entry("::", Reach.ANY),
            Map.entry("224.0.0.1", Reach.ANY),
            Map.entry("ff02::1", Reach.ANY),
            Map.entry("255.255.255.255", Reach.ANY));
    for (Map.Entry<String, Reach> each : expected.entrySet()) {
      assertThat(Reach.of(InetAddress.getByName(each.getKey())))
          .as(each.getKey())
          .isEqualTo(each.getValue());
    }
  }

  @Test
  void aGlobMatchesWhatItsRegularExpressionDoes() {
    Random random = new Random(3);
    for (int i = 0; i < 20_000; i++) {
      String glob = text(random, "ab*?", 6);
      String text = text(random, "ab", 8);
      boolean expected = Pattern.matches(glob.replace("*", ".*").replace("?", "."), text);
      assertThat(Glob.matches(glob, text)).as(glob + " on " + text).isEqualTo(expected);
    }
    assertThat(Glob.matches("*a".repeat(100), "a".repeat(200) + "b")).isFalse(); // at once
  }

  private static String text(Random random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @Test
  void retryAfterIsSecondsOrADate() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(Verdict.retryAfter("120", now)).isEqualTo(Duration.ofMinutes(2));
    assertThat(Verdict.retryAfter(" Fri, 02 Jan 2026 03:05:05 GMT", now))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(Verdict.retryAfter("Thu, 01 Jan 2026 03:05:05 GMT", now)).isEqualTo(Duration.ZERO);
    assertThat(Verdict.retryAfter("soon", now)).isNull();
    assertThat(Verdict.retryAfter("99999999999999999999", now)).isNull();
  }
}
