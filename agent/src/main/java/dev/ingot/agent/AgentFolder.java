package dev.ingot.agent;

import dev.ingot.configuration.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The agent's data folder: one agent has it at a time, and only its user reads it. */
final class AgentFolder implements AutoCloseable {
  private static final String KEY = "key";
  private static final int KEY_BYTES = 32;
  private static final Pattern KEY_FORM = Pattern.compile("[0-9a-f]{64}");
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final FileChannel lockFile;

  private AgentFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder where it is missing and takes it.
   *
   * @throws AgentStartFailure if that cannot be, or another agent has it
   */
  static AgentFolder take(Path path) {
    try {
      Files.createDirectories(path, PRIVATE_FOLDER);
      FileChannel file =
          FileChannel.open(
              path.resolve("agent.lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PRIVATE_FILE);
      if (lock(file) == null) {
        file.close();
        throw new AgentStartFailure("another agent runs with the folder " + path, null);
      }
      return new AgentFolder(path, file);
    } catch (IOException e) {
      throw new AgentStartFailure("cannot use the folder " + path + ": " + FileFailure.words(e), e);
    }
  }

  private static @Nullable FileLock lock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      // Another agent of this very process has it, which is no different.
      return null;
    }
  }

  Path path() {
    return path;
  }

  /** The key that this agent shows: made once, on disk before anybody has seen it. */
  String key(RandomGenerator random) {
    Path file = path.resolve(KEY);
    try {
      String key = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (!KEY_FORM.matcher(key).matches()) {
        throw new AgentStartFailure(
            file + " does not hold 64 hex digits; delete it and enrol the agent again", null);
      }
      return key;
    } catch (NoSuchFileException e) {
      return makeKey(file, random);
    } catch (IOException e) {
      throw new AgentStartFailure(
          "cannot read the agent's key " + file + ": " + FileFailure.words(e), e);
    }
  }

  /** Another key in place of the one that there is. */
  String newKey(RandomGenerator random) {
    return makeKey(path.resolve(KEY), random);
  }

  private String makeKey(Path file, RandomGenerator random) {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    String key = HexFormat.of().formatHex(bytes);
    Path draft = path.resolve(KEY + ".new");
    try {
      Files.deleteIfExists(draft);
      try (FileChannel channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PRIVATE_FILE)) {
        ByteBuffer text = ByteBuffer.wrap((key + "\n").getBytes(StandardCharsets.US_ASCII));
        while (text.hasRemaining()) {
          channel.write(text);
        }
        channel.force(true);
      }
      move(draft, file);
      try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
        directory.force(true);
      }
      return key;
    } catch (IOException e) {
      throw new AgentStartFailure(
          "cannot keep the agent's key in " + file + ": " + FileFailure.words(e), e);
    }
  }

  private static void move(Path draft, Path file) throws IOException {
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system cannot rename within one folder", e);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new AgentStartFailure(
          "cannot give back the folder " + path + ": " + FileFailure.words(e), e);
    }
  }
}
