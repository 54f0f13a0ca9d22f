package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.boot.BootTimeline.Attempt;
import dev.ingot.server.boot.BootTimeline.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootTimelineTest {
  private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");
  private final List<Row> rows = new ArrayList<>();

  @Test
  void aWholeBootHasNoGuess() {
    firmware(0);
    row(1, "file-sent", "{\"protocol\": \"tftp\"}");
    ipxe(2);
    row(3, "script-sent", "{}");
    row(4, "file-sent", "{\"protocol\": \"http\"}");
    Attempt attempt = only();
    assertThat(attempt.guess()).isNull();
    assertThat(attempt.seconds()).isEqualTo(4);
    assertThat(attempt.items())
        .extracting(BootTimeline.Item::seconds)
        .containsExactly(0.0, 1.0, 2.0, 2.1, 3.0, 4.0);
  }

  @Test
  void firmwareThatBeginsAnewAndLongSilenceAreNewAttempts() {
    firmware(0);
    row(1, "file-sent", "{\"protocol\": \"tftp\"}");
    firmware(60);
    firmware(2000);
    assertThat(BootTimeline.of(rows, Duration.ofMinutes(10), START.plusSeconds(9999))).hasSize(3);
  }

  @Test
  void ipxeInTheNetworkCardThatBeginsAnewAfterItsScriptIsANewAttempt() {
    ipxe(0);
    row(1, "script-sent", "{}");
    row(2, "file-sent", "{\"protocol\": \"http\"}");
    ipxe(60);
    row(61, "script-sent", "{}");
    assertThat(BootTimeline.of(rows, Duration.ofMinutes(10), START.plusSeconds(500))).hasSize(2);
  }

  @Test
  void firmwareThatRepeatsItselfIsOneAttempt() {
    firmware(0);
    firmware(4);
    firmware(12);
    assertThat(only().guess()).startsWith("a file was offered and never asked for");
  }

  @Test
  void whereItEndedEarlyIsGuessed() {
    firmware(0);
    row(1, "file-sent", "{\"protocol\": \"tftp\"}");
    assertThat(only().guess())
        .startsWith("the first file was sent and no script was asked for: Secure Boot");
    row(2, "script-withheld", "{}");
    assertThat(only().guess()).isEqualTo("script-withheld");
    row(3, "script-sent", "{}");
    assertThat(only().guess()).startsWith("the script was sent and nothing of it was fetched");
    row(4, "file-failed", "{\"protocol\": \"http\"}");
    assertThat(only().guess()).isEqualTo("a file could not be sent whole: file-failed");
  }

  @Test
  void aWaitForARouterAdvertisementIsNamed() {
    ipxe(0);
    row(16, "script-sent", "{}");
    row(17, "file-sent", "{\"protocol\": \"http\"}");
    assertThat(only().guess()).contains("router advertisement");
  }

  @Test
  void whatMayStillGoOnHasNoGuess() {
    firmware(0);
    assertThat(
            BootTimeline.of(rows, Duration.ofMinutes(10), START.plusSeconds(5)).getFirst().guess())
        .isNull();
  }

  private void firmware(double at) {
    row(at, "dhcp-offered", "{\"asked\": \"discover\", \"client\": \"pxe\"}");
  }

  private void ipxe(double at) {
    row(at, "dhcp-offered", "{\"asked\": \"discover\", \"client\": \"ipxe\"}");
    row(at + 0.1, "dhcp-heard", "{\"asked\": \"request\", \"client\": \"ipxe\"}");
  }

  private void row(double at, String kind, String data) {
    rows.add(
        new Row(
            rows.size(),
            START.plusMillis((long) (at * 1000)),
            "52:54:00:12:34:56",
            kind,
            kind,
            Json.read(data)));
  }

  private Attempt only() {
    List<Attempt> attempts = BootTimeline.of(rows, Duration.ofMinutes(10), START.plusSeconds(500));
    assertThat(attempts).hasSize(1);
    return attempts.getFirst();
  }
}
