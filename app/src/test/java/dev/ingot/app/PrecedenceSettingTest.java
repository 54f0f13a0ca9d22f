package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.ConfigurationException;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.inventory.Source;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The setting {@code inventory.precedence} names each source once. */
class PrecedenceSettingTest {
  private static List<Source> read(String precedence) {
    return Configuration.read(
            ServerSettings.class,
            ServerSettings.DEFAULT,
            null,
            Map.of(),
            Map.of("inventory.precedence", precedence))
        .inventory()
        .precedence();
  }

  @Test
  void anyOrderOfAllSourcesIsTaken() {
    assertThat(read("import, bmc,mercury,agent"))
        .containsExactly(Source.IMPORT, Source.BMC, Source.MERCURY, Source.AGENT);
    assertThat(read("import, bmc,agent"))
        .as("few have Mercury's agents")
        .containsExactly(Source.IMPORT, Source.BMC, Source.AGENT, Source.MERCURY);
    assertThat(ServerSettings.DEFAULT.inventory().precedence())
        .containsExactly(Source.AGENT, Source.BMC, Source.MERCURY, Source.IMPORT);
  }

  @Test
  void whatIsUnknownDoubledOrMissingStopsTheStartWithTheKey() {
    Map.of(
            "agent,bmc,import,ipmi", "\"ipmi\"",
            "agent,bmc,import,agent", "agent is there 2 times",
            "agent,import", "bmc is missing",
            "bmc,bmc", "agent is missing, bmc is there 2 times, import is missing",
            "", "agent is missing")
        .forEach(
            (given, said) ->
                assertThatThrownBy(() -> read(given))
                    .as(given)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("inventory.precedence")
                    .hasMessageContaining(said));
  }
}
