package dev.ingot.simulator.rack;

import dev.ingot.core.Json;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The files of racks: {@code racks/NAME} in the data folder, only its user's to read. */
public final class RackFolder {
  private static final String SETTINGS = "rack.json";

  /** An address of a Unix socket has 107 bytes. */
  private static final int LONGEST = 107;

  private final Path racks;
  private final Path path;

  public RackFolder(Path dataFolder, String name) {
    this.racks = dataFolder.resolve("racks").toAbsolutePath();
    this.path = racks.resolve(name);
  }

  /** The racks that have a folder. */
  public static List<String> names(Path dataFolder) {
    Path racks = dataFolder.resolve("racks");
    if (!Files.isDirectory(racks)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(racks)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new RackException("cannot read " + racks + ": " + e.getMessage(), e);
    }
  }

  /** Makes it; what it holds is written down before anything is started. */
  void make(RackSettings settings) {
    Path longest = machine(new RackMachine(settings, settings.nodes())).resolve("console");
    if (longest.toString().length() > LONGEST) {
      throw new RackException(
          "the data folder's path is too long for the sockets of QEMU: " + longest);
    }
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(path.resolve(SETTINGS), Json.MAPPER.writeValueAsString(settings) + "\n");
      for (RackMachine machine : settings.machines()) {
        Files.createDirectories(machine(machine));
      }
    } catch (IOException e) {
      throw new RackException("cannot keep the rack's files in " + path + ": " + e, e);
    }
  }

  /** What the rack was made of; null when there is none. */
  @Nullable RackSettings settings() {
    try {
      return Json.MAPPER.readValue(Files.readString(path.resolve(SETTINGS)), RackSettings.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | JacksonException e) {
      throw new RackException(
          "cannot read " + path.resolve(SETTINGS) + ": " + e.getMessage() + "; take the rack down",
          e);
    }
  }

  /** When it was made. */
  Instant made() {
    try {
      return Files.getLastModifiedTime(path.resolve(SETTINGS)).toInstant();
    } catch (IOException e) {
      throw new RackException("the rack's files in " + path + " are gone: " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  /** Where the files of a machine are. */
  Path machine(RackMachine machine) {
    return path.resolve(String.valueOf(machine.number()));
  }

  void write(Path file, String text, boolean program) {
    try {
      Files.writeString(file, text);
      if (program) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (IOException e) {
      throw new RackException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Removes it with all that it holds, and the folder of racks with the last one. */
  boolean remove() {
    if (!Files.exists(path)) {
      return false;
    }
    try {
      Files.walkFileTree(path, new Removing());
      try (Stream<Path> others = Files.list(racks)) {
        if (others.findAny().isEmpty()) {
          Files.delete(racks);
        }
      }
      return true;
    } catch (IOException e) {
      throw new RackException("cannot remove " + path + ": " + e.getMessage(), e);
    }
  }

  private static final class Removing extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
        throws IOException {
      if (trouble != null) {
        throw trouble;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  /** The last lines of a log, to say why a program ended. */
  static String lastLines(Path log) {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(log));
      return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    } catch (IOException e) {
      return "its log " + log + " cannot be read";
    }
  }
}
