package dev.ingot.agent.capability;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's key behind an initrd, for a kernel that finds it at the same path: an initrd may be
 * several cpio archives, one after the other, each at a multiple of four bytes (the kernel's {@code
 * buffer-format.rst}, "newc").
 */
final class CarriedKey {
  private static final Logger log = LoggerFactory.getLogger(CarriedKey.class);
  private static final int ALIGNED = 4;

  private CarriedKey() {}

  /**
   * A copy of the initrd with the key behind it, in the agent's folder.
   *
   * @param folder the agent's own
   */
  static Path behind(Path initrd, Path folder) throws IOException {
    Path key = folder.toRealPath().resolve("key");
    Path copy =
        Files.createTempFile(
            folder,
            "kexec-",
            ".initrd",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean whole = false;
    try (OutputStream to = Files.newOutputStream(copy, StandardOpenOption.WRITE)) {
      long size = Files.copy(initrd, to);
      to.write(new byte[padding(size)]);
      to.write(archive(key));
      whole = true;
    } finally {
      if (!whole) {
        remove(copy);
      }
    }
    return copy;
  }

  static void remove(@Nullable Path copy) {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException e) {
        log.warn("{} stays behind, with the key in it: {}", copy, e.getMessage(), e);
      }
    }
  }

  /** The key with the folders that lead to it. */
  private static byte[] archive(Path key) throws IOException {
    Deque<Path> folders = new ArrayDeque<>();
    for (Path each = key.getParent();
        each != null && each.getParent() != null;
        each = each.getParent()) {
      folders.push(each);
    }
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    for (Path each : folders) {
      entry(archive, name(each), mode(each), new byte[0]);
    }
    entry(archive, name(key), mode(key), Files.readAllBytes(key));
    entry(archive, "TRAILER!!!", 0, new byte[0]);
    return archive.toByteArray();
  }

  private static String name(Path path) {
    return path.toString().substring(1);
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode");
  }

  private static void entry(ByteArrayOutputStream to, String name, int mode, byte[] bytes) {
    byte[] named = (name + "\0").getBytes(StandardCharsets.UTF_8);
    // Magic; number, mode, owner, group, links, time; size; four of devices; name's size; sum.
    to.writeBytes(
        "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X"
            .formatted(0, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, named.length, 0)
            .getBytes(StandardCharsets.US_ASCII));
    to.writeBytes(named);
    to.writeBytes(new byte[padding(to.size())]);
    to.writeBytes(bytes);
    to.writeBytes(new byte[padding(to.size())]);
  }

  private static int padding(long size) {
    return (int) ((ALIGNED - size % ALIGNED) % ALIGNED);
  }
}
