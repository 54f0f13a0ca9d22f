package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.bootstrap.BootstrapSettings;
import dev.ingot.configuration.Configuration;
import dev.ingot.configuration.KnownKey;
import dev.ingot.server.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/configuration.md say what the records say. With {@code
 * -Dingot.documents=write} the test writes the rows that are missing; what each key means is
 * written by hand.
 */
class ConfigurationDocumentTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_.*-]+)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|");

  @Test
  void theServersKeysAreDocumented() throws IOException {
    check("## Server", keys(ServerSettings.class, ServerSettings.DEFAULT, ""));
  }

  @Test
  void theAgentsKeysAreDocumented() throws IOException {
    check("## Agent", keys(AgentSettings.class, AgentSettings.DEFAULT, ""));
  }

  @Test
  void theKeysOfTheBootstrapAreDocumented() throws IOException {
    check("## Bootstrap", keys(BootstrapSettings.class, BootstrapSettings.DEFAULT, "bootstrap"));
  }

  @Test
  void theKeysOfLogsAreDocumented() throws IOException {
    check("## Logs", keys(LogSettings.class, LogSettings.DEFAULT, "log"));
  }

  @Test
  void theVariablesThatAreNoKeysAreDocumented() throws IOException {
    assertThat(Files.readString(document())).contains(Configuration.OTHER_VARIABLES);
  }

  private static <T extends Record> List<String> keys(Class<T> type, T defaults, String prefix) {
    Configuration configuration = Configuration.of(null, Map.of(), Map.of());
    configuration.section(prefix, type, defaults);
    List<String> rows = new ArrayList<>();
    for (KnownKey key : configuration.keys()) {
      // The default folder depends on who runs the test.
      String text = key.name().equals("data.dir") ? "see above" : key.defaultText();
      rows.add("| `" + key.name() + "` | " + key.kind() + " | " + text + " |");
    }
    return rows;
  }

  private static void check(String heading, List<String> expected) throws IOException {
    List<String> lines = Files.readAllLines(document());
    int from = lines.indexOf(heading);
    assertThat(from).as("the heading " + heading).isNotNegative();
    int to = from + 1;
    while (to < lines.size() && !lines.get(to).startsWith("## ")) {
      to++;
    }
    Map<String, String> meanings = new TreeMap<>();
    List<String> written = new ArrayList<>();
    for (String line : lines.subList(from, to)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        meanings.put(row.group(1), row.group(4));
        written.add("| `" + row.group(1) + "` | " + row.group(2) + " | " + row.group(3) + " |");
      }
    }
    if ("write".equals(System.getProperty("ingot.documents"))) {
      write(lines, from, to, expected, meanings);
      return;
    }
    assertThat(written)
        .as("rows of docs/configuration.md; -Dingot.documents=write writes them")
        .containsExactlyElementsOf(expected);
    assertThat(meanings.values()).as("what each key means").allMatch(it -> !it.isBlank());
  }

  private static void write(
      List<String> lines, int from, int to, List<String> rows, Map<String, String> meanings)
      throws IOException {
    List<String> all = new ArrayList<>(lines.subList(0, from));
    for (String line : lines.subList(from, to)) {
      if (!ROW.matcher(line).matches()) {
        all.add(line);
      }
      if (line.startsWith("|---")) {
        for (String row : rows) {
          String key = row.substring(3, row.indexOf('`', 3));
          all.add(row + " " + meanings.getOrDefault(key, "") + " |");
        }
      }
    }
    all.addAll(lines.subList(to, lines.size()));
    Files.write(document(), all);
  }

  private static Path document() {
    Path here = Path.of("").toAbsolutePath();
    Path beside = here.resolve("docs/configuration.md");
    return Files.exists(beside) ? beside : here.resolveSibling("docs/configuration.md");
  }
}
