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

class InventoryImportTest {
  private static final String BULK = "POST /api/v1/inventory/bulk";
  @TempDir Path folder;
  private FakeServer server;
  private String in = "";
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
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("INGOT_SERVER", server.address(), "INGOT_TOKEN", "t"),
            false,
            false,
            InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")));
    return new Cli(terminal, "1", List.of()).run(words);
  }

  private static String done(int lines, int refused) {
    return "{\"done\":{\"lines\":%d,\"created\":0,\"changed\":%d,\"unchanged\":0,\"refused\":%d}}\n"
        .formatted(lines, lines - refused, refused);
  }

  @Test
  void aLongFileGoesInSeveralRequestsAndLinesKeepTheirNumbers() throws IOException {
    Path file = folder.resolve("a.jsonl");
    Files.writeString(file, "{}\n".repeat(2500) + "{}");
    server.with(
        BULK,
        200,
        "{\"progress\":{\"lines\":500}}\n{\"line\":7,\"status\":\"refused\",\"problem\":"
            + "{\"detail\":\"is missing\",\"field\":\"mercury_id\"}}\n"
            + done(1000, 1));
    assertThat(run("inventory", "import", file.toString())).isEqualTo(ExitCode.PARTLY_FAILED);
    assertThat(server.asked).containsExactly(BULK, BULK, BULK);
    assertThat(server.bodies.stream().map(body -> body.lines().count()))
        .containsExactly(1000L, 1000L, 501L);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "line 7, mercury_id: is missing\nline 1007, mercury_id: is missing\n"
                + "line 2007, mercury_id: is missing\n");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("3000 lines: 0 created, 2997 changed, 0 unchanged, 3 refused\n");
  }

  @Test
  void allOrNothingGoesInOneRequestFromStandardInputToo() {
    in = "{}\n".repeat(1500);
    server.with(BULK + "?keep=true&mode=atomic", 200, done(1500, 0));
    assertThat(run("inventory", "import", "-", "--atomic", "--keep")).isEqualTo(ExitCode.OK);
    assertThat(server.bodies.getFirst().lines()).hasSize(1500);
  }

  @Test
  void anAnswerThatBreaksOffIsAFailureThatSaysWhatToDo() {
    in = "{}\n";
    server.with(BULK, 200, "{\"line\":1,\"status\":\"changed\"}\n");
    assertThat(run("inventory", "import", "-")).isEqualTo(ExitCode.FAILED);
    server.with(BULK, 200, "{\"problem\":{\"detail\":\"the database stopped answering\"}}\n");
    assertThat(run("inventory", "import", "-")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("the answer broke off; what came before line 1 is stored: import again")
        .contains("the database stopped answering; what came before line 1");
    assertThat(run("inventory", "import", "/nonexistent")).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void anExportBearsItsNameOnlyWhenItIsWhole() throws IOException {
    Path file = folder.resolve("e.jsonl");
    server.with("GET /api/v1/inventory/export?filter=%7B%22a%22%3A1%7D", 200, "{\"a\": 1}\n");
    assertThat(run("inventory", "export", "--filter", "{\"a\": 1}", file.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(file).hasContent("{\"a\": 1}");
    assertThat(run("inventory", "export", file.toString())).isEqualTo(ExitCode.REFUSED);
    Path other = folder.resolve("o.jsonl");
    assertThat(run("inventory", "export", other.toString())).isNotEqualTo(ExitCode.OK);
    assertThat(other).doesNotExist();
    assertThat(folder.resolve("o.jsonl.part")).doesNotExist();
  }
}
