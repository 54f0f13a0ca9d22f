package dev.ingot.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once per version from the jar that brings them. */
final class Binaries {
  /** Version of the jar; the folder is named by it. */
  static final String VERSION = "18.6.0";

  static final String MAJOR = "18";
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  private final Path root;

  private Binaries(Path root) {
    this.root = root;
  }

  Path program(String name) {
    return root.resolve("bin").resolve(name);
  }

  Path root() {
    return root;
  }

  /** Unpacks when missing: beside, then renamed, so that a folder of that name is complete. */
  static Binaries unpackedIn(Path folder) {
    Path root = folder.resolve("postgresql-" + VERSION);
    try {
      if (!Files.isDirectory(root)) {
        Path part = Files.createTempDirectory(folder, "unpack-");
        try {
          Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
          unpack(part);
          renameUnlessThere(part, root);
        } finally {
          Folders.delete(part);
        }
      }
      return new Binaries(root);
    } catch (IOException e) {
      throw new PostgresException("unpack PostgreSQL to " + root + ": " + Reason.of(e), e);
    }
  }

  private static void renameUnlessThere(Path part, Path root) throws IOException {
    try {
      Files.move(part, root);
    } catch (IOException e) {
      if (!Files.isDirectory(root)) { // else another process was faster
        throw e;
      }
    }
  }

  private static void unpack(Path target) throws IOException {
    try (InputStream archive = Binaries.class.getResourceAsStream(ARCHIVE)) {
      if (archive == null) {
        throw new IOException("no " + ARCHIVE + " on the class path; only x86-64 is packaged");
      }
      try (TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new BufferedInputStream(new XZInputStream(new BufferedInputStream(archive))))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          if (isNeeded(entry.getName())) {
            unpack(tar, entry, target);
          }
        }
      }
    }
  }

  private static boolean isNeeded(String name) {
    return !name.endsWith(".a") && !name.contains("/pkgconfig");
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("entry " + entry.getName() + " leaves the folder");
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      boolean runs = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
