package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders that the system user can reach; unpacked binaries are kept between runs. */
final class TestFolders {
  private TestFolders() {}

  static Path make() throws IOException {
    Path folder = Files.createTempDirectory("ingot-postgres-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return folder;
  }

  static Path binaries() {
    return Path.of(
        System.getProperty("java.io.tmpdir"), "ingot-test-" + System.getProperty("user.name"));
  }
}
