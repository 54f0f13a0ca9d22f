package dev.ingot.netboot.socket;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who has a UDP port: for the one line that says why a server cannot start. */
public final class PortHolder {
  private PortHolder() {}

  /**
   * The programs that listen on that UDP port, as "dnsmasq (process 812)"; empty where none may be
   * seen.
   */
  public static List<String> of(int port) {
    List<String> sockets = new ArrayList<>();
    List<String> names = new ArrayList<>();
    try {
      for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
        if (Files.exists(Path.of(table))) {
          readTable(Files.readAllLines(Path.of(table)), port, sockets);
        }
      }
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (Path process : processes) {
          if (holds(process, sockets)) {
            names.add(name(process));
          }
        }
      }
    } catch (IOException unreadable) {
      return names; // what could be seen; the caller names the port in any case
    }
    return names;
  }

  /** The columns: number, local address:port in hex, …, the tenth is the socket's inode. */
  static void readTable(List<String> lines, int port, List<String> sockets) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    for (String line : lines) {
      String[] columns = line.strip().split("\\s+", -1);
      if (columns.length > 9 && columns[1].endsWith(suffix)) {
        sockets.add("socket:[" + columns[9] + "]");
      }
    }
  }

  private static boolean holds(Path process, List<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (Files.isSymbolicLink(descriptor)
            && sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException gone) {
      return false; // ended meanwhile, or another user's
    }
  }

  private static String name(Path process) {
    String number = process.getFileName().toString();
    try {
      return Files.readString(process.resolve("comm")).strip() + " (process " + number + ")";
    } catch (IOException gone) {
      return "process " + number;
    }
  }
}
