package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The program as people run it: a process of its own. */
final class IngotProcess implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread out;
  private final Thread err;

  IngotProcess(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("INGOT_"));
    builder.environment().putAll(environment);
    process = builder.start();
    out = Thread.ofVirtual().start(() -> read(process.getInputStream()));
    err = Thread.ofVirtual().start(() -> read(process.getErrorStream()));
  }

  /** Waits for a line that has the pattern in it. */
  MatchResult await(String pattern, Duration most) {
    Pattern wanted = Pattern.compile(pattern);
    return Awaitility.await(pattern + " in " + lines)
        .atMost(most)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(wanted), found -> found != null);
  }

  /** Everything printed so far, both streams. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** As {@code kill -9}: the process only, not those that it started. */
  void killHard() throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  /** As {@code kill}: returns the exit code, which must come within ten seconds. */
  int stop() throws InterruptedException {
    process.destroy();
    return exitCode(Duration.ofSeconds(10));
  }

  int exitCode(Duration most) throws InterruptedException {
    assertThat(process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)).as("ends").isTrue();
    out.join(Duration.ofSeconds(5));
    err.join(Duration.ofSeconds(5));
    return process.exitValue();
  }

  private MatchResult find(Pattern wanted) {
    for (String line : lines) {
      Matcher matcher = wanted.matcher(line);
      if (matcher.find()) {
        return matcher.toMatchResult();
      }
    }
    assertThat(process.isAlive()).as("ended with: " + lines).isTrue();
    return null;
  }

  private void read(InputStream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that has ended is left alone: its number may be another's by now. */
  @Override
  public void close() {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    children.forEach(child -> child.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }
}
