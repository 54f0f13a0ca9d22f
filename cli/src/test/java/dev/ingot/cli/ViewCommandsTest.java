package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ViewCommandsTest {
  @TempDir Path folder;
  private FakeServer server;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("INGOT_SERVER", server.address(), "INGOT_TOKEN", "t"),
            false,
            false,
            InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
    return new Cli(terminal, "1", List.of()).run(words);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aRunShowsItsColumnsInTheirUnitsWalkingIntoLists() {
    server.with(
        "POST /api/v1/views/disks/run",
        200,
        """
        {"view": "disks", "kind": "nodes", "next": null, "columns": [
          {"title": "ID", "path": "mercury_id", "unit": "id"},
          {"title": "DISKS", "path": "os_storage.size", "unit": "bytes"},
          {"title": "FIRST", "path": "os_storage.0.size", "unit": "bytes"},
          {"title": "CLOCK", "path": "cpu.frequency.max", "unit": "hertz"},
          {"title": "SEEN", "path": "node.last_seen", "unit": "age"}],
         "items": [
          {"mercury_id": "01aabbccddeeff00112233445566778899aabbccdd",
           "os_storage": [{"size": 1024}, {"size": 2097152}, {"device": "none"}],
           "cpu": [{"frequency": {"max": 2400000000}}], "node": {"last_seen": "2026-01-02T03:04:00Z"}},
          {"mercury_id": "02", "os_storage": {"size": "odd"}}]}
        """);
    assertThat(run("views", "run", "disks", "--set", "rack=r 1", "--set", "n=2")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            ID            DISKS         FIRST  CLOCK     SEEN
            01aabbccddee  1 KiB, 2 MiB  1 KiB  2.40 GHz  5s ago
            02            odd
            """);
    assertThat(server.bodies)
        .containsExactly("{\"parameters\":{\"rack\":\"r 1\",\"n\":\"2\"},\"limit\":10000}");
    assertThat(run("views", "run", "disks", "-o", "csv")).isZero();
    assertThat(out()).startsWith("mercury_id,os_storage.size,os_storage.0.size,");
    assertThat(out()).contains("\"[1024,2097152]\",1024,[2400000000],");
  }

  @Test
  void aViewWithoutColumnsShowsWhatItsItemsHave() {
    server.with(
        "POST /api/v1/views/any/run",
        200,
        "{\"columns\":[],\"next\":null,\"items\":[{\"_id\":\"a\",\"n\":1},{\"_id\":\"b\",\"m\":2}]}");
    assertThat(run("views", "run", "any")).isZero();
    assertThat(out()).isEqualTo("_id  m  n\na       1\nb    2\n");
  }

  @Test
  void aFolderIsSentWholeWithItsFilesTextsAndWhatIsLeftOutIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("sub/.git"));
    Files.writeString(folder.resolve("b.yaml"), "filter: {}\n");
    Files.writeString(folder.resolve("sub/a.json"), "{}");
    Files.writeString(folder.resolve("sub/.git/x.json"), "{}");
    Files.writeString(folder.resolve("map.js"), "function");
    server.with(
        "POST /api/v1/views/load",
        200,
        "{\"items\":[{\"file\":\"b.yaml\",\"name\":\"b\",\"state\":\"created\"}],\"dryRun\":true}");
    assertThat(run("views", "load", folder.toString(), "--dry-run")).isZero();
    JsonNode sent = Output.MAPPER.readTree(server.bodies.getFirst());
    assertThat(sent)
        .isEqualTo(
            Output.MAPPER.readTree(
                """
                {"files": [{"file": "b.yaml", "text": "filter: {}\\n"},
                           {"file": "sub/a.json", "text": "{}"}], "dryRun": true}
                """));
    assertThat(out()).isEqualTo("FILE    NAME  STATE\nb.yaml  b     created\n");
    assertThat(err()).contains("map.js is left out").contains("nothing was changed");
  }

  @Test
  void eachWrongFileIsALineOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("b.yaml"), "x");
    server.with(
        "POST /api/v1/views/load",
        422,
        "{\"type\":\"urn:ingot:problem:invalid\",\"status\":422,\"field\":\"b.yaml\","
            + "\"detail\":\"b.yaml: name: wrong\\nc.yaml: filter: wrong\"}");
    assertThat(run("views", "load", folder.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err()).isEqualTo("ingot: b.yaml: name: wrong\ningot: c.yaml: filter: wrong\n");
  }

  @Test
  void aFolderThatIsNotThereOrEmptyIsAUsageError() throws IOException {
    assertThat(run("views", "load", folder.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("no such file or folder");
    assertThat(run("views", "load", folder.toString())).isEqualTo(ExitCode.USAGE);
    Files.write(folder.resolve("bad.json"), new byte[] {'"', (byte) 0xff, '"'});
    assertThat(run("views", "load", folder.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("bad.json is no UTF-8 text");
    assertThat(server.asked).isEmpty();
  }
}
