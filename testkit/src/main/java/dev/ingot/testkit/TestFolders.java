package dev.ingot.testkit;

import dev.ingot.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders that the user of the embedded PostgreSQL can reach, also when the tests run as root. */
public final class TestFolders {
  private TestFolders() {}

  /** One per user, kept between runs: unpacked binaries. */
  public static Path shared() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"), "ingot-test-" + System.getProperty("user.name"));
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return folder;
  }

  /** A fresh folder; the caller deletes it. */
  public static Path fresh(String name) throws IOException {
    Path folder = Files.createTempDirectory("ingot-" + name + "-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return folder;
  }

  /**
   * Deletes a folder, once the PostgreSQL has stopped that a server left running in it or in its
   * folder {@code server}.
   */
  public static void discard(Path folder) throws IOException {
    for (Path postgres : List.of(folder.resolve("postgres"), folder.resolve("server/postgres"))) {
      if (Files.exists(postgres)) {
        EmbeddedPostgres.discard(postgres);
      }
    }
    try (Stream<Path> found = Files.walk(folder)) {
      List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
