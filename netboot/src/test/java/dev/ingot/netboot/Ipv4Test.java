package dev.ingot.netboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Ipv4Test {
  @Test
  void fourNumbersWithDotsAreRead() {
    assertThat(Ipv4.parse("10.0.255.1")).isEqualTo(new Ipv4(0x0a00ff01));
    assertThat(Ipv4.parse("0.0.0.0")).isEqualTo(Ipv4.NONE);
    assertThat(Ipv4.parse("255.255.255.255")).isEqualTo(Ipv4.BROADCAST);
    assertThat(Ipv4.parse("010.001.000.099").toString()).isEqualTo("10.1.0.99");
  }

  @Test
  void anythingElseIsRefused() {
    for (String wrong :
        new String[] {
          "",
          ".",
          "1",
          "1.2.3",
          "1.2.3.",
          ".1.2.3",
          "1..2.3",
          "1.2.3.4.",
          "1.2.3.4.5",
          "1.2.3.0001",
          "1.2.3.x",
          "1.2.3.-4",
          " 1.2.3.4",
          "1.2.3.4 ",
          "1.2.3.\u0664",
          "localhost",
          "::1"
        }) {
      assertThatThrownBy(() -> Ipv4.parse(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("four numbers with dots");
    }
    assertThatThrownBy(() -> Ipv4.parse("1.2.256.4")).hasMessageContaining("256 is above 255");
  }
}
