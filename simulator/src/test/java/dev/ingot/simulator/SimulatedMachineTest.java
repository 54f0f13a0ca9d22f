package dev.ingot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.link.Sections;
import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedMachineTest {
  private static final int FLEET = 2_000;

  @Test
  void theSameSeedMakesTheSameMachine() {
    for (int number = 0; number < 20; number++) {
      SimulatedMachine one = new SimulatedMachine(7, number);
      SimulatedMachine again = new SimulatedMachine(7, number);
      assertThat(again.sections(Behaviour.STEADY).digests())
          .isEqualTo(one.sections(Behaviour.STEADY).digests());
      assertThat(again.key()).isEqualTo(one.key());
      assertThat(new SimulatedMachine(8, number).key()).isNotEqualTo(one.key());
    }
  }

  @Test
  void noTwoMachinesOfAFleetShareAnIdAKeyOrAnAddress() {
    Set<String> ids = new HashSet<>();
    Set<String> keys = new HashSet<>();
    Set<String> addresses = new HashSet<>();
    for (int number = 0; number < FLEET; number++) {
      SimulatedMachine machine = new SimulatedMachine(1, number);
      var facts = machine.myself("1", "boot", "process").facts();
      assertThat(ids.add(MercuryId.derive(facts).id().value())).isTrue();
      assertThat(keys.add(machine.key())).isTrue();
      facts.ports().forEach(port -> assertThat(addresses.add(port.address())).isTrue());
    }
  }

  @Test
  void aDocumentHasAboutTwentyKilobytes() {
    long bytes = 0;
    for (int number = 0; number < 100; number++) {
      Sections sections = new SimulatedMachine(1, number).sections(Behaviour.STEADY);
      for (String name : sections.digests().keySet()) {
        bytes += Json.bytes(Objects.requireNonNull(sections.section(name).content())).length;
      }
    }
    assertThat(bytes / 100).isBetween(17_000L, 23_000L);
  }
}
