package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A script of ours with Python's own ZeroMQ and MessagePack, which are not ours. */
final class Python implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  Python(Path folder, String script, String... arguments) throws IOException {
    Path file = folder.resolve(script);
    try (InputStream source = Python.class.getResourceAsStream("/mercury/" + script)) {
      Files.write(file, source.readAllBytes());
    }
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", file.toString()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException ended) {
      lines.add("the end: " + ended);
    }
  }

  void write(Object message) throws IOException {
    process.getOutputStream().write((Json.write(message) + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** The first line it says that fits. */
  JsonNode await(Predicate<JsonNode> wanted) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                lines.stream()
                    .filter(line -> line.startsWith("{"))
                    .map(Json::read)
                    .filter(wanted)
                    .findFirst(),
            found -> {
              assertThat(found.isPresent() || process.isAlive()).as("%s", lines).isTrue();
              return found.isPresent();
            })
        .orElseThrow();
  }

  JsonNode line(int place) {
    assertThat(lines.get(place)).startsWith("{");
    return Json.read(lines.get(place));
  }

  int said() {
    return lines.size();
  }

  /** As a machine that loses its power. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
