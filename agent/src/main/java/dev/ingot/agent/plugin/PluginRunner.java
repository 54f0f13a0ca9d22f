package dev.ingot.agent.plugin;

import dev.ingot.agent.capability.Program;
import dev.ingot.agent.capability.Programs;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.PluginResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Runs plugins: without a shell, as their user, within their time, with nothing to read. */
final class PluginRunner {
  private static final Path DIRECTORY = Path.of("/");

  /** How much of the end of standard error is looked at for the reason of a failure. */
  private static final int REMEMBERED_ERRORS = 2048;

  private static final int LONGEST_REASON = 300;

  private final String origin;
  private final InstantSource clock;
  private final LongSupplier monotonicMillis;
  private final RandomGenerator random;
  private final AtomicInteger runs = new AtomicInteger();

  /**
   * @param origin of the store that results wait in
   */
  PluginRunner(
      String origin, InstantSource clock, LongSupplier monotonicMillis, RandomGenerator random) {
    this.origin = origin;
    this.clock = clock;
    this.monotonicMillis = monotonicMillis;
    this.random = random;
  }

  /** How it went: the exit status, or why there is none. */
  private record End(@Nullable Integer exit, @Nullable String error) {}

  /** What it wrote, within bounds. */
  private static final class Written implements Program.Sink {
    private final Program.Sink errors;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private byte[] lastErrors = {};
    private boolean tooMuch;

    Written(Program.Sink errors) {
      this.errors = errors;
    }

    @Override
    public synchronized void write(
        OutputChunk.Stream stream, byte[] bytes, int offset, int length) {
      if (stream == OutputChunk.Stream.STDERR) {
        errors.write(stream, bytes, offset, length);
        byte[] both = new byte[lastErrors.length + length];
        System.arraycopy(lastErrors, 0, both, 0, lastErrors.length);
        System.arraycopy(bytes, offset, both, lastErrors.length, length);
        int from = Math.max(0, both.length - REMEMBERED_ERRORS);
        lastErrors = Arrays.copyOfRange(both, from, both.length);
      } else if (output.size() + length > PluginResult.MOST_OUTPUT) {
        tooMuch = true;
      } else if (!tooMuch) {
        output.write(bytes, offset, length);
      }
    }

    synchronized byte[] output() {
      return tooMuch ? new byte[0] : output.toByteArray();
    }

    synchronized boolean tooMuch() {
      return tooMuch;
    }

    /** The last line of standard error that says something; empty for none. */
    synchronized String reason() {
      List<String> lines =
          new String(lastErrors, StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
              .filter(line -> !line.isEmpty())
              .toList();
      if (lines.isEmpty()) {
        return "";
      }
      String last = lines.getLast();
      return ": " + last.substring(0, Math.min(LONGEST_REASON, last.length()));
    }
  }

  /**
   * Runs it to its end, whatever that is.
   *
   * @param task the job that asks for it, null for its schedule
   * @param errors is given what it writes to standard error
   * @throws InterruptedException when this thread was interrupted; nothing of it runs any more
   */
  PluginResult run(Plugin plugin, @Nullable Long task, Program.Sink errors)
      throws InterruptedException {
    Instant began = clock.instant();
    long from = monotonicMillis.getAsLong();
    Written written = new Written(errors);
    End end = end(plugin, written);
    long milliseconds = Math.max(0, monotonicMillis.getAsLong() - from);
    String error = end.error();
    if (error == null && written.tooMuch()) {
      error = "wrote more than " + PluginResult.MOST_OUTPUT + " bytes, which are not taken";
    }
    byte[] id = new byte[8];
    random.nextBytes(id);
    return new PluginResult(
        HexFormat.of().formatHex(id),
        origin,
        plugin.name(),
        plugin.format(),
        task,
        began,
        milliseconds,
        end.exit(),
        error,
        written.output(),
        0);
  }

  private End end(Plugin plugin, Written written) throws InterruptedException {
    String missing = missing(plugin.argv().getFirst());
    if (missing != null) {
      return new End(null, missing);
    }
    List<String> argv = new ArrayList<>();
    String refused = asUser(plugin.user(), argv);
    if (refused != null) {
      return new End(null, refused);
    }
    argv.addAll(plugin.argv());
    Program program = new Program(argv, Map.of(), DIRECTORY, new byte[0]);
    String name = "plugin-%d-%d".formatted(ProcessHandle.current().pid(), runs.incrementAndGet());
    End end = within(plugin.timeout(), () -> program.run(name, written));
    Integer exit = end.exit();
    if (exit == null || exit == 0) {
      return end;
    }
    String how =
        exit > 128 && exit <= 192 ? "ended by signal " + (exit - 128) : "exit status " + exit;
    return new End(exit, how + written.reason());
  }

  /** As the shell says it; what is no program is not run. */
  private static @Nullable String missing(String program) {
    if (program.contains("/")) {
      Path path = Path.of("/").resolve(program);
      return !Files.exists(path)
          ? program + " cannot be run: No such file or directory"
          : Files.isDirectory(path) || !Files.isExecutable(path)
              ? program + " cannot be run: Permission denied"
              : null;
    }
    return Programs.find(program) == null
        ? program + " cannot be run: No such file or directory"
        : null;
  }

  /** Puts before the command what makes it another user's; says why it cannot. */
  private static @Nullable String asUser(@Nullable String user, List<String> argv) {
    String own = System.getProperty("user.name", "");
    if (user == null || user.equals(own)) {
      return null;
    }
    if (!own.equals("root")) {
      return "user: the agent runs as " + own + ", so it cannot run anything as " + user;
    }
    Path runuser = Programs.find("runuser");
    if (runuser == null) {
      return "user: runuser (util-linux) is not installed";
    }
    argv.addAll(List.of(runuser.toString(), "-u", user, "--"));
    return null;
  }

  /** What is done in time, or ended. */
  private interface Work {
    int run() throws InterruptedException, Program.NotStarted;
  }

  private static End within(Duration timeout, Work work) throws InterruptedException {
    AtomicReference<@Nullable End> end = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .name("plugin")
            .start(
                () -> {
                  try {
                    end.set(new End(work.run(), null));
                  } catch (Program.NotStarted e) {
                    end.set(new End(null, String.valueOf(e.getMessage())));
                  } catch (InterruptedException e) {
                    end.set(new End(null, "ran longer than " + timeout.toSeconds() + " s"));
                  } catch (RuntimeException e) {
                    end.set(new End(null, "failed: " + e));
                  }
                });
    try {
      if (!thread.join(timeout)) {
        thread.interrupt();
        thread.join();
      }
      return Objects.requireNonNullElse(end.get(), new End(null, "was ended"));
    } catch (InterruptedException e) {
      thread.interrupt();
      // Its program is killed within seconds; only then may this one say that it is over.
      joinAnyhow(thread);
      throw e;
    }
  }

  private static void joinAnyhow(Thread thread) {
    boolean again = true;
    while (again) {
      try {
        thread.join();
        again = false;
      } catch (InterruptedException e) {
        again = true;
      }
    }
  }
}
