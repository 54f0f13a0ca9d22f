package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Types every command of docs/resources.md, claims.md, addresses.md and eve.md at an {@code ingot
 * up} of its own, compiles and runs the example in Java, and has clients in Python ask as the
 * original client of ResourceManager did.
 */
class ResourcesDocumentIT {
  private static final Duration START = Duration.ofSeconds(120);
  private static final String PYTHON = "/usr/bin/python3";
  private static final String CLAIM_OF_THE_PAGE = "3";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> typed = new ArrayList<>();
  private Path data;
  private Path folder;
  private String address;
  private Map<String, String> environment;
  private String lastClaim = "";

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("resources-pages");
    folder = Files.createDirectories(data.resolve("typed/kinds")).getParent();
    String port = String.valueOf(FreePort.next());
    address = "http://127.0.0.1:" + port;
    environment =
        Map.of(
            "INGOT_DATA_DIR",
            data.toString(),
            "INGOT_HTTP_PORT",
            port,
            "INGOT_SERVER",
            address,
            "INGOT_RESOURCES_EVE_COMPAT",
            "2014",
            "INGOT_RESOURCES_EVE_USER",
            "admin",
            "INGOT_RESOURCES_EVE_PASSWORD",
            "admin");
  }

  @AfterEach
  void clean() throws IOException {
    TestFolders.discard(data);
  }

  @Test
  void whatThePagesSayIsWhatHappens() throws Exception {
    try (IngotProcess up = new IngotProcess(environment, "up", "--log", "text")) {
      up.await("Ingot is up at", START);
      thePageOfResources();
      whatIsWrittenIsReadAgain();
      thePageOfClaims();
      thePageOfAddresses();
      everyVerbHasAnExample();
      thePageOfTheOldFace();
      assertThat(up.stop()).isZero();
    }
  }

  private void thePageOfResources() throws Exception {
    String page = page("resources.md");
    Files.writeString(folder.resolve("machines.csv"), block(page, "csv"));
    Files.writeString(folder.resolve("kinds/licences.yaml"), block(page, "yaml"));
    typeAll(page);
    assertThat(Files.readString(folder.resolve("all.csv")))
        .contains("rack1-09", "needs_repair", "fan, left");
  }

  /** All that a list wrote is deleted, made again from it, and then listed as it was. */
  private void whatIsWrittenIsReadAgain() throws IOException {
    String before = Files.readString(folder.resolve("all.csv"));
    for (String name : List.of("rack1-07", "rack1-08", "rack1-09", "rack1-10")) {
      assertThat(ingot("resources", "delete", name, "--yes")).as(err()).isZero();
    }
    assertThat(ingot("resources", "import", folder.resolve("all.csv").toString()))
        .as(err())
        .isZero();
    assertThat(ingot("resources", "list", "-o", "csv")).isZero();
    assertThat(kept(said())).isEqualTo(kept(before)).hasSize(5);
    assertThat(ingot("resources", "import", folder.resolve("all.csv").toString()))
        .isEqualTo(ExitCode.REFUSED);
    assertThat(err()).contains("0.hostname");
  }

  /** The lines without what differs: the last two columns are the time and the id. */
  private static TreeSet<String> kept(String csv) {
    return csv.lines()
        .map(line -> line.replaceFirst(",[^,]*,[^,]*$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void thePageOfClaims() throws Exception {
    String page = page("claims.md");
    typeAll(page);
    Path source = folder.resolve("BurnIn.java");
    Files.writeString(source, block(page, "java"));
    String classes = System.getProperty("java.class.path");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, err, "-cp", classes, "-d", folder.toString(), source.toString()))
        .as(err())
        .isZero();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String said = shell(List.of(java, "-cp", folder + ":" + classes, "BurnIn"));
    assertThat(said).matches("got rack1-\\d\\d");
  }

  private void thePageOfAddresses() throws Exception {
    String page = page("addresses.md");
    Files.writeString(folder.resolve("switches.csv"), block(page, "csv"));
    typeAll(page);
    assertThat(Files.readString(folder.resolve("addresses.csv"))).contains("10.7.0.7", "tony");
    assertThat(ingot("resources", "-r", "private-addresses", "show", "10.7.1.2", "-o", "json"))
        .isZero();
    assertThat(said().replace(" ", "")).contains("\"network\":\"lab\"", "leaf-2");
  }

  private void everyVerbHasAnExample() {
    for (String verb :
        List.of(
            "list", "show", "create", "update", "delete", "claim", "release", "renew", "import",
            "history")) {
      assertThat(typed)
          .anyMatch(line -> line.matches("ingot resources (-r \\S+ )?" + verb + " .*"));
    }
    for (String verb : List.of("list", "show", "explain", "renew", "release")) {
      assertThat(typed).anyMatch(line -> line.startsWith("ingot claims " + verb));
    }
    for (String verb : List.of("list", "show", "set", "delete", "conflicts")) {
      assertThat(typed).anyMatch(line -> line.startsWith("ingot networks " + verb));
    }
  }

  private void thePageOfTheOldFace() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "python3 is not installed");
    String page = page("eve.md").replace("http://127.0.0.1:8080", address);
    if (Files.isExecutable(Path.of("/usr/bin/curl"))) {
      Matcher line = Pattern.compile("(?m)^curl .*$").matcher(page);
      assertThat(line.find()).isTrue();
      assertThat(shell(List.of("sh", "-c", line.group()))).contains("\"_status\":\"OK\"");
      assertThat(line.find()).isTrue();
      assertThat(shell(List.of("sh", "-c", line.group()))).contains("\"hostname\":\"m1\"");
    }
    Path script = folder.resolve("example.py");
    Files.writeString(script, block(page, "python"));
    assertThat(shell(List.of(PYTHON, script.toString()))).isEqualTo("tony");
    String client =
        Path.of("")
            .toAbsolutePath()
            .resolveSibling("server/src/test/resources/eve/client.py")
            .toString();
    for (String[] asked :
        new String[][] {
          {
            "create", "--json", "{\"hostname\": \"old-1\", \"owner\": \"tony\", \"state\": \"pxe\"}"
          },
          {"update", "--json", "{\"hostname\": \"old-1\", \"owner\": \"\", \"state\": \"idle\"}"},
          {"create", "-r", "public-addresses", "--json", "{\"address\": \"192.0.2.9\"}"},
          {"delete", "--json", "{\"hostname\": \"old-1\"}"},
          {"delete", "-r", "public-addresses", "--json", "{\"address\": \"192.0.2.9\"}"}
        }) {
      assertThat(old(client, asked)).as(String.join(" ", asked)).isEmpty();
    }
    assertThat(old(client, "list")).contains(" hostname ", " m1 ", " tony ");
    assertThat(old(client, "list", "-r", "public-addresses")).doesNotContain("192.0.2.9");
  }

  private String old(String client, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(PYTHON, client));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-e", address));
    return shell(command);
  }

  private static String page(String name) throws IOException {
    return Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/" + name));
  }

  private static String block(String page, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(matcher.find()).as("a block of " + language).isTrue();
    return matcher.group(1);
  }

  /** Types the commands of a page, in order. */
  private void typeAll(String page) throws IOException {
    Matcher block = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL).matcher(page);
    int count = 0;
    while (block.find()) {
      for (String line : block.group(1).lines().toList()) {
        type(line);
        count++;
      }
    }
    assertThat(count).isGreaterThan(9);
  }

  private void type(String line) throws IOException {
    List<String> words = words(line);
    assertThat(words.removeFirst()).as(line).isEqualTo("ingot");
    String into = null;
    if (words.contains(">")) {
      into = words.removeLast();
      words.removeLast();
    }
    words.replaceAll(
        word ->
            word.equals("kinds") || word.endsWith(".csv") ? folder.resolve(word).toString() : word);
    int claim = words.indexOf(CLAIM_OF_THE_PAGE);
    if (claim >= 0) {
      words.set(claim, lastClaim);
    }
    int wait = words.indexOf("--wait");
    if (wait >= 0) {
      words.set(wait + 1, "20s");
    }
    boolean claiming = words.contains("claim") && !words.contains("--dry-run");
    if (claiming) {
      words.addAll(List.of("-o", "csv"));
    }
    int code = ingot(words.toArray(String[]::new));
    // Whether there is such a machine here is not the page's matter.
    assertThat(code == ExitCode.OK || (words.contains("--dry-run") && code == ExitCode.REFUSED))
        .as("%s: %s", line, err())
        .isTrue();
    if (claiming) {
      lastClaim = said().lines().toList().get(1).split(",", 2)[0];
    }
    if (into != null) {
      Files.writeString(folder.resolve(into), said());
    }
    typed.add(line);
  }

  /** A line as a shell divides it: quoted parts stay whole. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = Pattern.compile("((?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+)").matcher(line);
    while (matcher.find()) {
      words.add(
          Pattern.compile("'([^']*)'|\"([^\"]*)\"")
              .matcher(matcher.group(1))
              .replaceAll(
                  quoted ->
                      Matcher.quoteReplacement(
                          quoted.group(1) == null ? quoted.group(2) : quoted.group(1))));
    }
    return words;
  }

  private String shell(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(new HashMap<>(environment));
    builder.environment().put("INGOT_TOKEN", Files.readString(data.resolve("admin.token")).strip());
    Process process = builder.redirectErrorStream(true).start();
    String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(all).isZero();
    return all.strip();
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

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
