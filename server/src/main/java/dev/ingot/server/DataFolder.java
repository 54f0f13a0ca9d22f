package dev.ingot.server;

import dev.ingot.configuration.FileFailure;
import dev.ingot.postgres.FolderLock;
import dev.ingot.server.problem.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
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
      FileChannel channel = FolderLock.open(file);
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
      throw new StartFailure("cannot use the data folder " + path + ": " + FileFailure.words(e), e);
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

  /**
   * Random, made with the folder and kept in it: the same after a restart, another for each server,
   * since no two use one folder. Delete it from the copy when a folder was copied.
   */
  String serverId(RandomGenerator random) {
    Path file = path.resolve("server.id");
    try {
      if (Files.exists(file)) {
        String kept = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (kept.matches("[0-9a-f]{8}")) {
          return kept;
        }
        throw new StartFailure(
            file + " must hold eight hexadecimal digits; delete it for a new one", null);
      }
      String made = HexFormat.of().toHexDigits(random.nextInt());
      Path beside = path.resolve("server.id.new");
      Files.writeString(beside, made + "\n", StandardCharsets.UTF_8);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      return made;
    } catch (IOException e) {
      throw new StartFailure("cannot use " + file + ": " + FileFailure.words(e), e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.truncate(0);
    channel.close();
  }
}
