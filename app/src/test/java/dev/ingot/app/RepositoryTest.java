package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every file here. */
class RepositoryTest {
  private static final int LINES = 400;

  /** Longer files, each with its reason. */
  private static final Map<String, String> LONG =
      Map.of(
          "pom.xml", "one list of versions and of checks",
          "docs/events.md", "an example of every kind of event",
          "docs/inventory.md", "a table of the fields of each section",
          "client/src/main/java/dev/ingot/client/IngotClient.java", "a call for each operation",
          "server/src/main/java/dev/ingot/server/Server.java", "the composition of all parts");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void noFileIsLongWithoutAReason() {
    Map<String, Long> tooLong = new TreeMap<>();
    for (Path file : Repository.files()) {
      boolean data =
          file.toString().endsWith(".json") || file.toString().contains("/test/resources/");
      if (Repository.isText(file) && !data && !LONG.containsKey(file.toString())) {
        long lines = Repository.text(file).lines().count();
        if (lines > LINES) {
          tooLong.put(file.toString(), lines);
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyFileIsText() {
    assertThat(Repository.files()).allMatch(file -> Repository.text(file).indexOf('\0') < 0);
  }

  @Test
  void noFileNamesAPlaceOnOnePersonsMachine() {
    assertThat(matches("/(?:home|Users)/[a-z]+/")).isEmpty();
    assertThat(matches(Pattern.quote(Repository.root() + "/"))).isEmpty();
  }

  @Test
  void nothingIsLeftForLater() {
    assertThat(matches("\\b(?:TO" + "DO|FIX" + "ME)\\b")).isEmpty();
  }

  @Test
  void theLicenceIsApaches() {
    assertThat(Repository.text(Path.of("LICENSE")))
        .contains("Apache License")
        .contains("Version 2.0");
    assertThat(Repository.text(Path.of("pom.xml"))).contains("<name>Apache-2.0</name>");
  }

  @Test
  void linksInDocumentsLeadSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Path file : documents()) {
      Path folder = Repository.root().resolve(file).getParent();
      Matcher link = LINK.matcher(Repository.text(file));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains(":") && !Files.exists(folder.resolve(target))) {
          broken.add(file + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageOfTheGuideIsReachedFromTheReadme() {
    Set<Path> reached = new LinkedHashSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(Path.of("README.md")));
    while (!next.isEmpty()) {
      Path file = next.remove();
      if (file.toString().endsWith(".md")
          && Files.exists(Repository.root().resolve(file))
          && reached.add(file)) {
        LINK.matcher(Repository.text(file))
            .results()
            .map(link -> file.resolveSibling(link.group(1)).normalize())
            .forEach(next::add);
      }
    }
    assertThat(documents()).filteredOn(file -> file.startsWith("docs")).isSubsetOf(reached);
  }

  @Test
  void theReadmeNamesTheTwoFirstCommands() {
    assertThat(Repository.text(Path.of("README.md")))
        .contains("./ingot up")
        .contains("./ingot test");
  }

  @Test
  void migrationsHaveANumberOfTheirOwn() {
    List<String> names =
        Repository.files().stream()
            .filter(file -> file.toString().contains("/db/migration/"))
            .map(file -> file.getFileName().toString())
            .toList();
    assertThat(names)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(name).matches("V\\d{4}__[a-z0-9_]+\\.sql"));
    assertThat(names.stream().map(name -> name.substring(0, 5))).doesNotHaveDuplicates();
  }

  @Test
  void everyPackageIsNullMarked() {
    List<Path> bare =
        Repository.files().stream()
            .filter(
                file ->
                    file.toString().contains("src/main/java/") && file.toString().endsWith(".java"))
            .map(Path::getParent)
            .distinct()
            .filter(
                folder -> {
                  Path info = folder.resolve("package-info.java");
                  return !Files.exists(Repository.root().resolve(info))
                      || !Repository.text(info).contains("@NullMarked");
                })
            .toList();
    assertThat(bare).isEmpty();
  }

  @Test
  void theLauncherPassesShellcheck() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck"))),
        "shellcheck is not installed");
    List<String> command = new ArrayList<>(List.of("shellcheck", "-x"));
    Repository.files().stream()
        .filter(RepositoryTest::isShell)
        .map(Path::toString)
        .forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            .directory(Repository.root().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static boolean isShell(Path file) {
    if (file.toString().endsWith(".sh")) {
      return true;
    }
    if (file.getFileName().toString().contains(".")) {
      return false;
    }
    try (Stream<String> lines =
        Files.lines(Repository.root().resolve(file), StandardCharsets.ISO_8859_1)) {
      return lines.findFirst().orElse("").matches("#!.*\\b(ba)?sh");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> documents() {
    return Repository.files().stream().filter(file -> file.toString().endsWith(".md")).toList();
  }

  /** Each place in a text file that a pattern is found at. */
  private static List<String> matches(String regex) {
    Pattern pattern = Pattern.compile(regex);
    List<String> found = new ArrayList<>();
    for (Path file : Repository.files()) {
      if (Repository.isText(file)) {
        Matcher matcher = pattern.matcher(Repository.text(file));
        while (matcher.find()) {
          found.add(file + ": " + matcher.group());
        }
      }
    }
    return found;
  }
}
