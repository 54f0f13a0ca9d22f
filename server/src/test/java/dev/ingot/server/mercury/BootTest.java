package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class BootTest {
  private static final LocalDateTime THEN = LocalDateTime.parse("2019-04-05T10:59:59");

  private static LocalDateTime said(String uptime) {
    return MercuryDocument.booted(
        (ObjectNode)
            Json.read("{\"system_health\": {\"system_uptime\": \"%s\"}}".formatted(uptime)));
  }

  @Test
  void aBootIsKnownByItsTimeWhereTheAgentSaysIt() {
    assertThat(said("2019-04-05 10:59:59\\n")).isEqualTo(THEN);
    assertThat(said("up 3 days, 2 hours")).isNull();
    assertThat(MercuryDocument.booted((ObjectNode) Json.read("{\"system_health\": null}")))
        .isNull();
    String first = Boot.name(null, THEN);
    assertThat(first).isEqualTo("mercury-2019-04-05T10:59:59");
    assertThat(Boot.name(first, THEN.plusSeconds(2))).isEqualTo(first);
    assertThat(Boot.isAnother(first, first)).isFalse();
    String second = Boot.name(first, THEN.plusSeconds(70));
    assertThat(second).isEqualTo("mercury-2019-04-05T11:01:09");
    assertThat(Boot.isAnother(first, second)).isTrue();
  }

  @Test
  void anAgentThatDoesNotSayWasStartedAgainAsFarAsIsKnown() {
    String unknown = Boot.name("5b4fd4cd-of-an-agent-of-ours", null);
    assertThat(Boot.name(unknown, null)).isEqualTo(unknown);
    assertThat(Boot.isAnother(unknown, Boot.name(unknown, THEN))).isFalse();
    String known = Boot.name(null, THEN);
    assertThat(Boot.name(known, null)).isEqualTo(known);
  }
}
