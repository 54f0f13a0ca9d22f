package dev.ingot.server.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the disk of the embedded database is. What can be spared stops first: logs and output
 * when it is low; when it is critical everything but results, claims and what makes room.
 */
public final class DiskPressure implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DiskPressure.class);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final long LOW_BYTES = 5L << 30;
  private static final long CRITICAL_BYTES = 1L << 30;
  private static final int LOW_SHARE = 10;
  private static final int CRITICAL_SHARE = 33;

  /** From enough to nearly nothing. */
  public enum Level {
    NORMAL,
    /** Less than 5 GiB and a tenth: logs are counted, no longer stored. */
    LOW,
    /** Less than 1 GiB and a thirty-third: only results and claims are stored. */
    CRITICAL
  }

  /** The file system: its size, and what is free for us. */
  public record Space(long totalBytes, long freeBytes) {
    Level level() {
      if (freeBytes < Math.min(CRITICAL_BYTES, totalBytes / CRITICAL_SHARE)) {
        return Level.CRITICAL;
      }
      return freeBytes < Math.min(LOW_BYTES, totalBytes / LOW_SHARE) ? Level.LOW : Level.NORMAL;
    }
  }

  private final @Nullable Path folder;
  private final @Nullable Repeating looks;
  private volatile Level level = Level.NORMAL;

  private DiskPressure(@Nullable Path folder) {
    this.folder = folder;
    this.looks = folder == null ? null : Repeating.every(LOOK, "disk", this::look);
  }

  /** Watches until closed; an external database's disk cannot be seen and is never low. */
  static DiskPressure of(@Nullable Path folder) {
    return new DiskPressure(folder);
  }

  /** As of the last seconds. */
  public Level level() {
    return level;
  }

  /** Why hardly anything is stored, null while it is. */
  public @Nullable String trouble() {
    return level == Level.CRITICAL
        ? "the disk of " + folder + " is nearly full: only results and claims are stored"
        : null;
  }

  /** Now; null for an external database. */
  public @Nullable Space space() {
    if (folder == null) {
      return null;
    }
    try {
      FileStore store = Files.getFileStore(folder);
      return new Space(store.getTotalSpace(), store.getUsableSpace());
    } catch (IOException e) {
      throw new StoreException("look at the disk of " + folder + ": " + e.getMessage(), e);
    }
  }

  private void look() {
    Space space = space();
    if (space != null) {
      Level found = space.level();
      if (found != level) {
        log.warn("the disk of {} is {}: {} MiB free", folder, found, space.freeBytes() >> 20);
      }
      level = found;
    }
  }

  @Override
  public void close() {
    if (looks != null) {
      looks.close();
    }
  }
}
