package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that runs for a task: without a shell, in a session and, where the kernel lets us, a
 * control group of its own, so that it ends with everything that it started.
 *
 * @param argv the program and its arguments
 * @param environment all of it: nothing of the agent's own environment is passed on
 * @param input what it reads from standard input
 */
public record Program(
    List<String> argv, Map<String, String> environment, Path directory, byte[] input) {
  private static final Logger log = LoggerFactory.getLogger(Program.class);
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final int MOST_ANSWER = 256 << 10;

  /** What a program has always in its environment, unless the caller says otherwise. */
  private static final Map<String, String> USUAL =
      Map.of("PATH", PATH, "LANG", "C.UTF-8", "HOME", System.getProperty("user.home", "/"));

  /** It could not be started; the message says why. */
  public static final class NotStarted extends Exception {
    private static final long serialVersionUID = 1L;

    NotStarted(String reason, @Nullable Throwable cause) {
      super(reason, cause);
    }
  }

  /** A tool of the machine, in the C locale, that reads nothing. */
  static Program of(List<String> argv) {
    return new Program(argv, Map.of("LC_ALL", "C"), Path.of("/"), new byte[0]);
  }

  /** Where output goes, as it comes. */
  public interface Sink {
    void write(OutputChunk.Stream stream, byte[] bytes, int offset, int length);
  }

  /**
   * Runs it to its end.
   *
   * @param name of the task: no other that runs has it
   * @return its exit status, 128 + n when signal n ended it
   * @throws InterruptedException when the thread was interrupted; nothing of it runs any more
   */
  public int run(String name, Sink sink) throws InterruptedException, NotStarted {
    try (ProcessFamily family = ProcessFamily.of(name)) {
      Process process = start(family);
      family.ledBy(process.pid());
      try {
        Pump output = Pump.start(process.getInputStream(), OutputChunk.Stream.STDOUT, sink);
        Pump errors = Pump.start(process.getErrorStream(), OutputChunk.Stream.STDERR, sink);
        Thread.ofPlatform()
            .daemon()
            .name("task-input")
            .start(() -> feed(process.getOutputStream()));
        int exit = process.waitFor();
        if (!output.end(family::lives) || !errors.end(family::lives)) {
          log.info("{} ended and left something running that holds its output open", name);
        }
        return exit;
      } catch (InterruptedException e) {
        family.end();
        throw e;
      }
    }
  }

  /**
   * How it ended and what it wrote.
   *
   * @param output at most 256 KiB of it
   */
  record Answer(int exit, String output) {}

  /** Runs it to its end and keeps what it writes; its errors go where the task's do. */
  Answer ask(String name, Sink errors) throws InterruptedException, NotStarted {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    int exit =
        run(
            name,
            (stream, bytes, offset, length) -> {
              if (stream == OutputChunk.Stream.STDERR) {
                errors.write(stream, bytes, offset, length);
              } else if (kept.size() + length <= MOST_ANSWER) {
                kept.write(bytes, offset, length);
              }
            });
    return new Answer(exit, kept.toString(StandardCharsets.UTF_8));
  }

  private Process start(ProcessFamily family) throws NotStarted {
    if (!Files.isDirectory(directory)) {
      throw new NotStarted("directory: " + directory + " is no folder", null);
    }
    List<String> command = new ArrayList<>(family.wrapper());
    command.addAll(argv);
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File(directory.toString()));
    builder.environment().clear();
    builder.environment().putAll(USUAL);
    builder.environment().putAll(environment);
    builder.environment().putAll(family.mark());
    try {
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      throw new NotStarted(argv.getFirst() + " cannot be run: " + e.getMessage(), e);
    }
  }

  private void feed(OutputStream to) {
    try (to) {
      to.write(input);
    } catch (IOException e) {
      log.debug("the program did not read its input", e);
    }
  }
}
