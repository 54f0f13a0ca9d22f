package dev.ingot.server.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import org.junit.jupiter.api.Test;

class DisagreementTest {
  @Test
  void aKeyWithADotIsNotTakenForAPathThatSomebodyMayBeGranted() {
    assertThat(
            Disagreement.between(
                "o",
                Json.read("{\"a.b\": 1, \"a\": {\"b\": 1, \"c\": 1}}"),
                Json.read("{\"a.b\": 2, \"a\": {\"b\": 2, \"c\": 1}}"),
                FieldClasses.ALL_CONFIG))
        .extracting(Disagreement::path)
        .containsExactlyInAnyOrder("o[\"a.b\"]", "o.a.b");
  }
}
