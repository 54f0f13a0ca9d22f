package dev.ingot.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BehavioursTest {
  @Test
  void aFleetHasAsManyOfEachAsIsSaid() {
    Behaviours mix = Behaviours.of("slow=10,failing=5");
    Map<Behaviour, Integer> counts = new EnumMap<>(Behaviour.class);
    for (int number = 0; number < 10_000; number++) {
      counts.merge(mix.of(number), 1, Integer::sum);
    }
    assertThat(counts.get(Behaviour.SLOW)).isBetween(900, 1100);
    assertThat(counts.get(Behaviour.FAILING)).isBetween(420, 580);
    assertThat(counts.get(Behaviour.STEADY)).isBetween(8300, 8700);
    assertThat(counts).hasSize(3);
    assertThat(Behaviours.of("").of(7)).isEqualTo(Behaviour.STEADY);
    assertThat(Behaviours.of("lying=100").of(7)).isEqualTo(Behaviour.LYING);
  }

  @Test
  void whatIsNoMixIsRefusedWithWhatWouldBeRight() {
    assertThatThrownBy(() -> Behaviours.of("slow"))
        .hasMessageContaining("slow: a word and a percentage are wanted, e.g. slow=5");
    assertThatThrownBy(() -> Behaviours.of("lazy=5"))
        .hasMessage("lazy is none of steady, slow, failing, flapping, lying, rebooting");
    assertThatThrownBy(() -> Behaviours.of("slow=60,failing=60"))
        .hasMessageContaining("more than 100 percent");
  }
}
