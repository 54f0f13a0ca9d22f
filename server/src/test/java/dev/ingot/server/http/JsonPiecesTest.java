package dev.ingot.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonPiecesTest {
  /** As Jetty's is: closed with the last byte that was announced. */
  private static final class Announced extends OutputStream {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final int length;

    Announced(int length) {
      this.length = length;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      if (written.size() == length) {
        throw new IOException("closed");
      }
      written.write(bytes, from, count);
    }
  }

  @Test
  void allIsWrittenAndNothingAfterTheLastByte() throws IOException {
    Random random = new Random(3);
    for (int size : new int[] {1, 2, 100, 65_535, 65_536, 65_537, 131_072, 300_000}) {
      for (int round = 0; round < 5; round++) {
        StringBuilder expected = new StringBuilder();
        JsonPieces pieces = new JsonPieces();
        while (expected.length() < size) {
          int more = Math.min(1 + random.nextInt(70_000), size - expected.length());
          String text = Character.toString('a' + random.nextInt(26)).repeat(more);
          expected.append(text);
          if (random.nextBoolean()) {
            pieces.add(text);
          } else {
            pieces.add(("#" + text).getBytes(StandardCharsets.UTF_8), 1);
          }
        }
        Announced out = new Announced(size);
        pieces.write(out);
        assertThat(out.written.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
      }
    }
  }
}
