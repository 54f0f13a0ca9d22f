package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallIdTest {
  @TempDir Path parent;

  @Test
  void anIdIsMadeOnceAndKeptForItsOwnerAlone() throws IOException {
    Path folder = parent.resolve("ingot/agent");
    String id = InstallId.keep(folder, new Random(1));
    assertThat(id).matches("[0-9a-f]{40}");
    assertThat(InstallId.keep(folder, new Random(2))).isEqualTo(id);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("install-id"))))
        .isEqualTo("rw-------");
    assertThat(Files.getPosixFilePermissions(folder.getParent()))
        .as("the database's user goes through here")
        .contains(PosixFilePermission.OTHERS_EXECUTE);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void processesThatStartTogetherGetTheSameId() throws Exception {
    for (int round = 0; round < 20; round++) {
      Path folder = parent.resolve("round" + round);
      Set<String> ids = ConcurrentHashMap.newKeySet();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads =
          Stream.iterate(0, seed -> seed + 1)
              .limit(8)
              .map(
                  seed ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                try {
                                  start.await();
                                  ids.add(InstallId.keep(folder, new Random(seed)));
                                } catch (IOException | InterruptedException e) {
                                  ids.add(e.toString());
                                }
                              }))
              .toList();
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(ids).hasSize(1).allMatch(id -> id.matches("[0-9a-f]{40}"));
    }
  }

  @Test
  void aDamagedIdIsNeverReplaced() throws IOException {
    Path file = parent.resolve("install-id");
    Files.writeString(file, "0123");
    assertThatThrownBy(() -> InstallId.keep(parent, new Random(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not hold 40 hex digits");
    assertThat(file).hasContent("0123");
  }
}
