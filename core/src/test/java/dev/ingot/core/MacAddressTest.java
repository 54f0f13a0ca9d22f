package dev.ingot.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MacAddressTest {
  @Test
  void addressesAreReadInAnyCaseWithColonsOrDashes() {
    assertThat(MacAddress.parse(" 38-63-BB-3F-4B-F4 ").value()).isEqualTo("38:63:bb:3f:4b:f4");
    assertThatThrownBy(() -> MacAddress.parse("38:63:bb:3f:4b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a MAC address");
  }

  @Test
  void onlyUniversalUnicastNonZeroAddressesIdentify() {
    assertThat(MacAddress.parse("38:63:bb:3f:4b:f4").identifies()).isTrue();
    assertThat(MacAddress.parse("3a:63:bb:3f:4b:f4").identifies()).as("U/L bit").isFalse();
    assertThat(MacAddress.parse("39:63:bb:3f:4b:f4").identifies()).as("group bit").isFalse();
    assertThat(MacAddress.parse("ff:ff:ff:ff:ff:ff").identifies()).isFalse();
    assertThat(MacAddress.parse("00:00:00:00:00:00").identifies()).isFalse();
  }
}
