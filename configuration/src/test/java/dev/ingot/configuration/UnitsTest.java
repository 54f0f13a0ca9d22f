package dev.ingot.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void durationsAreReadAsTheyAreWritten() {
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      Duration duration = Duration.ofMillis(random.nextLong(1L << random.nextInt(1, 50)));
      assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
    assertThat(Durations.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Durations.format(Duration.ofSeconds(90))).isEqualTo("1m30s");
    for (String wrong : List.of("", "30", "s", "-1s", "1s2", "1 s", "1w", "999999999999d1x")) {
      assertThatIllegalArgumentException().isThrownBy(() -> Durations.parse(wrong));
    }
  }

  @Test
  void amountsOfBytesAreReadAsTheyAreWritten() {
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      ByteSize size = new ByteSize(random.nextLong(1L << random.nextInt(1, 60)));
      assertThat(ByteSize.parse(size.toString())).isEqualTo(size);
    }
    for (int i = 0; i < 1_000; i++) {
      String amount = random.nextLong(1L << random.nextInt(1, 22)) + "." + random.nextInt(1_000);
      assertThat(ByteSize.parse(amount + "TiB").bytes())
          .as(amount)
          .isEqualTo(new BigDecimal(amount).multiply(BigDecimal.valueOf(1L << 40)).longValue());
    }
    assertThat(ByteSize.parse("8388607.999TiB")).isLessThan(new ByteSize(Long.MAX_VALUE));
    assertThat(ByteSize.parse("0.001kB")).isEqualTo(new ByteSize(1));
    assertThat(ByteSize.parse("1.5GiB")).isEqualTo(ByteSize.ofMebibytes(1536));
    assertThat(ByteSize.parse("2 kb")).isEqualTo(new ByteSize(2000));
    assertThat(ByteSize.ofGibibytes(10)).hasToString("10GiB");
    for (String wrong :
        List.of("", "10", "GiB", "-1B", "1XB", "99999999999TiB", "8388608TiB", "1.0000B", "1.B")) {
      assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.parse(wrong));
    }
  }
}
