package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.app.Checkout.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a real Maven build of a small checkout, in a folder whose name has blanks. */
class LauncherIT {
  private static final Map<String, String> PLAIN = Map.of();
  private static final String ECHO =
      """
      System.out.println(String.join("|", arguments) + " pid " + ProcessHandle.current().pid());
      System.exit(arguments.length);
      """;

  @TempDir static Path temporary;
  private static Checkout checkout;

  @BeforeAll
  static void checkOut() throws IOException {
    checkout = Checkout.in(temporary.resolve("a check out"));
  }

  @BeforeEach
  void writeTheProgram() throws IOException {
    checkout.program(ECHO);
  }

  @Test
  void argumentsProcessAndExitCodeAreTheProgramsOwn() throws Exception {
    Process process =
        checkout.start(
            PLAIN, checkout.folder(), checkout.folder().resolve("ingot"), "nodes", "a b", "", "@c");
    Outcome outcome = Checkout.outcome(process);
    assertThat(outcome.output()).isEqualTo("nodes|a b||@c pid " + process.pid() + "\n");
    assertThat(outcome.status()).isEqualTo(4);
  }

  @Test
  void aLinkToItWorksFromAnywhereAndASecondCallBuildsNothing() throws Exception {
    Path link =
        Files.createSymbolicLink(temporary.resolve("linked"), checkout.folder().resolve("ingot"));
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    assertThat(Checkout.outcome(checkout.start(PLAIN, elsewhere, link, "first")).output())
        .startsWith("first pid");
    Outcome second = Checkout.outcome(checkout.start(PLAIN, elsewhere, link, "second"));
    assertThat(second.output()).startsWith("second pid");
    assertThat(second.errors()).isEmpty();
  }

  @Test
  void aRebuiltClassIsSeenAlthoughACacheOfTheOldOneExists() throws Exception {
    checkout.program("System.out.println(\"one\");");
    Map<String, String> trainNow = Map.of("INGOT_AOT", "now");
    Outcome first = checkout.run(trainNow, "--version");
    assertThat(first.output()).as(first.errors()).isEqualTo("one\n");
    assertThat(caches()).as(first.errors()).hasSize(1);
    assertThat(checkout.run(Map.of("INGOT_JAVA_OPTIONS", "-XX:AOTMode=on"), "--version").output())
        .as("with the cache, or not at all")
        .isEqualTo("one\n");

    checkout.program("System.out.println(\"two\");");
    assertThat(checkout.run(PLAIN, "--version").output()).isEqualTo("two\n");
    checkout.run(trainNow, "--version");
    assertThat(checkout.run(Map.of("INGOT_JAVA_OPTIONS", "-XX:AOTMode=on"), "--version").output())
        .isEqualTo("two\n");
  }

  @Test
  void aDeletedResourceIsGone() throws Exception {
    Path resource = Path.of("app/src/main/resources/dev/ingot/app/word.txt");
    checkout.write(resource, "here");
    checkout.program("System.out.println(Main.class.getResource(\"word.txt\") != null);");
    assertThat(checkout.run(PLAIN).output()).isEqualTo("true\n");
    Files.delete(checkout.folder().resolve(resource));
    assertThat(checkout.run(PLAIN).output()).isEqualTo("false\n");
  }

  @Test
  void aBuildErrorIsShownBrieflyWithTheFileAndTheLog() throws Exception {
    checkout.program("int number = \"word\";");
    Outcome outcome = checkout.run(PLAIN, "nodes");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.errors())
        .contains(checkout.folder() + "/app/src/main/java/dev/ingot/app/Main.java:[4,")
        .contains("incompatible types")
        .contains("the whole log is ");
    assertThat(outcome.errors().lines().count()).isLessThan(15);

    checkout.program(ECHO);
    assertThat(checkout.run(PLAIN, "nodes").output()).startsWith("nodes pid");
  }

  @Test
  void ofTwoAtOnceTheSecondWaitsAndSaysSo() throws Exception {
    checkout.program("System.out.println(\"once\");");
    Path launcher = checkout.folder().resolve("ingot");
    Process one = checkout.start(PLAIN, checkout.folder(), launcher);
    Process two = checkout.start(PLAIN, checkout.folder(), launcher);
    List<Outcome> outcomes = List.of(Checkout.outcome(one), Checkout.outcome(two));
    assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.output()).isEqualTo("once\n"));
    assertThat(outcomes)
        .filteredOn(outcome -> outcome.errors().contains("waiting for it"))
        .hasSize(1);
    assertThat(outcomes).filteredOn(outcome -> outcome.errors().contains("built in")).hasSize(1);
  }

  @Test
  void aWrongJdkIsNamedInOneSentence() throws Exception {
    Outcome outcome = checkout.run(Map.of("INGOT_JAVA_HOME", "/nowhere"), "up");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.errors().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("/nowhere")
        .contains("JDK 25");
  }

  @Test
  void eachKindOfCommandHasItsOwnKindOfJvm() throws Exception {
    checkout.program(
        "System.out.println(Runtime.getRuntime().maxMemory() / 1048576 + \" \" +"
            + " System.getProperty(\"ingot.dist\"));");
    Outcome agent = checkout.run(PLAIN, "inspect");
    Outcome server = checkout.run(PLAIN, "up");
    Outcome asked = checkout.run(PLAIN, "server", "disk");
    assertThat(megabytes(agent)).isLessThan(60);
    assertThat(megabytes(server)).isBetween(180, 768);
    assertThat(megabytes(asked)).isBetween(200, 256);
    Path dist = Path.of(agent.output().strip().replaceFirst("\\d+ ", ""));
    assertThat(dist.resolve("agent.args")).isRegularFile();
  }

  @Test
  void aMavenThatIsNotInThePathIsFoundAndNoneIsLookedForWhereNothingIsStale() throws Exception {
    checkout.program("System.out.println(\"built\");");
    assertThat(checkout.run(PLAIN).output()).isEqualTo("built\n");
    Path home = Files.createDirectories(temporary.resolve("a home"));
    Path unpacked = brokenMaven(home.resolve("apache-maven-3.9.99"));
    Path named = brokenMaven(home.resolve("elsewhere"));
    Map<String, String> bare = new HashMap<>();
    bare.put("HOME", home.toString());
    bare.put("PATH", everythingButMaven().toString());
    bare.put("MAVEN_HOME", named.toString());
    Outcome fresh = checkout.run(bare);
    assertThat(fresh.output()).as(fresh.errors()).isEqualTo("built\n");
    assertThat(fresh.errors()).isEmpty();

    checkout.program("System.out.println(\"stale\");");
    assertThat(checkout.run(bare).errors()).contains("this is " + named);
    bare.put("MAVEN_HOME", "/nowhere");
    bare.put("M2_HOME", named.toString());
    assertThat(checkout.run(bare).errors()).contains("this is " + named);
    bare.remove("M2_HOME");
    assertThat(checkout.run(bare).errors()).contains("this is " + unpacked);
  }

  @Test
  void whereMavenIsNowhereOneLineSaysSo() throws Exception {
    String script =
        """
        set -euo pipefail
        say() { printf '%s\n' "$*" >&2; }
        source "$top/launcher/maven.sh"
        locate_maven() { return 1; }
        find_maven
        """;
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c", script);
    builder.environment().put("top", checkout.folder().toString());
    builder.environment().put("PATH", "/nowhere");
    Outcome outcome = Checkout.outcome(builder.start());
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.errors()).hasLineCount(1).contains("maven is needed for the build", "PATH");
  }

  /** A folder with what the launcher uses of every system, and no Maven. */
  private static Path everythingButMaven() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("programs"));
    String names =
        "bash cat chmod comm cp cut dirname env find flock grep head mkdir mv nproc readlink rm sed"
            + " setsid sha256sum sleep sort tail tar tr xargs";
    for (String name : names.split(" ", -1)) {
      Path real = Path.of(Files.exists(Path.of("/bin", name)) ? "/bin" : "/usr/bin", name);
      program(folder.resolve(name), "#!/bin/sh\nexec " + real + " \"$@\"\n");
    }
    return folder;
  }

  /** A Maven that only says where it is. */
  private static Path brokenMaven(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    program(
        folder.resolve("bin/mvn"), "#!/bin/sh\necho '[ERROR] this is " + folder + "'\nexit 1\n");
    return folder;
  }

  private static void program(Path file, String script) throws IOException {
    Files.writeString(file, script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static int megabytes(Outcome outcome) {
    return Integer.parseInt(outcome.output().replaceFirst("(?s) .*", ""));
  }

  private static List<Path> caches() throws IOException {
    try (Stream<Path> files = Files.walk(checkout.folder().resolve(".ingot/dist"))) {
      return files.filter(file -> file.endsWith("cli.aot")).toList();
    }
  }
}
