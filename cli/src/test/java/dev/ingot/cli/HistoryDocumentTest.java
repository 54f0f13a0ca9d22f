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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/history.md print what they say, of answers that a server gave. */
class HistoryDocumentTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("```console\n\\$ ingot ([^\n]*)\n(.*?)```", Pattern.DOTALL);
  private static final String ID = "01aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
  private static final String OTHER = "01bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
  private static final String LOST =
      "{\"change\":\"lost\",\"what\":\"DIMM A5 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is"
          + " gone\",\"path\":\"memory.dimms\"},{\"change\":\"degraded\",\"what\":\"mem.MemTotal:"
          + " 96 GiB → 80 GiB\",\"path\":\"mem.MemTotal\"}";
  private static final String VERSION =
      "{\"change\":\"informational\",\"what\":\"dmi.bios_version: 2.1 →"
          + " 2.3\",\"path\":\"dmi.bios_version\"}";

  @Test
  void theExamplesPrintWhatTheySay() throws IOException {
    String document =
        Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/history.md"));
    int examples = 0;
    try (FakeServer server = new FakeServer()) {
      answers(server);
      for (Matcher example = EXAMPLE.matcher(document); example.find(); examples++) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
            new Terminal(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of("INGOT_SERVER", server.address(), "INGOT_TOKEN", "secret"),
                false,
                false,
                InstantSource.fixed(Instant.parse("2026-01-02T12:00:00Z")));
        int code = new Cli(terminal, "1", List.of()).run(example.group(1).split(" ", -1));
        assertThat(code).as("%s: %s", example.group(1), err).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(example.group(2));
      }
    }
    assertThat(examples).isEqualTo(4);
  }

  private static void answers(FakeServer server) {
    server.with("GET /api/v1/lookup?key=web1", 200, "{\"items\":[{\"id\":\"" + ID + "\"}]}");
    server.with(
        "GET /api/v1/nodes/" + ID + "/history?limit=1000",
        200,
        "{\"items\":[{\"time\":\"2026-01-02T09:00:00.000002Z\",\"source\":\"agent\",\"change\":\"lost\",\"what\":["
            + LOST
            + "]},{\"time\":\"2026-01-01T08:00:00.000001Z\",\"source\":\"agent\",\"change\":\"informational\",\"what\":["
            + VERSION
            + "]}],\"next\":null}");
    server.with(
        "GET /api/v1/nodes/" + ID + "/inventory?as-of=2026-01-01T08%3A00%3A00.000001Z",
        200,
        "{\"mercury_id\":\"" + ID + "\",\"dmi\":{\"bios_version\":\"2.3\"}}");
    String diff =
        "{\"change\":\"lost\",\"what\":["
            + LOST
            + ","
            + VERSION
            + "],\"moreWhat\":0,\"changes\":[{}],\"more\":0}";
    server.with("GET /api/v1/nodes/" + ID + "/diff?from=2026-01-01&to=now", 200, diff);
    String parts =
        "{\"items\":["
            + part(
                ID,
                "web1",
                "/dev/sda",
                "2025-11-23T12:00:00Z",
                "2026-01-02T09:00:00Z",
                "\"2026-01-02T09:05:00Z\"")
            + ","
            + part(
                OTHER, "web2", "/dev/sdb", "2026-01-02T10:00:00Z", "2026-01-02T11:55:00Z", "null")
            + "],\"next\":null}";
    server.with("GET /api/v1/parts?serial=s4xk0001&limit=1000", 200, parts);
    server.with("GET /api/v1/parts?limit=1000&serial=s4xk0001", 200, parts);
  }

  private static String part(
      String node, String name, String slot, String first, String last, String gone) {
    return """
    {"kind":"disk","serial":"S4XK0001","size":"480 GB","model":"Samsung MZ7LH480","node":"%s",\
    "hostname":"%s","slot":"%s","firstSeen":"%s","lastSeen":"%s","gone":%s,"duplicate":false}\
    """
        .formatted(node, name, slot, first, last, gone);
  }
}
