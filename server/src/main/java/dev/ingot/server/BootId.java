package dev.ingot.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which boot of which machine the kernel says this is. */
final class BootId {
  private static final Logger LOG = LoggerFactory.getLogger(BootId.class);
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private BootId() {}

  /** Null where the kernel does not say; then no node is known to be this machine. */
  static @Nullable String here() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException e) {
      LOG.warn("read {}: {}; this machine's own node is not protected", FILE, e.getMessage());
      return null;
    }
  }
}
