package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeArchiveTest {
  private static final int CHECKSUM = 4;
  private static final int TIME = 8192;
  private static final int POINTER = 8200;

  @TempDir private Path folder;

  @Test
  void archivesThatWereMadeAtOtherTimesBecomeTheSame() throws Exception {
    Path monday = archive("monday", 0x1234, 70_000, 0xfa01b910L);
    NodeArchive.settle(monday, archive("a second later", 0x777, 71_100, 0xfa01b910L), 72_000);
    Path friday = archive("friday", 0x9999, 9_000_000, 0xfa01b910L);
    NodeArchive.settle(friday, archive("a minute later", 0x1, 9_060_000, 0xfa01b910L), 9_070_000);
    assertThat(Files.mismatch(monday, friday)).isEqualTo(-1);
    ByteBuffer settled = ByteBuffer.wrap(Files.readAllBytes(monday)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(settled.getLong(TIME)).isZero();
    assertThat(settled.getLong(POINTER)).as("what is the same stays").isEqualTo(0xfa01b910L);
  }

  @Test
  void archivesThatDifferInMoreThanTimeAreRefused() throws Exception {
    Path first = archive("first", 1, 70_000, 0xfa01b910L);
    Path second = archive("second", 2, 71_000, 0xfa01b900L);
    assertThatThrownBy(() -> NodeArchive.settle(first, second, 72_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("differ at 0x2008");
    assertThatThrownBy(() -> NodeArchive.settle(first, archive("past", 1, 60_000, 1), 72_000))
        .hasMessageContaining("differ at 0x2000");
    Path longer = Files.write(folder.resolve("longer"), new byte[24_000]);
    assertThatThrownBy(() -> NodeArchive.settle(first, longer, 72_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("16384 and 24000 bytes");
  }

  private Path archive(String name, int checksum, long time, long pointer) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16_384).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, 0xf00baba2).putInt(CHECKSUM, checksum);
    bytes.putLong(TIME, time).putLong(POINTER, pointer);
    return Files.write(folder.resolve(name), bytes.array());
  }
}
