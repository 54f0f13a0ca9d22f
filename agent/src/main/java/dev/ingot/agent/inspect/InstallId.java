package dev.ingot.agent.inspect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The random id of this installation, for machines that nothing else identifies: 40 hex digits in
 * the agent's data folder, made once.
 */
public final class InstallId {
  private static final String FILE = "install-id";
  private static final int BYTES = 20;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

  private InstallId() {}

  /**
   * The id kept in the folder; made, with the folder, if there is none yet. Of several processes
   * that make one at the same time, all get the same.
   *
   * @throws IOException if it cannot be read or kept, or is no id; a damaged one is never replaced,
   *     for that would make this another machine
   */
  public static String keep(Path folder, RandomGenerator random) throws IOException {
    Path file = folder.resolve(FILE);
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      create(folder, file, random);
      return read(file);
    }
  }

  /**
   * The id kept in the folder, if there is one.
   *
   * @throws IOException if it cannot be read or is no id
   */
  public static Optional<String> find(Path folder) throws IOException {
    try {
      return Optional.of(read(folder.resolve(FILE)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static String read(Path file) throws IOException {
    String id = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    if (!FORM.matcher(id).matches()) {
      throw new IOException(
          file
              + " does not hold 40 hex digits; put the right ones back, or delete it to become"
              + " another machine");
    }
    return id;
  }

  /** A link appears whole or not at all, and never in place of another's. */
  private static void create(Path folder, Path file, RandomGenerator random) throws IOException {
    createFolder(folder);
    byte[] id = new byte[BYTES];
    random.nextBytes(id);
    String digits = HexFormat.of().formatHex(id);
    Path draft = folder.resolve(FILE + "." + digits.substring(0, 8) + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              draft,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer bytes = ByteBuffer.wrap((digits + "\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      link(file, draft);
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Its parents are as the umask has them: the database's folder may lie there too. */
  private static void createFolder(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      // Another process made it, or it is no folder: writing into it will tell.
      return;
    }
  }

  private static void link(Path file, Path draft) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process was first: its id is ours.
      return;
    }
  }
}
