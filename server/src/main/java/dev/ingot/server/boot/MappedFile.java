package dev.ingot.server.boot;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file in memory as the kernel has it.
 *
 * @param parts of {@value #LONGEST_PART} bytes, but the last
 */
record MappedFile(long length, Instant modified, List<ByteBuffer> parts) {
  private static final int LONGEST_PART = 1 << 30;

  /** Its bytes from one on, up to another or to where a part ends. */
  ByteBuffer from(long position, long end) {
    ByteBuffer part = parts.get((int) (position / LONGEST_PART));
    int begin = (int) (position % LONGEST_PART);
    return part.slice(begin, (int) Math.min(part.capacity() - begin, end - position));
  }

  /** Those that are being sent: machines that boot at the same time share one. */
  static final class Shared {
    private final Map<Path, WeakReference<MappedFile>> files = new HashMap<>();

    /** The file as it was at that time; one that was replaced since is mapped anew. */
    synchronized MappedFile get(Path path, long length, Instant modified) throws IOException {
      WeakReference<MappedFile> known = files.get(path);
      @Nullable MappedFile file = known == null ? null : known.get();
      if (file == null || file.length != length || !file.modified.equals(modified)) {
        files.values().removeIf(each -> each.refersTo(null));
        file = new MappedFile(length, modified, map(path, length));
        files.put(path, new WeakReference<>(file));
      }
      return file;
    }

    private static List<ByteBuffer> map(Path path, long length) throws IOException {
      List<ByteBuffer> parts = new ArrayList<>();
      try (FileChannel file = FileChannel.open(path)) {
        if (file.size() != length) {
          throw new IOException(path + " is being replaced");
        }
        for (long begin = 0; begin < length; begin += LONGEST_PART) {
          parts.add(file.map(MapMode.READ_ONLY, begin, Math.min(LONGEST_PART, length - begin)));
        }
      }
      return parts;
    }
  }
}
