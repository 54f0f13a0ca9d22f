package dev.ingot.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSizeTest {
  @Test
  void itGrowsWithWhatIsStoredAndKeepsToTheMachine() {
    assertThat(CacheSize.of(0, 24_000)).isEqualTo(64);
    assertThat(CacheSize.of(500, 24_000)).isEqualTo(64);
    assertThat(CacheSize.of(2_000, 24_000)).isEqualTo(250);
    assertThat(CacheSize.of(100_000, 24_000)).isEqualTo(512);
    assertThat(CacheSize.of(100_000, 2_000)).isEqualTo(125);
    assertThat(CacheSize.of(100_000, 500)).isEqualTo(64);
  }

  @Test
  void aNewFolderHasLittle(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("base/1"));
    Files.writeString(folder.resolve("base/1/relation"), "page");
    assertThat(CacheSize.of(folder)).isEqualTo(64);
    assertThat(CacheSize.of(folder.resolve("none"))).isEqualTo(64);
  }
}
