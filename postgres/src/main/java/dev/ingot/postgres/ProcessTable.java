package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Facts of other processes, proc(5). A process that ends while it is looked at is not there. */
final class ProcessTable {
  private static final Path PROC = Path.of("/proc");
  private static final int START_TIME_FIELD = 22;

  private ProcessTable() {}

  /**
   * When the process started, in clock ticks since boot: with the pid it names one process for as
   * long as the machine is up. Empty when there is none; a zombie has ended.
   */
  static OptionalLong startTicks(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
      // field 2, the name, is in parentheses and may hold anything; field 3 is the state
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean over = fields[0].equals("Z") || fields[0].equals("X");
      return over
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(fields[START_TIME_FIELD - 3]));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The running processes of this program that work in this folder. */
  static List<Long> inFolder(Path folder, String program) {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (worksIn(process, folder) && name(process).equals(program)) {
          long pid = Long.parseLong(process.getFileName().toString());
          if (startTicks(pid).isPresent()) {
            found.add(pid);
          }
        }
      }
    } catch (IOException e) {
      throw new PostgresException("read /proc: " + Reason.of(e), e);
    }
    return found;
  }

  private static boolean worksIn(Path process, Path folder) {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).equals(folder);
    } catch (IOException e) {
      return false; // ended, or another user's
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
