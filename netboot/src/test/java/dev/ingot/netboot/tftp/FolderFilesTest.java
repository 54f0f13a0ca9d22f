package dev.ingot.netboot.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
  @TempDir private Path folder;

  @Test
  void everyPartOfAFileIsAsItIsThereWhereverItIsReadNext() throws Exception {
    Random random = new Random(5);
    for (int size : new int[] {0, 1, 1467, 1468, 1469, 16_384, 16_385, 100_000}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      try (TftpFiles.Content content = open(bytes)) {
        assertThat(content.size()).isEqualTo(size);
        for (int i = 0; i < 300; i++) {
          int from = random.nextInt(size + 10);
          int room = random.nextInt(3_000) + (i % 20 == 0 ? 60_000 : 0);
          byte[] wanted =
              from >= size
                  ? new byte[0]
                  : Arrays.copyOfRange(bytes, from, Math.min(size, from + room));
          assertThat(read(content, from, room)).as("%d of %d", from, size).isEqualTo(wanted);
        }
      }
    }
  }

  @Test
  void aFileThatBecameShorterEndsWhereItEnds() throws Exception {
    byte[] bytes = new byte[50_000];
    Arrays.fill(bytes, (byte) 7);
    try (TftpFiles.Content content = open(bytes)) {
      Files.write(folder.resolve("file"), Arrays.copyOf(bytes, 20_000));
      assertThat(read(content, 19_000, 1_468)).hasSize(1_000);
      assertThat(read(content, 30_000, 1_468)).isEmpty();
    }
  }

  private TftpFiles.Content open(byte[] bytes) throws Exception {
    Files.write(folder.resolve("file"), bytes);
    return new FolderFiles(folder).open("file", InetAddress.getLoopbackAddress());
  }

  private static byte[] read(TftpFiles.Content content, long from, int room) throws Exception {
    ByteBuffer into = ByteBuffer.allocateDirect(4 + room).position(4);
    content.read(into, from);
    byte[] read = new byte[into.flip().limit() - 4];
    into.get(4, read);
    return read;
  }
}
