package dev.ingot.cli;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a command runs: streams, environment, clock, and whether a person looks on.
 *
 * @param outputIsTerminal whether {@code out} is shown as it is written
 * @param personIsThere whether questions can be asked: standard input and error are a terminal
 */
public record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean outputIsTerminal,
    boolean personIsThere,
    InstantSource clock) {

  /** The process's own. */
  public static Terminal ofProcess() {
    return new Terminal(
        System.in,
        printing(FileDescriptor.out),
        System.err,
        System.getenv(),
        isTerminal(1),
        isTerminal(0) && isTerminal(2),
        InstantSource.system());
  }

  /** UTF-8 whatever the locale says, and written in blocks: whoever prints also flushes. */
  private static PrintStream printing(FileDescriptor descriptor) {
    OutputStream blocks = new BufferedOutputStream(new FileOutputStream(descriptor), 8 << 10);
    return new PrintStream(blocks, false, StandardCharsets.UTF_8);
  }

  /** Columns of the terminal; 0 when the output is no terminal and nothing says how wide. */
  int width() {
    String columns = environment.getOrDefault("COLUMNS", "");
    if (columns.matches("[1-9]\\d{0,4}")) {
      return Integer.parseInt(columns);
    }
    return outputIsTerminal ? widthOfTerminal() : 0;
  }

  /** Asks on the terminal; anything but a yes is a no. */
  boolean yes(String question) {
    err.print(question + " [y/N] ");
    err.flush();
    try {
      BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      String answer = lines.readLine();
      return answer != null && answer.strip().matches("(?i)y|yes");
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot read the answer: " + e.getMessage(), e);
    }
  }

  public void pause(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }

  /** Only asked for when COLUMNS is not exported: {@code stty} knows, and 80 is a safe guess. */
  private static int widthOfTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "-F", "/dev/tty", "size")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readNBytes(32), StandardCharsets.US_ASCII);
      stty.waitFor(1, TimeUnit.SECONDS);
      String[] words = size.strip().split(" ", -1);
      return words.length == 2 && words[1].matches("[1-9]\\d{0,4}")
          ? Integer.parseInt(words[1])
          : 80;
    } catch (IOException e) {
      return 80;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 80;
    }
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
