package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code reboot} and {@code kexec} by the real agent in a machine made of namespaces: what restarts
 * it ends every process there is, and the kernel says another boot id when it is back.
 */
class RebootIT {
  private static final Duration START = Duration.ofSeconds(90);

  /**
   * Where the machine's programs are looked for first. {@code kill -9 -1} reaches what is in the
   * namespace and nothing else; outside of one nothing is done.
   */
  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      [ "$(readlink /proc/self/ns/pid)" != "$OUTSIDE" ] || exit 9
      echo "$@" >>"$ASKED"
      kill -9 -1
      """;

  private static final String KEXEC =
      """
      #!/bin/sh
      echo kexec "$@" >>"$ASKED"
      """;

  private static final String MACHINE =
      """
      set -e
      mount --bind "$1/boot" /proc/sys/kernel/random/boot_id
      mount --bind "$1/bin" /usr/local/sbin
      shift
      "$@" &
      wait
      """;

  private Path data;
  private URI address;
  private Map<String, String> environment;

  @BeforeEach
  void folder() throws Exception {
    assumeTrue(
        succeeds("unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"),
        "makes namespaces of mounts and processes: needs root and unshare");
    data = TestFolders.fresh("reboot");
    Path programs = Files.createDirectory(data.resolve("bin"));
    String outside = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    program(programs.resolve("systemctl"), SYSTEMCTL.replace("$OUTSIDE", outside));
    program(programs.resolve("kexec"), KEXEC);
    String port = String.valueOf(FreePort.next());
    address = URI.create("http://127.0.0.1:" + port);
    environment =
        Map.of("INGOT_DATA_DIR", data.resolve("server").toString(), "INGOT_HTTP_PORT", port);
    Files.createDirectories(data.resolve("server"));
    for (Path each : List.of(data, data.resolve("server"))) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx--x--x"));
    }
  }

  private void program(Path file, String text) throws IOException {
    Files.writeString(file, text.replace("$ASKED", data.resolve("asked").toString()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  @AfterEach
  void clean() throws IOException {
    if (data != null) {
      TestFolders.discard(data);
    }
  }

  @Test
  void rebootAndKexecHaveSucceededWhenTheNodeSaysHelloFromAnotherBoot() throws Exception {
    try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
      server.await("ready at", START);
      try (IngotClient client = client()) {
        String voucher = voucher(client);
        String node;
        String reboot;
        try (Booted machine = new Booted("first", voucher)) {
          node = online(client);
          reboot = call(client, node, "reboot", Map.of());
          machine.ends();
        }
        assertThat(Files.readString(data.resolve("asked"))).isEqualTo("reboot\n");
        assertThat(client.jobs().task(reboot, node).path("state").asString()).isEqualTo("running");

        String kexec;
        try (Booted machine = new Booted("second", voucher)) {
          succeeded(client, reboot, node, "second");
          kexec = call(client, node, "kexec", Map.of("kernel", "/boot/other", "options", "quiet"));
          machine.ends();
        }
        assertThat(Files.readAllLines(data.resolve("asked")))
            .containsExactly("reboot", "kexec -l /boot/other --command-line=quiet", "kexec");

        // Its agent was started anew, the machine was not: that is no restart yet.
        try (Booted machine = new Booted("second", voucher)) {
          ended(client, call(client, node, "echo", Map.of("text", "here")), node);
          assertThat(client.jobs().task(kexec, node).path("state").asString()).isEqualTo("running");
          machine.crash();
        }
        try (Booted machine = new Booted("third", voucher)) {
          succeeded(client, kexec, node, "third");
          assertThat(machine.process.isAlive()).isTrue();
        }
      }
    }
  }

  private IngotClient client() throws IOException {
    String token = Files.readString(data.resolve("server/admin.token")).strip();
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(10)));
  }

  private static String voucher(IngotClient client) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", "reboot");
    return client.createEnrolmentToken(body).path("secret").asString();
  }

  private static String call(
      IngotClient client, String node, String capability, Map<String, String> arguments) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("on", node);
    body.put("capability", capability);
    ObjectNode given = body.putObject("arguments");
    arguments.forEach(given::put);
    return Awaitility.await("its agent has published " + capability)
        .atMost(START)
        .ignoreExceptionsMatching(e -> String.valueOf(e.getMessage()).contains("publish"))
        .until(() -> client.jobs().create(body, null).path("id").asString(), id -> !id.isEmpty());
  }

  private static void succeeded(IngotClient client, String job, String node, String boot) {
    JsonNode task = ended(client, job, node);
    assertThat(task.path("reason").asString()).isEqualTo("the node is back with boot " + boot);
    assertThat(task.path("attempt").asInt()).isEqualTo(1);
  }

  private static JsonNode ended(IngotClient client, String job, String node) {
    JsonNode task =
        Awaitility.await("the task has ended")
            .atMost(START)
            .until(() -> client.jobs().task(job, node), each -> each.has("finished"));
    assertThat(task.path("state").asString()).as("%s", task).isEqualTo("succeeded");
    return task;
  }

  private static String online(IngotClient client) {
    return Awaitility.await("the node is online")
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                client.nodes(Map.of()).items().stream()
                    .filter(node -> node.path("presence").path("state").asString().equals("online"))
                    .map(node -> node.path("id").asString())
                    .findFirst()
                    .orElse(""),
            id -> !id.isEmpty());
  }

  /** The machine from switch-on to whatever ends it. */
  private final class Booted implements AutoCloseable {
    final Process process;

    Booted(String boot, String voucher) throws IOException {
      Files.writeString(data.resolve("boot"), boot + "\n");
      List<String> command = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork"));
      command.addAll(List.of("--mount-proc", "--kill-child", "sh", "-c", MACHINE, "machine"));
      command.add(data.toString());
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx60m"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.add("agent");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("INGOT_"));
      builder.environment().put("INGOT_DATA_DIR", data.resolve("agent").toString());
      builder.environment().put("INGOT_SERVER_URL", address.toString());
      builder.environment().put("INGOT_ENROLMENT_TOKEN", voucher);
      builder.redirectErrorStream(true);
      builder.redirectOutput(data.resolve("agent-" + boot + ".log").toFile());
      process = builder.start();
    }

    void ends() throws InterruptedException {
      assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).as("restarts").isTrue();
    }

    void crash() {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      crash();
    }
  }
}
