package dev.ingot.server.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which process listens on a TCP port, as far as procfs lets us read (proc(5), net/tcp). */
final class PortOwner {
  private static final String LISTEN = "0A";

  private final Path proc;

  PortOwner(Path proc) {
    this.proc = proc;
  }

  /** E.g. {@code nginx (pid 812)}; empty when nobody can be named. */
  Optional<String> of(int port) {
    try {
      Set<String> sockets = new HashSet<>();
      for (String table : List.of("net/tcp", "net/tcp6")) {
        sockets.addAll(listening(proc.resolve(table), port));
      }
      return sockets.isEmpty() ? Optional.empty() : holder(sockets);
    } catch (IOException e) {
      return Optional.empty(); // not ours to read: the port alone is named then
    }
  }

  private static Set<String> listening(Path table, int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    if (!Files.isReadable(table)) {
      return sockets;
    }
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTEN)) {
        sockets.add("socket:[" + columns[9] + "]");
      }
    }
    return sockets;
  }

  private Optional<String> holder(Set<String> sockets) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          String command =
              Files.readString(process.resolve("comm"), StandardCharsets.UTF_8).strip();
          return Optional.of(command + " (pid " + process.getFileName() + ")");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)
            && sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it ended meanwhile, or is another user's
    }
  }
}
