package dev.ingot.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One process at a time in a folder. The kernel holds the lock and frees it however its owner ends;
 * the file only tells a person who that is.
 */
public final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file the lock file; its folder exists
   * @param folder what is locked, for the message
   * @throws PostgresException naming the folder and its owner when another process has it
   */
  public static FolderLock take(Path file, Path folder) {
    FileChannel channel = null;
    try {
      channel = open(file);
      if (tryLock(channel) == null) {
        channel.close();
        throw new PostgresException(
            "the folder " + folder + " is in use by " + owner(file) + "; one server per folder");
      }
      ProcessHandle self = ProcessHandle.current();
      String line = self.pid() + " " + ProcessTable.startTicks(self.pid()).orElse(0) + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
      return new FolderLock(channel);
    } catch (IOException e) {
      throw new PostgresException("lock " + file + ": " + Reason.of(e), e);
    }
  }

  /** A file that nobody else may read: who may can lock it too, and keep its owner out. */
  public static FileChannel open(Path file) throws IOException {
    Set<PosixFilePermission> own = PosixFilePermissions.fromString("rw-------");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(own));
    Files.setPosixFilePermissions(file, own);
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }

  private static String owner(Path file) {
    try {
      String text = Files.readString(file).strip();
      int space = text.indexOf(' ');
      return space < 0 ? "another process" : "process " + text.substring(0, space);
    } catch (IOException e) {
      return "another process (" + Reason.of(e) + ")";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new PostgresException("unlock: " + Reason.of(e), e);
    }
  }
}
