package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.IdentityFacts;
import java.util.List;
import org.junit.jupiter.api.Test;

class FactsCodecTest {
  @Test
  void whatAnAgentCouldNotReadReachesTheServer() {
    IdentityFacts facts =
        new IdentityFacts(
            null, null, "T", null, null, null, List.of(), "i", List.of("product_uuid", "ports"));
    assertThat(FactsCodec.decode(Fields.of(FactsCodec.encode(facts), "facts"))).isEqualTo(facts);
  }

  @Test
  void factsOfWhichAllCouldBeReadSayNothingOfIt() {
    assertThat(FactsCodec.encode(Samples.FACTS).has("unreadable")).isFalse();
    assertThat(FactsCodec.decode(Fields.of(FactsCodec.encode(Samples.FACTS), "facts")))
        .isEqualTo(Samples.FACTS);
  }
}
