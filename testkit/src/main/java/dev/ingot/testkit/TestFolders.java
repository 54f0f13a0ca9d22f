package dev.ingot.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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
}
