package dev.ingot.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RoutingKeyTest {
  private static Event event(String typeId, String nodeId) {
    return new Event(
        "1",
        Instant.EPOCH,
        "node",
        "lost",
        "warning",
        typeId,
        nodeId,
        Json.MAPPER.createObjectNode());
  }

  @Test
  void aWordStaysOneWord() {
    assertThat(RoutingKey.of(event("a.b*c#d%e", "01ab")))
        .isEqualTo("node.lost.warning.a%2Eb%2Ac%23d%25e.01ab");
    assertThat(RoutingKey.of(event("web", null))).isEqualTo("node.lost.warning.web");
  }

  @Test
  void noKeyIsLongerThanAmqpAllowsAndNoCharacterIsCutInTwo() {
    Random random = new Random(7);
    String[] pieces = {"a", ".", "%", "é", "😀", "x#"};
    for (int i = 0; i < 2_000; i++) {
      StringBuilder id = new StringBuilder();
      int length = random.nextInt(300);
      for (int j = 0; j < length; j++) {
        id.append(pieces[random.nextInt(pieces.length)]);
      }
      String key = RoutingKey.of(event(id.toString(), "01".repeat(21)));
      assertThat(key.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(255);
      assertThat(key).endsWith("." + "01".repeat(21)).doesNotContain("\uFFFD");
      assertThat(key.split("\\.", -1)).hasSize(5);
      assertThat(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .isEqualTo(key);
      assertThat(key.replaceAll("%(25|2E|2A|23)", "")).doesNotContain("%");
    }
  }
}
