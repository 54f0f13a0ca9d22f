package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsLimitsTest {
  @Test
  void aValueWithWhichNoServerCouldWorkIsRefusedByItsKey() {
    refused("database.api-connections", "0", "api-connections");
    refused("database.engine-connections", "-1", "engine-connections");
    refused("database.ingest-connections", "1001", "from 1 to 1000");
    refused("database.api-wait", "0s", "api-wait");
    refused("nodes.presence.silence", "0s", "silence");
    refused("nodes.presence.interval", "15s", "shorter than lease");
    refused("nodes.joining.token-lifetime", "0s", "token-lifetime");
    refused("agents.heartbeat", "0s", "heartbeat");
    refused("agents.silence", "10s", "silence");
    refused("agents.ingest-workers", "0", "ingest-workers");
  }

  private static void refused(String key, String value, String word) {
    assertThatThrownBy(
            () ->
                Configuration.read(
                    ServerSettings.class,
                    ServerSettings.DEFAULT,
                    null,
                    Map.of(),
                    Map.of(key, value)))
        .as(key)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(key.substring(0, key.lastIndexOf('.')))
        .hasMessageContaining(word);
  }
}
