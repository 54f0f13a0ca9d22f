package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScriptRequestTest {
  private static final String LINE = "GET /boot/ipxe?mac=52:54:00:Ab:34:56 HTTP/1.1\r\n";
  private static final List<String> PLAIN =
      List.of(
          LINE + "Host: 10.0.0.1:8081\r\n\r\n",
          LINE + "Connection: keep-alive\r\nUser-Agent: iPXE/1.21.1\r\nHost: x\r\n\r\n",
          LINE + "HOST:x\r\naccept: */*\r\nconnection: Keep-Alive\r\n\r\n");

  private final ScriptRequest request = new ScriptRequest();

  @Test
  void plainRequestsAreRecognisedOnceTheyAreWhole() {
    for (String plain : PLAIN) {
      for (int length = 0; length < plain.length(); length++) {
        assertThat(read(plain.substring(0, length))).isEqualTo(ScriptRequest.INCOMPLETE);
      }
      assertThat(read(plain)).isEqualTo(plain.length());
      assertThat(read(plain + "GET /files/x")).isEqualTo(plain.length());
      assertThat(request.mac()).isEqualTo(new MacAddress("52:54:00:ab:34:56"));
    }
  }

  @Test
  void whateverSaysMoreIsForAWholeServer() {
    String first = PLAIN.getFirst();
    for (String other :
        List.of(
            first.replace("GET", "PUT"),
            first.replace("GET", "get"),
            first.replace("/boot/ipxe", "/BOOT/ipxe"),
            first.replace("1.1", "1.0"),
            first.replace(" HTTP", "&x=1 HTTP"),
            first.replace("Host", "Hos"),
            first.replace("Host: 10.0.0.1:8081\r\n", ""),
            first.replace("\r\n\r\n", "\r\nHost: y\r\n\r\n"),
            first.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
            first.replace("\r\n\r\n", "\r\nRange: bytes=0-3\r\n\r\n"),
            first.replace("\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n"),
            first.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n"),
            first.replace("\r\n\r\n", "\r\n folded\r\n\r\n"),
            LINE.substring(0, 25) + " HTTP/1.1\r\n\r\n",
            "GET /boot/ipxe?mac= HTTP/1.0\r\n\r\n",
            first.replace(" HTTP", "0 HTTP"),
            first.replace("\r\n", "\n"))) {
      assertThat(read(other)).as(other).isEqualTo(ScriptRequest.ANOTHER);
    }
    assertThat(read(first.replace("52:54", "52:5x"))).isPositive();
    assertThat(request.mac()).isNull();
  }

  /** Seeded: bytes changed and cut. */
  @Test
  void nothingIsAnError() {
    Random random = new Random(8081);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = PLAIN.get(round % PLAIN.size()).getBytes(StandardCharsets.US_ASCII);
      for (int change = random.nextInt(4); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(bytes.length + 1);
      assertThat(request.read(ByteBuffer.wrap(bytes, 0, length)))
          .isBetween(ScriptRequest.ANOTHER, length);
    }
  }

  private int read(String text) {
    return request.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
