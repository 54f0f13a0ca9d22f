package dev.ingot.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end. */
final class Command {
  /** How it ended and everything it said; status 127 when there is no such program. */
  record Result(int status, List<String> output) {
    boolean ok() {
      return status == 0;
    }

    /** The line that says what went wrong, else the last one. */
    String complaint() {
      return Complaint.in(output).orElse("exit status " + status);
    }
  }

  private Command() {}

  static Result run(Duration atMost, List<String> arguments) {
    ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
    cleanEnvironment(builder);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      List<String> output = new ArrayList<>();
      Thread reader =
          Thread.ofVirtual().start(() -> process.inputReader(UTF_8).lines().forEach(output::add));
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Result(124, List.of(arguments.getFirst() + " took longer than " + atMost));
      }
      reader.join();
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      return new Result(127, List.of(Reason.of(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(130, List.of("interrupted"));
    }
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  /** Nothing of the caller's environment reaches PostgreSQL: PGDATA, PGPORT, LC_*, LD_*. */
  static void cleanEnvironment(ProcessBuilder builder) {
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
  }
}
