package dev.ingot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CliDocumentTest {
  private static final Pattern ROW = Pattern.compile("\\| (`ingot [^|]*)\\|[^|]*\\|");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /** Commands of the program itself; the module app has them. */
  private static final Set<String> LOCAL =
      Set.of(
          "up",
          "server",
          "agent",
          "agent bootstrap",
          "agent bundle",
          "inspect",
          "parse",
          "completion",
          "rack up",
          "rack list",
          "rack power",
          "rack console",
          "rack down");

  @Test
  void everyCommandIsDocumentedAndNoOther() throws IOException {
    Set<String> known = new TreeSet<>(LOCAL);
    for (Noun noun : Commands.all()) {
      if (noun.itself() != null) {
        known.add(noun.name());
      }
      noun.verbs().get().forEach(verb -> known.add(noun.name() + " " + verb.name()));
    }
    assertThat(documented()).isEqualTo(known);
  }

  private static Set<String> documented() throws IOException {
    Set<String> documented = new TreeSet<>();
    Path document = Path.of("").toAbsolutePath().resolveSibling("docs/cli.md");
    for (String line : Files.readAllLines(document)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String noun = "";
        for (String quoted :
            QUOTED.matcher(row.group(1)).results().map(it -> it.group(1)).toList()) {
          List<String> words = List.of(quoted.split(" ", -1));
          boolean whole = words.getFirst().equals("ingot");
          List<String> rest = whole ? words.subList(1, words.size()) : words;
          noun = whole ? rest.getFirst() : noun;
          boolean verb = rest.size() > 1 && rest.get(1).matches("[a-z-]+") && whole;
          if (!whole) {
            documented.add(noun + " " + rest.getFirst());
          } else if (verb && !noun.equals("completion")) {
            documented.add(noun + " " + rest.get(1));
          } else {
            documented.add(noun);
          }
        }
      }
    }
    return documented;
  }
}
