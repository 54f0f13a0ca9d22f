package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
  private static final String NODE = "01aabbccddeeff00112233445566778899aabbccdd";
  private static final String PAGE_ONE =
      """
      {"items":[{"id":"%s","hostname":"alpha, \\"the\\" first","presence":{"state":"online"},\
      "summary":{"memoryBytes":25769803776},"tags":["a","b"]}],"next":"c1"}\
      """
          .formatted(NODE);
  private static final String PAGE_TWO =
      "{\"items\":[{\"id\":\"02\",\"hostname\":\"be\\u001bta\"}],\"next\":null}";

  @TempDir Path folder;
  private FakeServer server;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String input = "";
  private boolean personIsThere;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    server.with("GET /api/v1/nodes?limit=1000", 200, PAGE_ONE);
    server.with("GET /api/v1/nodes?cursor=c1&limit=1000", 200, PAGE_TWO);
    server.with("GET /api/v1/nodes?limit=1000&cursor=c1", 200, PAGE_TWO);
    environment.put("INGOT_SERVER", server.address());
    environment.put("INGOT_TOKEN", "ingot_secret");
    environment.put("INGOT_DATA_DIR", folder.toString());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aListIsATableOfAllPages() {
    assertThat(run("nodes", "list")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            ID            NAME                STATE   MEMORY  TAGS
            01aabbccddee  alpha, "the" first  online  24 GiB  a,b
            02            be ta
            """);
    assertThat(server.tokens).containsOnly("Bearer ingot_secret");
  }

  @Test
  void aPipelinesAnswerIsATableOfItsFields() {
    server.with(
        "POST /api/v1/inventory/aggregate",
        200,
        "{\"items\":[{\"_id\":{\"vendor\":\"HPE\",\"model\":\"DL\"},\"n\":2},{\"_id\":{\"vendor\":\"Q\"},\"n\":1}]}");
    assertThat(run("inventory", "aggregate", "[]")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            VENDOR  MODEL  N
            HPE     DL     2
            Q              1
            """);
  }

  @Test
  void theRolesOfTheGuideAreSetAsItSays() throws IOException {
    server.with("PUT /api/v1/roles/lab", 201, "{\"name\":\"lab\"}");
    server.with("POST /api/v1/tokens", 201, "{\"secret\":\"ingot_x\"}");
    server.with("GET /api/v1/roles/lab", 200, "{\"name\":\"lab\"}");
    String guide =
        Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/roles.md"))
            .replace("\\\n", " ");
    List<String> lines = guide.lines().filter(line -> line.startsWith("ingot ")).toList();
    assertThat(lines).hasSize(3);
    for (String line : lines) {
      String[] words = line.replace("'", "").strip().split("\\s+", -1);
      assertThat(run(java.util.Arrays.copyOfRange(words, 1, words.length))).as(line).isZero();
    }
    assertThat(server.bodies.getFirst())
        .contains("\"base\":\"reader\"", "\"nodes\":{\"node.tags\":\"lab\"}")
        .contains("\"read\":[\"cpu\",\"mem.MemTotal\",\"interfaces.lldp\",\"dmi.sys_vendor\"]");
    assertThat(run("roles", "set", "lab")).isEqualTo(2);
    assertThat(run("roles", "set", "lab", "--read", "cpu", "--nodes", "{")).isEqualTo(2);
  }

  @Test
  void theSingularMeansTheSame() {
    assertThat(run("node", "list", "-o", "name")).isZero();
    assertThat(out()).isEqualTo(NODE + "\n02\n");
  }

  @Test
  void everyFormatHoldsTheSame() {
    assertThat(run("-o", "json", "nodes", "list")).isZero();
    assertThat(out()).contains("\"hostname\" : \"alpha, \\\"the\\\" first\"").startsWith("[");
    assertThat(run("nodes", "list", "-o", "csv")).isZero();
    assertThat(out())
        .isEqualTo(
            "id,hostname,presence.state,standing,summary.vendor,summary.model,class,summary.cpuModel,summary.cpuCores,summary.memoryBytes,summary.diskBytes,tags\r\n"
                + NODE
                + ",\"alpha, \"\"the\"\""
                + " first\",online,,,,,,,25769803776,,\"[\"\"a\"\",\"\"b\"\"]\"\r\n"
                + "02,be\u001bta,,,,,,,,,,\r\n");
    assertThat(run("nodes", "list", "-o", "yaml", "--limit", "1")).isEqualTo(ExitCode.NOT_FOUND);
    server.with("GET /api/v1/nodes?limit=1", 200, PAGE_ONE);
    assertThat(run("nodes", "list", "-o", "yaml", "--limit", "1")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            - id: "%s"
              hostname: "alpha, \\"the\\" first"
              presence:
                state: online
              summary:
                memoryBytes: 25769803776
              tags:
                - a
                - b
            """
                .formatted(NODE));
  }

  @Test
  void aTableIsNeverWiderThanTheTerminal() {
    for (int width = 20; width < 90; width += 7) {
      environment.put("COLUMNS", String.valueOf(width));
      assertThat(run("nodes", "list")).isZero();
      int limit = width;
      assertThat(out().lines()).hasSize(3).allMatch(line -> line.length() <= limit);
    }
  }

  @Test
  void anUnknownWordNamesTheNearest() {
    assertThat(run("nodse", "list")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("ingot: unknown command nodse; did you mean nodes?");
    assertThat(run("nodes", "lst")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("ingot: unknown command lst; did you mean list?");
    assertThat(run("nodes", "list", "--wach")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("ingot: unknown option --wach; did you mean --watch?");
    assertThat(run("nodes", "list", "-o", "xml")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).isEqualTo("ingot: -o is one of table, json, yaml, csv, name, not xml\n");
    assertThat(run("nodes", "show")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("NODE").hasLineCount(1);
    assertThat(run("nodes")).isEqualTo(ExitCode.USAGE);
    assertThat(run("-o", "json", "nodes", "lst")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("{\"type\":\"urn:ingot:problem:usage\",\"detail\":\"unknown");
  }

  @Test
  void aProblemOfTheServerBecomesAnExitCode() {
    Map<Integer, Integer> codes =
        Map.of(400, 2, 401, 4, 403, 4, 404, 3, 409, 4, 422, 2, 429, 1, 500, 1, 503, 1);
    codes.forEach(
        (status, code) -> {
          String body = "{\"type\":\"urn:ingot:problem:x\",\"detail\":\"why\",\"field\":\"size\"}";
          server.with("GET /api/v1/nodes/" + NODE, status, body);
          assertThat(run("nodes", "show", NODE)).as("status " + status).isEqualTo(code);
          assertThat(err()).startsWith("ingot: why").contains("(size)");
        });
    server.with(
        "GET /api/v1/nodes/" + NODE, 403, "{\"type\":\"t\",\"detail\":\"d\",\"field\":\"f\"}");
    assertThat(run("nodes", "show", NODE, "-o", "json")).isEqualTo(ExitCode.REFUSED);
    assertThat(err())
        .isEqualTo("{\"type\":\"t\",\"status\":403,\"detail\":\"d\",\"field\":\"f\"}\n");
    server.with("GET /api/v1/nodes/" + NODE, 200, "<html>");
    assertThat(run("nodes", "show", NODE)).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("no Ingot server");
  }

  @Test
  void aServerThatIsNotThereIsOneLineThatSaysWhatToDo() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      environment.put("INGOT_SERVER", "http://127.0.0.1:" + free.getLocalPort());
    }
    assertThat(run("nodes", "list")).isEqualTo(ExitCode.FAILED);
    assertThat(err()).contains("no server answers at", "ingot up").hasLineCount(1);
    assertThat(run("nodes", "list", "--server", "gopher:x")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("http://HOST:PORT").hasLineCount(1);
  }

  @Test
  void aSlowServerIsATimeOut() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      environment.put("INGOT_SERVER", "http://127.0.0.1:" + silent.getLocalPort());
      assertThat(run("nodes", "list", "--timeout", "1")).isEqualTo(ExitCode.TIMED_OUT);
    }
  }

  @Test
  void theTokenComesFromAFileThatOthersCannotReadOrFromThisMachine() throws IOException {
    environment.remove("INGOT_TOKEN");
    assertThat(run("nodes", "list")).isZero();
    assertThat(server.tokens).containsOnly("null");
    Path own = folder.resolve("admin.token");
    Files.writeString(own, "ingot_own\n");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    server.tokens.clear();
    assertThat(run("nodes", "list")).isZero();
    assertThat(server.tokens).containsOnly("Bearer ingot_own");
    Path named = folder.resolve("named");
    Files.writeString(named, "ingot_named");
    Files.setPosixFilePermissions(named, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("nodes", "list", "--token-file", named.toString())).isEqualTo(ExitCode.REFUSED);
    assertThat(err()).contains("chmod 600").doesNotContain("ingot_named");
    Files.setPosixFilePermissions(named, PosixFilePermissions.fromString("rw-------"));
    server.tokens.clear();
    assertThat(run("nodes", "list", "--token-file", named.toString())).isZero();
    assertThat(server.tokens).containsOnly("Bearer ingot_named");
  }

  @Test
  void thisMachinesTokenIsNotSentToAnother() throws IOException {
    environment.remove("INGOT_TOKEN");
    Path own = folder.resolve("admin.token");
    Files.writeString(own, "ingot_own\n");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    for (String other : List.of("http://example.org:80", "http://127.0.0.1.example.org")) {
      assertThat(Session.token(null, environment, java.net.URI.create(other))).isNull();
    }
    assertThat(Session.token(null, environment, java.net.URI.create("https://localhost")))
        .isEqualTo("ingot_own");
  }

  @Test
  void whatCannotBeTakenBackIsAskedFirst() {
    server.with("DELETE /api/v1/nodes/" + NODE, 204, "");
    assertThat(run("nodes", "delete", NODE)).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("--yes");
    personIsThere = true;
    input = "n\n";
    assertThat(run("nodes", "delete", NODE)).isEqualTo(ExitCode.REFUSED);
    assertThat(server.asked).isEmpty();
    input = "y\n";
    assertThat(run("nodes", "delete", NODE)).isZero();
    assertThat(out()).contains("is deleted");
    personIsThere = false;
    assertThat(run("nodes", "delete", NODE, "--yes")).isZero();
    assertThat(server.asked).hasSize(2).containsOnly("DELETE /api/v1/nodes/" + NODE);
  }

  @Test
  void aNodeIsFoundByItsName() {
    server.with("GET /api/v1/lookup?key=alpha", 200, "{\"items\":[{\"id\":\"" + NODE + "\"}]}");
    server.with("GET /api/v1/lookup?key=twin", 200, "{\"items\":[{\"id\":\"1\"},{\"id\":\"2\"}]}");
    server.with("PATCH /api/v1/nodes/" + NODE, 200, "{\"id\":\"" + NODE + "\"}");
    assertThat(run("nodes", "tag", "alpha", "new", "old-")).isZero();
    assertThat(server.bodies.getLast()).isEqualTo("{\"tags\":{\"new\":true,\"old\":null}}");
    assertThat(run("nodes", "locate", "alpha", "--rack", "r1", "--unit", "7")).isZero();
    assertThat(server.bodies.getLast())
        .isEqualTo("{\"location\":{\"rack\":\"r1\",\"unit\":\"7\"}}");
    assertThat(run("nodes", "show", "twin")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("2 nodes");
    assertThat(run("nodes", "show", "nobody")).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aQueryIsCheckedBeforeItIsSent() {
    assertThat(run("nodes", "query", "{")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).startsWith("ingot: the filter is not JSON").hasLineCount(1);
    server.with("POST /api/v1/inventory/query", 200, "{\"items\":[{\"id\":\"7\"}],\"next\":null}");
    assertThat(run("nodes", "query", "{}", "--field", "cpu.0", "--sort", "-mem", "-o", "name"))
        .isZero();
    assertThat(out()).isEqualTo("7\n");
    assertThat(server.bodies.getLast())
        .isEqualTo(
            "{\"filter\":{},\"sort\":{\"mem\":-1},\"projection\":{\"cpu\":1},\"limit\":1000}");
    String slice = "{\"cpu\":{\"$slice\":1},\"mem\":1}";
    assertThat(run("nodes", "query", "{}", "--project", slice, "--sort", "a", "--sort", "-b"))
        .isZero();
    assertThat(server.bodies.getLast())
        .isEqualTo(
            "{\"filter\":{},\"sort\":{\"a\":1,\"b\":-1},"
                + "\"projection\":{\"cpu\":{\"$slice\":1},\"mem\":1},\"limit\":1000}");
    assertThat(run("nodes", "query", "{}", "--project", "{}", "--field", "a"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void watchingGoesOnAfterTheConnectionBreaks() {
    assertThat(run("events", "watch", "--count", "5", "-o", "name")).isZero();
    assertThat(out()).isEqualTo("1\n2\n3\n4\n5\n");
    assertThat(server.eventsAfter).containsExactly("null", "2", "4");
  }

  @Test
  void aBackupHasItsNameOnlyWhenItIsWhole() throws IOException {
    Path file = folder.resolve("all.backup");
    assertThat(run("backup", file.toString())).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(folder).isEmptyDirectory();
    server.with("GET /api/v1/backup", 200, "bytes");
    assertThat(run("backup", file.resolveSibling("nowhere").resolve("x").toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err()).hasLineCount(1).contains("nowhere").contains("is not there");
    assertThat(run("backup", file.toString())).isZero();
    assertThat(file).hasContent("bytes");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("backup", file.toString())).isEqualTo(ExitCode.REFUSED);
    server.with("POST /api/v1/restore", 204, "");
    assertThat(run("restore", file.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(run("restore", file.toString(), "--yes")).isZero();
    assertThat(server.bodies.getLast()).isEqualTo("bytes");
  }

  @Test
  void aNewTokenIsPrintedAloneSoThatItCanBeKept() {
    server.with("POST /api/v1/tokens", 201, "{\"id\":\"3\",\"secret\":\"ingot_new\"}");
    assertThat(run("token", "create", "ci", "--role", "operator", "--expires", "1h30m")).isZero();
    assertThat(out()).isEqualTo("ingot_new\n");
    assertThat(server.bodies.getLast())
        .isEqualTo("{\"name\":\"ci\",\"role\":\"operator\",\"expiresInSeconds\":5400}");
  }

  @Test
  void helpVersionAndCompletionNeedNoServer() {
    server.close();
    assertThat(run("--version")).isZero();
    assertThat(out()).isEqualTo("ingot 1.2.3\n");
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("nodes", "backup", "completion");
    assertThat(run("nodes", "--help")).isZero();
    assertThat(out()).contains("list", "locate");
    assertThat(run("completion", "bash")).isZero();
    assertThat(out()).contains("complete -F", "enrolment-tokens", "--watch");
    assertThat(run("completion", "fish")).isEqualTo(ExitCode.USAGE);
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false,
            personIsThere,
            InstantSource.fixed(Instant.parse("2026-11-21T00:00:00Z")));
    return new Cli(terminal, "1.2.3", List.of()).run(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
