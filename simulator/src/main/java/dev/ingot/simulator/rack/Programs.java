package dev.ingot.simulator.rack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Runs other programs to their end, and says which are missing. */
final class Programs {
  private static final int MOST_SECONDS = 30;

  /** Beside the PATH: Debian's ordinary users have no sbin in theirs. */
  private static final List<String> MORE = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  /** Each program, and its package in Debian. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "ip", "iproute2",
          "qemu-system-x86_64", "qemu-system-x86",
          "dnsmasq", "dnsmasq-base",
          "ipmi_sim", "openipmi");

  private Programs() {}

  /** What a program said and how it ended. */
  record Result(int status, String output) {}

  /**
   * Makes sure that all are there.
   *
   * @throws RackException that names the packages
   */
  static void need(List<String> programs) {
    TreeSet<String> missing = new TreeSet<>();
    for (String program : programs) {
      if (!isThere(program)) {
        missing.add(PACKAGES.getOrDefault(program, program));
      }
    }
    if (!missing.isEmpty()) {
      String packages = String.join(" ", missing);
      throw new RackException(
          "a rack needs "
              + packages
              + " (apt-get install --no-install-recommends "
              + packages
              + ")");
    }
  }

  private static boolean isThere(String program) {
    List<String> folders = new ArrayList<>(MORE);
    folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
    return folders.stream()
        .anyMatch(folder -> !folder.isEmpty() && Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * Runs one.
   *
   * @throws RackException when it fails; its last words are in the message
   */
  static String run(List<String> command) {
    Result result = tryTo(command);
    if (result.status() != 0) {
      String said = result.output().strip();
      throw new RackException(
          String.join(" ", command)
              + " failed"
              + (said.isEmpty() ? " with status " + result.status() : ": " + said));
    }
    return result.output();
  }

  /** Runs one, whatever comes of it. */
  static Result tryTo(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().merge("PATH", "", (path, none) -> path + ":" + String.join(":", MORE));
    try {
      Process process = builder.start();
      String output =
          new String(process.getInputStream().readNBytes(1 << 20), StandardCharsets.UTF_8);
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new RackException(String.join(" ", command) + " did not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new RackException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RackException(command.getFirst() + " was interrupted", e);
    }
  }
}
