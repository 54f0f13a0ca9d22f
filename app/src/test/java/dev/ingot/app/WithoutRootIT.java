package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server as an ordinary user, with the capabilities of its systemd unit and without them. */
class WithoutRootIT {
  private static final String SPACE = "ingot-w" + ProcessHandle.current().pid() % 1_000_000;
  private Path data;

  @BeforeEach
  void network() throws Exception {
    assumeTrue(
        output("ip", "netns", "add", SPACE).isEmpty(), "makes a network namespace: needs root");
    output("ip", "-n", SPACE, "link", "set", "lo", "up");
    data = TestFolders.fresh("rootless");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(
        data.resolve("ingot.yaml"),
        "netboot:\n  networks:\n    lab:\n      network-interface: lo\n");
  }

  @AfterEach
  void clean() throws Exception {
    output("ip", "netns", "delete", SPACE);
    if (data != null) {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  @Test
  void portsUnder1024AreOpenedByCapabilityAndTheirLackIsNamed() throws Exception {
    BuiltImage.dist(data.resolve("dist")); // root's own folders are closed to others
    List<String> capable =
        List.of(
            "--inh-caps=+net_bind_service,+net_raw", "--ambient-caps=+net_bind_service,+net_raw");
    String said = server(capable, "ready at");
    assertThat(said).contains("answers machines that boot in lab").contains("ready at");
    assertThat(server(List.of(), "CAP_NET_BIND_SERVICE"))
        .contains("permission denied; give the program CAP_NET_BIND_SERVICE");
  }

  /** Systemd gives such a folder, with all that is in it, to the user of whatever starts last. */
  @Test
  void theUnitsShareNoFolderOfState() throws Exception {
    List<String> folders = new ArrayList<>();
    for (String name : List.of("ingot-server.service", "ingot-agent.service")) {
      Files.readAllLines(Repository.root().resolve("packaging/systemd/" + name)).stream()
          .filter(line -> line.startsWith("StateDirectory="))
          .forEach(folders::add);
    }
    assertThat(folders).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void theUnitsAreWellFormedAndTheServersIsHardened() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "needs systemd-analyze");
    for (String name : List.of("ingot-server.service", "ingot-agent.service")) {
      Path unit = data.resolve(name);
      String text = Files.readString(Repository.root().resolve("packaging/systemd/" + name));
      Files.writeString(unit, text.replace("/opt/ingot/ingot", "/bin/true"));
      assertThat(output("systemd-analyze", "verify", "--man=no", unit.toString()))
          .doesNotContain(name + ":");
    }
    String rating =
        output(
            "systemd-analyze",
            "security",
            "--offline=true",
            "--threshold=25",
            data.resolve("ingot-server.service").toString());
    assertThat(rating).containsPattern("Overall exposure level for ingot-server.service: [012]\\.");
  }

  /** Starts it as nobody in a namespace of its own, and stops it once it has said so. */
  private String server(List<String> privileges, String until) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", SPACE, "setpriv"));
    command.addAll(List.of("--reuid=65534", "--regid=65534", "--clear-groups"));
    command.addAll(privileges);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", data.resolve("dist/lib") + "/*", Main.class.getName()));
    command.addAll(List.of("server", "--log", "text", "--config", data + "/ingot.yaml"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("INGOT_"));
    builder.environment().put("INGOT_DATA_DIR", data.resolve("server").toString());
    Process process = builder.start();
    StringBuilder said = new StringBuilder();
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.append(line).append('\n');
        if (line.contains(until)) {
          process.toHandle().destroy(); // the other closes its output too
        }
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(said.toString()).contains(until);
    return said.toString();
  }

  private static String output(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return said;
    } catch (IOException e) {
      return "there is no " + command[0];
    }
  }
}
