package dev.ingot.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityFactsTest {
  @Test
  void factsSurviveJson() {
    IdentityFacts facts =
        new IdentityFacts(
            "U",
            "S",
            null,
            null,
            null,
            null,
            List.of(new IdentityFacts.Port("e", "a", null, true, true)),
            "i",
            List.of("board_serial"));
    assertThat(Json.MAPPER.readValue(Json.bytes(facts), IdentityFacts.class)).isEqualTo(facts);
  }

  @Test
  void whatCouldNotBeReadMayBeLeftOut() {
    IdentityFacts facts =
        Json.MAPPER.readValue("{\"productUuid\":\"U\",\"ports\":[]}", IdentityFacts.class);
    assertThat(facts.unreadable()).isEmpty();
  }
}
