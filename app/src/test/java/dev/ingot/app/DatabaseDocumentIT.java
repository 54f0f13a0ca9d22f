package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.cli.Cli;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Terminal;
import dev.ingot.configuration.Configuration;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.store.DatabaseSettings;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/database.md is what a server does: its folder, its example of YAML, its commands. */
class DatabaseDocumentIT {
  private static final Duration START = Duration.ofSeconds(60);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String page;
  private Path data;
  private Map<String, String> environment;

  @BeforeEach
  void folder() throws IOException {
    page = Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/database.md"));
    data = TestFolders.fresh("database-page");
    String port = String.valueOf(FreePort.next());
    environment =
        Map.of(
            "INGOT_DATA_DIR",
            data.toString(),
            "INGOT_HTTP_PORT",
            port,
            "INGOT_SERVER",
            "http://127.0.0.1:" + port);
  }

  @AfterEach
  void clean() throws IOException {
    TestFolders.discard(data);
  }

  @Test
  void theFolderOfTheEmbeddedOneIsTheTablesAndTheCommandsGoFromItToTheExamplesDatabase()
      throws Exception {
    Path backup = data.resolve("backup");
    try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
      server.await("ready at", START);
      Path postgres = data.resolve("postgres");
      try (Stream<Path> files = Files.list(postgres)) {
        assertThat(files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()))
            .isEqualTo(namedInTheTable());
      }
      assertThat(mode(postgres.resolve("password"))).isEqualTo("rw-------");
      assertThat(Files.readString(postgres.resolve("cluster/PG_VERSION")).strip())
          .isEqualTo(group("a PostgreSQL (\\d+) of its own"));
      assertThat(Files.readString(postgres.resolve("port")).strip()).matches("\\d+");
      assertThat(ingot("tokens", "create", "kept", "--role", "reader")).as(err()).isZero();
      assertThat(ingot("backup", backup.toString())).as(err()).isZero();
      assertThat(ingot("server", "disk", "-o", "json")).as(err()).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"pressure\"", "\"audit\"");
      assertThat(server.stop()).isZero();
    }
    try (TestDatabase database = TestDatabase.empty()) {
      useTheExample(database, database.password());
      try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
        server.await("ready at", START);
        assertThat(ingot("restore", backup.toString(), "--yes")).as(err()).isZero();
        assertThat(ingot("tokens", "list", "-o", "csv")).as(err()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("kept");
        Path cut = data.resolve("cut");
        byte[] whole = Files.readAllBytes(backup);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThat(ingot("restore", cut.toString(), "--yes")).isNotZero();
        assertThat(err()).hasLineCount(1).contains("nothing was changed");
        assertThat(server.stop()).isZero();
      }
      useTheExample(database, "wrong");
      try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
        assertThat(server.exitCode(START)).isEqualTo(ExitCode.FAILED);
        assertThat(server.lines()).hasSize(1).first().asString().contains("password");
      }
    }
  }

  @Test
  void theNumbersAreTheDefaultsAndTheNamesAreThere() throws IOException {
    DatabaseSettings defaults = DatabaseSettings.DEFAULT;
    assertThat(group("`database.start-wait` \\((\\d+) min\\)"))
        .isEqualTo(String.valueOf(defaults.startWait().toMinutes()));
    assertThat(group("pools of (\\d+, \\d+ and \\d+)"))
        .isEqualTo(
            "%d, %d and %d"
                .formatted(
                    defaults.apiConnections(),
                    defaults.engineConnections(),
                    defaults.ingestConnections()));
    Configuration configuration = Configuration.of(null, Map.of(), Map.of());
    configuration.section("", ServerSettings.class, ServerSettings.DEFAULT);
    Set<String> keys =
        configuration.keys().stream().map(key -> key.name()).collect(Collectors.toSet());
    assertThat(keys)
        .contains("database.start-wait", "retention.audit.age", "retention.audit.bytes");
    Set<String> sources;
    try (Stream<Path> files = Files.walk(Path.of("").toAbsolutePath().resolveSibling("server"))) {
      sources =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    String forWriters = page.substring(page.indexOf("## For those who write features"));
    Set<String> names =
        Pattern.compile("`(?:try \\()?([A-Z][a-z]+[A-Za-z]*)[` .]")
            .matcher(forWriters)
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toSet());
    assertThat(names).hasSizeGreaterThan(8).isSubsetOf(sources);
  }

  /** The page's YAML, with this machine's database in the places of the example's. */
  private void useTheExample(TestDatabase database, String password) throws IOException {
    Path file = data.resolve("database.password");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, password);
    String yaml = group("```yaml\\n(.*?)```");
    for (Map.Entry<String, String> place :
        Map.of(
                "jdbc:postgresql://db.example.net:5432/ingot", database.url(),
                "user: ingot", "user: " + database.user(),
                "/etc/ingot/database.password", file.toString())
            .entrySet()) {
      assertThat(yaml).contains(place.getKey());
      yaml = yaml.replace(place.getKey(), place.getValue());
    }
    Files.writeString(data.resolve("ingot.yaml"), yaml);
  }

  private Set<String> namedInTheTable() {
    Set<String> names = new TreeSet<>();
    String table = group("(\\| in `postgres/` .*?)\\n\\n");
    for (String row : table.lines().skip(2).toList()) {
      Pattern.compile("`([^`]+)`")
          .matcher(row.split("\\|", -1)[1])
          .results()
          .forEach(name -> names.add(name.group(1).replace("/", "")));
    }
    return names;
  }

  private String group(String pattern) {
    List<MatchResult> found =
        Pattern.compile(pattern, Pattern.DOTALL).matcher(page).results().toList();
    assertThat(found).as(pattern).hasSize(1);
    return found.getFirst().group(1);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private int ingot(String... arguments) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false,
            false,
            InstantSource.system());
    return new Cli(terminal, "test", LocalCommands.all()).run(arguments);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
