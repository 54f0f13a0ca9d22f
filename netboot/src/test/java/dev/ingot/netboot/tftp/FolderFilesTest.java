package dev.ingot.netboot.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong();

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

  @Test
  void aShortFileIsKnownOnceItHasNotChangedForThreeSeconds() throws Exception {
    Files.writeString(folder.resolve("file"), "one");
    FolderFiles files = files();
    for (int at : new int[] {0, 1500, 2999}) {
      now.set(at);
      files.open("file", HERE).close();
      assertThat(files.known("file", HERE)).as("%d ms", at).isNull();
    }
    now.set(3000);
    files.open("file", HERE).close();
    assertThat(known(files, "file")).isEqualTo("one");
    assertThat(files.known("./file", HERE)).isNull();
  }

  @Test
  void whatIsKnownOfAFileEndsWhenItChangesInWhateverWay() throws Exception {
    Path file = folder.resolve("file");
    Files.createDirectory(folder.resolve("to"));
    Files.writeString(folder.resolve("to/other"), "two");
    Map<String, Callable<?>> changes = new LinkedHashMap<>();
    changes.put("two", () -> Files.writeString(file, "two"));
    changes.put(
        "with its time as before",
        () -> {
          FileTime before = Files.getLastModifiedTime(file);
          Files.writeString(file, "six");
          return Files.setLastModifiedTime(file, before);
        });
    changes.put(
        "replaced",
        () -> {
          Files.writeString(folder.resolve("new"), "new");
          return Files.move(folder.resolve("new"), file, StandardCopyOption.REPLACE_EXISTING);
        });
    changes.put(
        "a link",
        () -> {
          Files.delete(file);
          return Files.createSymbolicLink(file, folder.resolve("to/other"));
        });
    changes.put("behind the link", () -> Files.writeString(folder.resolve("to/other"), "ten"));
    FolderFiles files = files();
    for (Map.Entry<String, Callable<?>> change : changes.entrySet()) {
      Files.deleteIfExists(folder.resolve("new"));
      if (!Files.exists(file)) {
        Files.writeString(file, "one");
      }
      settle(files);
      change.getValue().call();
      assertThat(files.known("file", HERE)).as(change.getKey()).isNull();
      settle(files);
      assertThat(known(files, "file")).as(change.getKey()).isEqualTo(Files.readString(file));
    }
    Files.delete(file);
    assertThat(files.known("file", HERE)).isNull();
  }

  @Test
  void noMoreThanSoManyAreKnownAndNoLongOnes() throws Exception {
    FolderFiles files = files();
    Files.write(folder.resolve("long"), new byte[KnownFiles.LONGEST + 1]);
    for (int i = 0; i < 1000; i++) {
      Files.writeString(folder.resolve("f" + i), "f" + i);
    }
    for (int pass = 0; pass < 2; pass++) {
      files.open("long", HERE).close();
      for (int i = 0; i < 256; i++) {
        files.open("f" + i, HERE).close();
      }
      now.addAndGet(KnownFiles.SETTLED_MILLISECONDS);
    }
    assertThat(files.known("long", HERE)).isNull();
    for (int i = 0; i < 256; i++) {
      assertThat(known(files, "f" + i)).isEqualTo("f" + i);
    }
    for (int i = 256; i < 1000; i++) {
      files.open("f" + i, HERE).close();
    }
    long left = 0;
    for (int i = 0; i < 256; i++) {
      left += files.known("f" + i, HERE) == null ? 0 : 1;
    }
    assertThat(left).isLessThan(256);
  }

  /**
   * Opened twice, as far apart as content needs to be remembered. The clock of the file system has
   * gone on afterwards, as it has in such a time.
   */
  private void settle(FolderFiles files) throws Exception {
    files.open("file", HERE).close();
    now.addAndGet(KnownFiles.SETTLED_MILLISECONDS);
    files.open("file", HERE).close();
    Path clock = folder.resolve("clock");
    FileTime began = Files.getLastModifiedTime(Files.writeString(clock, ""));
    while (Files.getLastModifiedTime(Files.writeString(clock, "")).equals(began)) {
      Thread.onSpinWait();
    }
  }

  private static String known(FolderFiles files, String name) {
    return new String(
        Objects.requireNonNull(files.known(name, HERE)).bytes(), StandardCharsets.UTF_8);
  }

  private TftpFiles.Content open(byte[] bytes) throws Exception {
    Files.write(folder.resolve("file"), bytes);
    return files().open("file", HERE);
  }

  private FolderFiles files() throws IOException {
    return new FolderFiles(folder, now::get);
  }

  private static byte[] read(TftpFiles.Content content, long from, int room) throws Exception {
    ByteBuffer into = ByteBuffer.allocateDirect(4 + room).position(4);
    content.read(into, from);
    byte[] read = new byte[into.flip().limit() - 4];
    into.get(4, read);
    return read;
  }
}
