package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.cli.Cli;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Terminal;
import dev.ingot.testkit.FreePort;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole program, as somebody meets it: processes, files, the command line. */
class UpIT {
  private static final Duration START = Duration.ofSeconds(60);

  private Path data;
  private Map<String, String> environment;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("up");
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
  void upShowsThisMachineAndAKillLosesNothing() throws Exception {
    String id;
    String[] command = {"up", "--log", "text", "--data.dir", data.toString()};
    try (IngotProcess up = new IngotProcess(environment, command)) {
      id = up.await("This machine is node ([0-9a-f]{42})", START).group(1);
      up.await("Ctrl-C stops it", START);
      assertThat(String.join("\n", up.lines())).contains("Ingot is up at", "nodes query");
      theMachineIsFound(id);
      theCommandsOfTheReadmeWork(id);
      thisMachineDoesWhatItIsAsked(id);
      nobodyElseCanReadWhatIsSecret();
      aSecondServerIsRefusedInOneLine();
      assertThat(ingot("nodes", "tag", id, "kept")).isZero();
      List<ProcessHandle> agents = up.handle().children().toList();
      up.killHard();
      Awaitility.await("the agent ends without its parent")
          .atMost(Duration.ofSeconds(10))
          .until(() -> agents.stream().noneMatch(UpIT::isAgent));
    }
    try (IngotProcess up = new IngotProcess(environment, "up", "--log", "json", "--amqp")) {
      up.await("This machine is node " + id, START);
      theBrokerIsThisUsersAlone(up);
      assertThat(ingot("nodes", "show", id, "-o", "json")).isZero();
      assertThat(out()).contains("\"kept\"");
      List<ProcessHandle> children = up.handle().descendants().toList();
      assertThat(up.stop()).isZero();
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(up.lines()).filteredOn(line -> line.startsWith("{")).isNotEmpty();
    }
  }

  private void theBrokerIsThisUsersAlone(IngotProcess up) throws Exception {
    String broker =
        up.await("broker (amqp://ingot:[0-9a-f]{40}@127\\.0\\.0\\.1:[0-9]+/)", START).group(1);
    Path file = data.resolve("amqp.url");
    assertThat(Files.readString(file)).isEqualTo(broker + "\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(ingot("setup", "broker", "-o", "json")).isZero();
    assertThat(out()).contains("ingot.events", "ingot.agents");
    assertThat(ingot("enrolment-tokens", "create", "-o", "json")).isZero();
    Matcher secret = Pattern.compile("\"secret\"\\s*:\\s*\"([^\"]+)\"").matcher(out());
    assertThat(secret.find()).isTrue();
    Path token = Files.writeString(data.resolve("token"), secret.group(1));
    try (IngotProcess fleet =
        new IngotProcess(
            environment,
            "simulate",
            "--nodes=3",
            "--server=" + broker,
            "--enrolment-token-file=" + token,
            "--until-stored")) {
      assertThat(fleet.exitCode(START)).as(String.join("\n", fleet.lines())).isZero();
    }
  }

  private void whatTheAgentSaidIsFoundByItsJob(String id) {
    ingot("jobs", "list", "-o", "name");
    String job = out.toString(StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
    Awaitility.await()
        .atMost(START)
        .untilAsserted(
            () -> {
              assertThat(ingot("logs", "--node", id, "--job", job)).isZero();
              assertThat(out.toString(StandardCharsets.UTF_8))
                  .containsSubsequence("echo begins", "echo ended: succeeded");
            });
  }

  private void thisMachineDoesWhatItIsAsked(String id) {
    Awaitility.await()
        .atMost(START)
        .until(() -> ingot("call", "echo", "--on", id, "text=a b") == 0);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("a b\n");
    whatTheAgentSaidIsFoundByItsJob(id);
    assertThat(ingot("exec", "--on", id, "--", "printf", "%s", "$HOME")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("$HOME");
    assertThat(ingot("exec", "--on", id, "--exit-code", "--", "sh", "-c", "exit 7")).isEqualTo(7);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("failed: exit status 7");
    assertThat(ingot("call", "inspector", "--on", id, "sections=cpu")).isZero();
    assertThat(ingot("exec", "--on", id, "--task-timeout", "1s", "--", "sleep", "100"))
        .isEqualTo(ExitCode.TIMED_OUT);
    assertThat(ingot("exec", "--on", id, "--dry-run", "--", "id")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("would go to 1 node; nothing was sent");
    assertThat(ingot("call", "echo", "--on", id, "words=a")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("words").contains("text");
    assertThat(ingot("call", "reboot", "--on", id, "--yes")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("protected");
    assertThat(ingot("exec", "--on", "all", "--", "id")).isEqualTo(ExitCode.USAGE);
    assertThat(ingot("capabilities", "list", "-o", "name")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("run\n", "reboot\n");
    assertThat(ingot("jobs", "list")).isZero();
  }

  @Test
  void aServerThatCannotStartSaysWhyInOneLine() throws Exception {
    try (IngotProcess wrong = new IngotProcess(environment, "up", "--htp.port", "1")) {
      assertThat(wrong.exitCode(START)).isEqualTo(ExitCode.USAGE);
      assertThat(wrong.lines())
          .containsExactly(
              "ingot: htp.port (flag --htp.port): unknown key; did you mean http.port?");
    }
    try (IngotProcess wrong = new IngotProcess(environment, "server", "--data.dir")) {
      assertThat(wrong.exitCode(START)).isEqualTo(ExitCode.USAGE);
      assertThat(wrong.lines()).containsExactly("ingot: --data.dir needs a value: path");
    }
    Path file = data.resolve("ingot.yaml");
    Files.writeString(file, "http:\n  prot: 1\ninspect: {deadline: soon}\n");
    try (IngotProcess wrong = new IngotProcess(environment, "up")) {
      assertThat(wrong.exitCode(START)).isEqualTo(ExitCode.USAGE);
      assertThat(wrong.lines()).hasSize(2).allMatch(line -> line.contains("ingot.yaml line "));
    }
    Files.delete(file);
    try (IngotProcess open = new IngotProcess(environment, "server", "--http.host", "0.0.0.0")) {
      assertThat(open.exitCode(START)).isEqualTo(ExitCode.USAGE);
      assertThat(open.lines()).singleElement().asString().contains("http.insecure: true");
    }
  }

  @Test
  void aServerThatWaitsForItsDatabaseStopsAtOnceWhenAsked() throws Exception {
    Map<String, String> away = new HashMap<>(environment);
    away.put("INGOT_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/ingot");
    try (IngotProcess server = new IngotProcess(away, "server", "--log", "text")) {
      server.await("127.0.0.1:1/ingot does not answer", START);
      assertThat(server.stop()).isZero();
    }
  }

  @Test
  void inspectReadsTheAgentsConfigurationAndNobodyElses() throws Exception {
    assertThat(ingot("inspect", "cpu", "-o", "json")).isZero();
    Path file = data.resolve("ingot.yaml");
    Files.writeString(
        file,
        "compat: {uuid-case: sideways}\nenrolment: {token-file: /nowhere}\nhttp: {port: 1}\n");
    assertThat(ingot("inspect", "cpu")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).hasLineCount(1).contains("compat.uuid-case", "as-read");
    assertThat(ingot("inspect", "--data.dir", data.resolve("other").toString(), "cpu")).isZero();
    Files.writeString(file, "enrolment: {token-file: /nowhere}\nhttp: {port: 1}\n");
    assertThat(ingot("inspect", "cpu")).as(err()).isZero();
    Path other = Files.writeString(data.resolve("other.json"), "{\"hello\": 1}");
    assertThat(ingot("inspect", "cpu", "--diff", other.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("no document of ingot inspect");
  }

  @Test
  void aCommandLoadsNothingOfTheServer() throws Exception {
    Path loaded = data.resolve("loaded");
    Map<String, String> logged = new HashMap<>(environment);
    logged.put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
    try (IngotProcess command = new IngotProcess(logged, "nodes", "list")) {
      assertThat(command.exitCode(START)).isEqualTo(ExitCode.FAILED);
      assertThat(command.lines()).anyMatch(line -> line.contains("no server answers at"));
    }
    assertThat(Files.readString(loaded))
        .contains("dev.ingot.cli.Cli ")
        .doesNotContain("dev.ingot.server.", "dev.ingot.agent.", "dev.ingot.core.")
        .doesNotContain("org.slf4j.", "ch.qos.logback.", "org.eclipse.jetty.", "org.jdbi.");
  }

  private void theMachineIsFound(String id) {
    assertThat(ingot("nodes", "list", "-o", "name")).isZero();
    assertThat(out()).isEqualTo(id + "\n");
    String filter = "{\"cpu.0.model_name\":{\"$regex\":\".\"}}";
    assertThat(ingot("nodes", "query", filter, "-o", "name")).isZero();
    assertThat(out()).isEqualTo(id + "\n");
    assertThat(ingot("nodes", "query", filter, "--count")).isZero();
    assertThat(out()).isEqualTo("1\n");
    assertThat(ingot("nodes", "list", "-o", "csv")).isZero();
    assertThat(out()).hasLineCount(2).contains(id);
    assertThat(ingot("nodes", "show", id, "--section", "cpu", "-o", "json")).isZero();
    assertThat(out()).contains("model_name");
    assertThat(ingot("nodes", "show", id.substring(0, 10), "-o", "name")).isZero();
    assertThat(out()).isEqualTo(id + "\n");
    assertThat(ingot("lookup", "no-such-machine")).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(ingot("inspect", "-o", "name")).isZero();
    assertThat(out()).as("the agent's own id, from INGOT_DATA_DIR").isEqualTo(id + "\n");
    assertThat(ingot("nodes", "query", "{\"a\":{\"$nope\":1}}")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).hasLineCount(1).contains("$nope");
    assertThat(ingot("server", "disk")).isZero();
    assertThat(ingot("events", "watch", "--after", "0", "--count", "2")).isZero();
    assertThat(out()).hasLineCount(2);
    assertThat(ingot("audit", "list", "--limit", "1", "-o", "csv")).isZero();
    assertThat(out()).hasLineCount(2);
  }

  /** Lines of README.md that begin with ./ingot and end by themselves. */
  private void theCommandsOfTheReadmeWork(String id) throws IOException {
    Path readme = Path.of("").toAbsolutePath().resolveSibling("README.md");
    List<String> commands = new ArrayList<>();
    for (String line : Files.readAllLines(readme)) {
      if (line.startsWith("./ingot ") && !line.startsWith("./ingot up")) {
        commands.add(line.replaceFirst("\\s+#.*", "").replace("<id>", id));
      }
    }
    assertThat(commands).hasSizeGreaterThan(2);
    for (String command : commands) {
      List<String> words = new ArrayList<>();
      Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(command);
      while (word.find()) {
        words.add(word.group(1) == null ? word.group(2) : word.group(1));
      }
      String[] arguments = words.subList(1, words.size()).toArray(new String[0]);
      assertThat(ingot(arguments)).as(command + ": " + err()).isZero();
      assertThat(out()).as(command).isNotBlank();
    }
  }

  private void nobodyElseCanReadWhatIsSecret() throws IOException {
    // Who could read a lock's file could take the lock.
    for (String name : List.of("admin.token", "agent/key", "server.lock", "postgres/lock")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name))))
          .isEqualTo("rw-------");
    }
    assertThat(data.resolve("agent/enrolment.token")).doesNotExist();
    Map<String, String> nobody =
        Map.of(
            "INGOT_SERVER", environment.get("INGOT_SERVER"),
            "INGOT_DATA_DIR", data.resolve("nothing").toString());
    err.reset();
    assertThat(new Cli(terminal(nobody), "", List.of()).run("nodes", "list"))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(err()).contains("a token comes from").hasLineCount(1);
  }

  private void aSecondServerIsRefusedInOneLine() throws Exception {
    try (IngotProcess second = new IngotProcess(environment, "server", "--log", "text")) {
      assertThat(second.exitCode(START)).isEqualTo(ExitCode.FAILED);
      assertThat(second.lines()).hasSize(1).first().asString().contains("data folder");
    }
  }

  private static boolean isAgent(ProcessHandle process) {
    String[] arguments = process.info().arguments().orElse(new String[0]);
    return process.isAlive() && List.of(arguments).contains("agent");
  }

  private int ingot(String... arguments) {
    out.reset();
    err.reset();
    return new Cli(terminal(environment), "test", LocalCommands.all()).run(arguments);
  }

  private Terminal terminal(Map<String, String> variables) {
    return new Terminal(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        variables,
        false,
        false,
        InstantSource.system());
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
