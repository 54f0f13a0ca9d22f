package dev.ingot.agent.inspect;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The programs of the machine we run on. Each runs in a session of its own where {@code setsid} is
 * there, so that its whole process group can be killed.
 */
final class LocalTools implements Tools {
  private static final Pattern TIME =
      Pattern.compile("^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}\\S*\\s+");

  private static final List<String> FOLDERS =
      List.of(
          "/usr/sbin",
          "/usr/bin",
          "/sbin",
          "/bin",
          "/usr/local/sbin",
          "/usr/local/bin",
          "/opt/MegaRAID/storcli",
          "/opt/MegaRAID/perccli",
          "/opt/MegaRAID/MegaCli",
          "/usr/Arcconf");
  private static final int MOST_OUTPUT_BYTES = 16 << 20;
  private static final int MOST_ERROR_BYTES = 4 << 10;

  private final List<Path> folders;
  private final Duration deadline;
  private final int mostOutputBytes;

  LocalTools(Duration deadline) {
    this(FOLDERS.stream().map(Path::of).toList(), deadline, MOST_OUTPUT_BYTES);
  }

  LocalTools(List<Path> folders, Duration deadline, int mostOutputBytes) {
    this.folders = List.copyOf(folders);
    this.deadline = deadline;
    this.mostOutputBytes = mostOutputBytes;
  }

  @Override
  public boolean has(String program) {
    return find(program) != null;
  }

  @Override
  public String run(String program, String... arguments) throws ToolUnavailable {
    return run(false, program, arguments);
  }

  @Override
  public String runWhateverStatus(String program, String... arguments) throws ToolUnavailable {
    return run(true, program, arguments);
  }

  private String run(boolean anyStatus, String program, String... arguments)
      throws ToolUnavailable {
    Path found = find(program);
    if (found == null) {
      boolean there = folders.stream().anyMatch(folder -> Files.exists(folder.resolve(program)));
      throw new ToolUnavailable(
          program + (there ? " may not be run by this user" : " is not installed"));
    }
    List<String> command = new ArrayList<>();
    Path setsid = find("setsid");
    if (setsid != null) {
      command.add(setsid.toString());
    }
    command.add(found.toString());
    command.addAll(List.of(arguments));
    try {
      return answer(program, start(command), anyStatus);
    } catch (IOException e) {
      throw new ToolUnavailable(program + " could not be run: " + e.getMessage());
    }
  }

  private String answer(String program, Process process, boolean anyStatus) throws ToolUnavailable {
    boolean ended = false;
    try {
      BoundedDrain output = BoundedDrain.of(process.getInputStream(), mostOutputBytes);
      BoundedDrain errors = BoundedDrain.of(process.getErrorStream(), MOST_ERROR_BYTES);
      // A program has ended when nobody holds its output open any more and it was reaped.
      ended = output.await(deadline) && process.waitFor(1, TimeUnit.SECONDS);
      if (output.overflowed()) {
        throw new ToolUnavailable(program + " wrote more than " + mostOutputBytes + " bytes");
      }
      if (!ended) {
        throw ToolUnavailable.hung(program + " did not end within " + deadline.toMillis() + " ms");
      }
      if (process.exitValue() != 0 && !(anyStatus && output.bytes().length > 0)) {
        errors.await(Duration.ofSeconds(1));
        String line =
            new String(errors.bytes(), StandardCharsets.UTF_8)
                .lines()
                // ipmitool says so whenever a list of makers is not installed, and goes on.
                .filter(said -> !said.startsWith("IANA PEN registry"))
                .findFirst()
                .orElse("");
        String reason =
            TIME.matcher(line).replaceFirst(""); // or it would be another reason each time
        throw new ToolUnavailable(
            program
                + " failed with status "
                + process.exitValue()
                + (reason.isEmpty() ? "" : ": " + reason));
      }
      return new String(output.bytes(), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolUnavailable(program + " was stopped before it answered");
    } finally {
      if (!ended) {
        kill(process);
      }
    }
  }

  private @Nullable Path find(String program) {
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("LC_ALL", "C", "LANG", "C", "PATH", String.join(":", FOLDERS)));
    return builder.start();
  }

  /** Ends the process, its children, and its process group: setsid made it the leader of one. */
  private void kill(Process process) throws ToolUnavailable {
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(ProcessHandle::destroyForcibly);
    }
    process.destroyForcibly();
    Path kill = find("kill");
    if (kill == null || find("setsid") == null) {
      return;
    }
    try {
      start(List.of(kill.toString(), "-KILL", "--", "-" + process.pid()));
    } catch (IOException e) {
      throw new ToolUnavailable(
          "process group " + process.pid() + " could not be killed: " + e.getMessage());
    }
  }
}
