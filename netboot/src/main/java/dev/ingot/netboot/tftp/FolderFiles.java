package dev.ingot.netboot.tftp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The regular files under one folder. What a link inside points to must lie under it too. */
public final class FolderFiles implements TftpFiles {
  private final Path folder;
  private final KnownFiles known;

  /**
   * @param milliseconds a running count that never goes back
   */
  public FolderFiles(Path folder, LongSupplier milliseconds) throws IOException {
    this.folder = folder.toRealPath();
    this.known = new KnownFiles(milliseconds);
  }

  @Override
  public @Nullable Bytes known(String name, InetAddress client) {
    return known.get(name);
  }

  @Override
  public Content open(String name, InetAddress client) throws IOException, RefusedException {
    Path named = named(folder, name);
    Path file = named == null ? null : real(folder, named);
    if (named == null || file == null) {
      throw new RefusedException(TftpPacket.Failure.NOT_FOUND, "no such file");
    }
    Open content = new Open(FileChannel.open(file, StandardOpenOption.READ));
    if (content.size() <= KnownFiles.LONGEST) {
      known.opened(name, named, content);
    }
    return content;
  }

  /**
   * The file of that name, or null where there is none under the folder. Slashes at the front are
   * dropped and backslashes are slashes: firmware writes both.
   *
   * @param folder its real path
   */
  public static @Nullable Path resolve(Path folder, String name) throws IOException {
    Path named = named(folder, name);
    return named == null ? null : real(folder, named);
  }

  private static @Nullable Path named(Path folder, String name) {
    String relative = name.replace('\\', '/').replaceFirst("^/+", "");
    try {
      return folder.resolve(relative).normalize();
    } catch (InvalidPathException hostile) {
      return null;
    }
  }

  private static @Nullable Path real(Path folder, Path named) throws IOException {
    if (!named.startsWith(folder) || !Files.isRegularFile(named)) {
      return null;
    }
    Path real = named.toRealPath();
    return real.startsWith(folder) ? real : null;
  }

  /**
   * A file that is read ahead, so that a small block costs no system call of its own. Only the
   * thread of the transfers reads it.
   */
  private static final class Open implements Content {
    private static final int AHEAD = 16 << 10;

    private final FileChannel channel;
    private final long size;
    private ByteBuffer ahead = ByteBuffer.allocate(0);
    private long aheadFrom;

    Open(FileChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      long at = position;
      while (into.hasRemaining() && at < size) {
        long offset = at - aheadFrom;
        if (offset < 0 || offset >= ahead.limit()) {
          fill(at);
          offset = 0;
        }
        int count = (int) Math.min(into.remaining(), ahead.limit() - offset);
        if (count == 0) {
          return; // the file is shorter than it was
        }
        into.put(into.position(), ahead, (int) offset, count).position(into.position() + count);
        at += count;
      }
    }

    private void fill(long from) throws IOException {
      if (ahead.capacity() == 0) {
        ahead = ByteBuffer.allocate((int) Math.min(AHEAD, size));
      }
      aheadFrom = from;
      ahead.clear();
      int count = 0;
      while (ahead.hasRemaining() && count >= 0) {
        count = channel.read(ahead, from + ahead.position());
      }
      ahead.flip();
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException ignored) {
        // it was only read
      }
    }
  }
}
