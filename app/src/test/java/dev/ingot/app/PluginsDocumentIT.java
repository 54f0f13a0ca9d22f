package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.cli.Cli;
import dev.ingot.cli.ExitCode;
import dev.ingot.cli.Terminal;
import dev.ingot.core.Json;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Types every command of docs/plugins.md at an {@code ingot up} of its own, whose agent has the
 * page's plugin and the samples that ship; what Debian does not have is played by scripts.
 */
class PluginsDocumentIT {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Map<String, String> PLAYED =
      Map.of(
          "facter", "test \"$1\" = -y && printf -- '---\\nkernel: Linux\\nprocessors: [a, b]\\n'",
          "ohai", "echo '{\"platform\": \"debian\"}'",
          "rpm", "test \"$1\" = -qa && printf 'bash-5.2\\nvim-9.0\\n'",
          "dpkg-query", "test \"$1\" = -W && printf 'adduser\\t3.134\\n'");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path data;
  private Map<String, String> environment;

  @BeforeEach
  void folder() throws IOException {
    data = TestFolders.fresh("plugins-page");
    Path programs = Files.createDirectories(data.resolve("programs"));
    for (Map.Entry<String, String> program : PLAYED.entrySet()) {
      Path file = programs.resolve(program.getKey());
      Files.writeString(file, "#!/bin/sh\n" + program.getValue() + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
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
  void whatThePageSaysIsWhatHappens() throws Exception {
    String page = Files.readString(beside("docs/plugins.md"));
    Path plugins = Files.createDirectories(data.resolve("plugins"));
    Set<String> samples = new TreeSet<>();
    try (Stream<Path> files = Files.list(beside("plugins"))) {
      for (Path file : files.toList()) {
        Files.writeString(plugins.resolve(file.getFileName()), played(Files.readString(file)));
        samples.add(file.getFileName().toString().replace(".cfg", ""));
      }
    }
    assertThat(samples).containsExactly("dpkg", "facter", "ohai", "ps", "rpm");
    // The page's own, in the place of the sample of that name.
    Files.writeString(plugins.resolve("facter.cfg"), played(block(page, "ini").getFirst()));
    try (IngotProcess up = new IngotProcess(environment, "up", "--log", "text")) {
      up.await("Ingot is up at", START);
      await().atMost(SOON).until(() -> names().equals(samples));
      JsonNode node = json("nodes", "list").path(0);
      String id = node.path("id").asString();
      assertThat(ingot("nodes", "tag", id, "db")).as(err()).isZero();
      assertThat(json("plugins", "problems")).isEmpty();
      for (String sample : samples) {
        assertThat(ingot("collect", sample, "--on", id)).as("%s: %s", sample, err()).isZero();
        assertThat(json("plugins", "show", id, sample).path("value").isEmpty()).isFalse();
      }
      assertThat(json("plugins", "show", id, "facter").at("/value/kernel").asString())
          .isEqualTo("Linux");
      List<String> typed = new ArrayList<>();
      for (String line : String.join("", block(page, "sh")).lines().toList()) {
        List<String> words = words(line);
        assertThat(words.removeFirst()).isEqualTo("ingot");
        words.replaceAll(
            word ->
                switch (word) {
                  case "NODE" -> id;
                  case "web-*" -> node.path("hostname").asString().substring(0, 1) + "*";
                  default -> word;
                });
        assertThat(ingot(words.toArray(String[]::new))).as("%s: %s", line, err()).isZero();
        assertThat(said()).as(line).isNotBlank();
        typed.add(words.getFirst());
      }
      assertThat(typed).contains("plugins", "collect", "nodes").hasSizeGreaterThan(6);
      assertThat(said()).as("the last is the query").contains(id.substring(0, 8));
      assertThat(up.stop()).isZero();
    }
  }

  /** The same, with the programs of this test. */
  private String played(String plugins) {
    String programs = String.join("|", PLAYED.keySet());
    return plugins.replaceAll(
        "(?m)^command = (" + programs + ")\\b", "command = " + data.resolve("programs") + "/$1");
  }

  private Set<String> names() {
    return json("plugins", "list")
        .valueStream()
        .map(item -> item.path("name").asString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-o", "json"));
    assertThat(ingot(all.toArray(String[]::new))).as("%s: %s", all, err()).isEqualTo(ExitCode.OK);
    JsonNode answer = Json.read(said());
    return answer.has("items") ? answer.path("items") : answer;
  }

  private static Path beside(String name) {
    return Path.of("").toAbsolutePath().resolveSibling(name);
  }

  private static List<String> block(String page, String language) {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    assertThat(blocks).as("blocks of " + language).isNotEmpty();
    return blocks;
  }

  /** A line as a shell divides it, of which the page uses single quotes only. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
    while (word.find()) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
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
