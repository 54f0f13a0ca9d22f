package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessagePackJsonTest {
  @Test
  void whatIsHalfOrAnnouncesMoreThanItHoldsIsRefusedWithoutTakingMemoryForIt() {
    for (String octets :
        new String[] {
          "",
          "c1",
          "d9",
          "db7fffffff",
          "dbffffffff",
          "c67fffffff",
          "ddffffffff",
          "dfffffffff",
          "c97fffffff01",
          "82a16101",
          "cb7ff8000000000000",
          "0101"
        }) {
      assertThatThrownBy(() -> MessagePackJson.read(HexFormat.of().parseHex(octets)))
          .as(octets)
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] many = new byte[1 << 20];
    java.util.Arrays.fill(many, (byte) 0x90);
    System.arraycopy(HexFormat.of().parseHex("dd000ffffb"), 0, many, 0, 5);
    assertThatThrownBy(() -> MessagePackJson.read(many)).hasMessageContaining("100000 values");
    byte[] deep = new byte[1000];
    java.util.Arrays.fill(deep, (byte) 0x91);
    assertThatThrownBy(() -> MessagePackJson.read(deep)).hasMessageContaining("deeper");
  }

  @Test
  void whateverComesIsReadOrRefused() {
    Random random = new Random(7);
    for (int turn = 0; turn < 20_000; turn++) {
      byte[] octets = new byte[random.nextInt(40)];
      random.nextBytes(octets);
      try {
        assertThat(MessagePackJson.read(MessagePackJson.write(MessagePackJson.read(octets))))
            .isNotNull();
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    var value =
        Json.read(
            "{\"a\": [1, -1, 18446744073709551615, 2.5, true, null, \"é\"], \"\": {\"b\": []}}");
    assertThat(MessagePackJson.read(MessagePackJson.write(value))).hasToString(value.toString());
  }
}
