package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkCardTest {
  @TempDir Path interfaces;

  @Test
  void aCardIsFoundBeneathABridgeAndItsVlan() throws Exception {
    Files.createDirectories(interfaces.resolve("eno1/device"));
    Files.createDirectories(interfaces.resolve("eno1.7/lower_eno1"));
    Files.createDirectories(interfaces.resolve("tap0"));
    Files.createDirectories(interfaces.resolve("br0/lower_tap0"));
    assertThat(NetworkCard.under(interfaces, "eno1")).isTrue();
    assertThat(NetworkCard.under(interfaces, "eno1.7")).isTrue();
    assertThat(NetworkCard.under(interfaces, "br0")).isFalse();
    Files.createDirectories(interfaces.resolve("br0/lower_eno1.7"));
    assertThat(NetworkCard.under(interfaces, "br0")).isTrue();
  }

  @Test
  void loopbackIsWithinThisMachine() {
    assertThat(NetworkCard.under("127.0.0.1")).isFalse();
  }
}
