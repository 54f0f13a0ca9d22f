package dev.ingot.netboot.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.netboot.PacketException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyslogFramesTest {
  private static final int LONGEST = 65536;

  @Test
  void messagesAreTheSameHoweverTheirBytesArrive() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      List<String> wanted = new ArrayList<>();
      for (int count = random.nextInt(20); count > 0; count--) {
        boolean counted = random.nextBoolean();
        int length = random.nextInt(50) == 0 ? LONGEST - 40 + random.nextInt(80) : 120;
        String text = text(random, 1 + random.nextInt(length), counted);
        if (counted && text.length() <= LONGEST) {
          sent.writeBytes((text.length() + " " + text).getBytes(StandardCharsets.US_ASCII));
          wanted.add(text);
        } else {
          String line = text.replace('\n', '.');
          sent.writeBytes(
              (line + "\n".repeat(1 + random.nextInt(2))).getBytes(StandardCharsets.US_ASCII));
          wanted.add(line.length() > LONGEST ? line.substring(0, LONGEST) : line);
        }
      }
      assertThat(read(new Dribbling(sent.toByteArray(), random))).isEqualTo(wanted);
    }
  }

  @Test
  void randomBytesEndAConnectionOrAreText() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      try {
        read(new Dribbling(bytes, random));
      } catch (PacketException refused) {
        assertThat(refused).hasMessageContaining("at most 65536 bytes");
      }
    }
  }

  private static String text(Random random, int length, boolean newlines) {
    StringBuilder text = new StringBuilder("<");
    while (text.length() < length) {
      text.append(newlines && random.nextInt(30) == 0 ? '\n' : (char) (' ' + random.nextInt(90)));
    }
    return text.toString();
  }

  private static List<String> read(InputStream stream) throws IOException {
    SyslogFrames frames = new SyslogFrames(stream, () -> {});
    List<String> read = new ArrayList<>();
    while (frames.next()) {
      read.add(
          new String(frames.bytes(), frames.from(), frames.length(), StandardCharsets.ISO_8859_1));
    }
    return read;
  }

  /** Gives a few bytes at a time. */
  private static final class Dribbling extends ByteArrayInputStream {
    private final Random random;

    Dribbling(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] into, int from, int most) {
      return super.read(
          into, from, Math.min(most, 1 + random.nextInt(random.nextInt(9) == 0 ? 70_000 : 40)));
    }
  }
}
