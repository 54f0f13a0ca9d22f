package dev.ingot.server;

import dev.ingot.server.problem.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The data folder, held by one server at a time by a lock on {@code server.lock}. */
final class DataFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the folder where it is missing, and takes it. Others may pass through (the database's own
   * user has to reach its folder) and read nothing.
   *
   * @throws StartFailure if it cannot be used or another server has it
   */
  static DataFolder take(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
      }
      Path file = path.resolve("server.lock");
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        String owner = Files.readString(file, StandardCharsets.UTF_8).strip();
        channel.close();
        throw new StartFailure(
            "another server"
                + (owner.isEmpty() ? "" : " (pid " + owner + ")")
                + " uses the data folder "
                + path,
            null);
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
      return new DataFolder(path, channel);
    } catch (IOException e) {
      throw new StartFailure("cannot use the data folder " + path + ": " + e, e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another server in this process
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.truncate(0);
    channel.close();
  }
}
