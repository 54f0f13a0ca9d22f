package dev.ingot.netboot.tftp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of short files, by the names that they were asked by. One system call tells whether
 * such a file still is the one that was read: by its inode, its size and the time of its last
 * change, which nobody can set.
 */
final class KnownFiles {
  static final int LONGEST = 64 << 10;
  private static final int MOST = 256;

  /** Changes within one step of the file system's clock, 10 ms to 2 s, have the same time. */
  static final long SETTLED_MILLISECONDS = 3000;

  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final LongSupplier milliseconds;

  /**
   * @param state what it was like when it was seen first
   * @param since when that was
   * @param content null as long as it may change unnoticed
   */
  private record Known(
      Path path, Map<String, Object> state, long since, TftpFiles.@Nullable Bytes content) {}

  /**
   * @param milliseconds a running count that never goes back
   */
  KnownFiles(LongSupplier milliseconds) {
    this.milliseconds = milliseconds;
  }

  /** The content of that file, or null when it must be opened to know it. */
  TftpFiles.@Nullable Bytes get(String name) {
    Known file = known.get(name);
    if (file == null || file.content == null) {
      return null;
    }
    try {
      if (state(file.path).equals(file.state)) {
        return file.content;
      }
    } catch (IOException gone) {
      // it is opened then, and who asked is told
    }
    known.remove(name, file);
    return null;
  }

  /** Takes note of a file that was opened, and of its content once it had not changed for long. */
  void opened(String name, Path path, TftpFiles.Content content) {
    Known before = known.get(name);
    try {
      TftpFiles.Bytes bytes = null;
      if (before != null && milliseconds.getAsLong() - before.since >= SETTLED_MILLISECONDS) {
        bytes = new TftpFiles.Bytes(new byte[(int) content.size()]);
        content.read(ByteBuffer.wrap(bytes.bytes()), 0);
      }
      Map<String, Object> state = state(path);
      if (before == null || !before.state.equals(state)) {
        if (before == null && known.size() >= MOST) {
          known.keySet().stream().findAny().ifPresent(known::remove);
        }
        known.put(name, new Known(path, state, milliseconds.getAsLong(), null));
      } else if (bytes != null) {
        known.put(name, new Known(path, state, before.since, bytes));
      }
    } catch (IOException unknown) {
      known.remove(name); // who reads the file will see what is wrong with it
    }
  }

  private static Map<String, Object> state(Path path) throws IOException {
    return Files.readAttributes(path, "unix:dev,ino,size,ctime");
  }
}
