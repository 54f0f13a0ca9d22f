package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.core.Json;
import dev.ingot.postgres.EmbeddedPostgres;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Machines of QEMU with real firmware, set up as people do it: they are switched on beside another
 * DHCP server and become nodes of a server that runs here with no settings of its own.
 */
class RackIT {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration BOOT = Duration.ofMinutes(5);
  private static final String RACK = "t" + ProcessHandle.current().pid() % 1_000_000;
  private static final String SPACE = "ingot-" + RACK;

  private static Path data;
  private static Map<String, String> environment;
  private static IngotProcess server;
  private static IngotClient client;

  @BeforeAll
  static void start() throws Exception {
    for (String program :
        List.of(
            "qemu-system-x86_64", "dnsmasq", "ipmi_sim", "busybox", "cpio", "zstd", "apt-get")) {
      assumeTrue(ran("which", program) == 0, "boots machines: needs " + program);
    }
    assumeTrue(
        Files.isReadable(Path.of("/usr/lib/ipxe/undionly.kpxe")), "boots machines: needs ipxe");
    assumeTrue(
        ran("ip", "netns", "add", SPACE + "-probe") == 0, "makes network namespaces: needs root");
    ran("ip", "netns", "delete", SPACE + "-probe");
    data = TestFolders.fresh("rack");
    BuiltImage.build(
        data.resolve("boot/images/microkernel/x86_64"),
        BuiltImage.dist(data.resolve("dist")),
        Map.of());
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String address = "http://127.0.0.1:" + port;
    environment =
        Map.of(
            "INGOT_DATA_DIR", data.toString(),
            "INGOT_HTTP_PORT", String.valueOf(port),
            "INGOT_SERVER", address);
    server = startServer();
    String token = Files.readString(data.resolve("admin.token")).strip();
    client =
        new IngotClient(
            new ClientSettings(URI.create(address), token, null, Duration.ofSeconds(20)));
  }

  private static IngotProcess startServer() throws IOException {
    IngotProcess started = new IngotProcess(environment, "server", "--log", "text");
    started.await("ready at", START);
    return started;
  }

  @AfterAll
  static void stop() throws Exception {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
    if (data != null) {
      if (Files.exists(data.resolve("postgres"))) {
        EmbeddedPostgres.discard(data.resolve("postgres"));
      }
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  @AfterEach
  void down() throws Exception {
    if (ran("ip", "netns", "pids", SPACE) == 0) {
      ingot(0, "rack", "down", "--name", RACK, "--forget");
    }
  }

  @Test
  void aMachineBecomesANodeThenBootsItsDiskAndItsRackLeavesNothingBehind() throws Exception {
    ingot(0, "rack", "up", "--name", RACK);
    JsonNode machine = Json.read(ingot(0, "rack", "list", "--name", RACK, "-o", "json")).path(0);
    assertThat(machine.path("state").asString()).isEqualTo("online");
    String mac = machine.path("mac").asString();
    String node = machine.path("node").asString();
    Awaitility.await("its hardware is known")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(client.inventory(node).toString())
                    .contains(machine.path("serial").asString(), mac, "D0-" + RACK.toUpperCase()));
    Awaitility.await("its kernel's log is kept, and its ticket is not in it")
        .atMost(BOOT)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(ingot(0, "logs", "--grep", "ingot.ticket", "-o", "json"))
                    .contains("ingot.ticket=***")
                    .doesNotContainPattern("ingot.ticket=[A-Za-z0-9_]"));
    assertThat(history(mac)).contains("dhcp-offered", "script-sent", "file-sent");
    assertThat(ingot(3, "rack", "power", "7", "off", "--name", RACK)).contains("has no machine 7");

    client.boot().assign(node, JsonNodeFactory.instance.objectNode().put("profile", "disk"));
    ingot(0, "rack", "power", "1", "off", "--name", RACK);
    assertThat(ingot(0, "rack", "list", "--name", RACK)).contains("off");
    ingot(0, "rack", "power", "1", "on", "--name", RACK);
    Awaitility.await("it is left to its disk")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(client.boot().history(mac).toString())
                    .contains("it boots its own disk"));

    for (String pid : output("ip", "netns", "pids", SPACE).lines().toList()) {
      ran("kill", "-9", pid);
    }
    ingot(0, "rack", "down", "--name", RACK);
    assertThat(output("ip", "netns", "list")).doesNotContain(SPACE);
    assertThat(output("ip", "link")).doesNotContain("ig-" + RACK);
    assertThat(data.resolve("racks")).doesNotExist();
    assertThat(running()).isEmpty();
    assertThat(client.boot().networks().items()).isEmpty();
    assertThat(ingot(3, "rack", "down", "--name", RACK)).contains("there is no rack " + RACK);
  }

  @Test
  @Tag("long")
  void threeUefiMachinesBecomeNodesAndTheirBmcsSwitchThem() throws Exception {
    assumeTrue(
        Files.isReadable(Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd")), "UEFI: needs Debian's ovmf");
    assumeTrue(ran("which", "ipmitool") == 0, "asks BMCs: needs ipmitool");
    ingot(0, "rack", "up", "--name", RACK, "--nodes", "3", "--uefi");
    JsonNode machines = Json.read(ingot(0, "rack", "list", "--name", RACK, "-o", "json"));
    assertThat(machines).hasSize(3).allMatch(one -> one.path("online").asBoolean());
    String bmc = machines.path(1).path("bmc").asString();
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is on");
    ipmi(bmc, "chassis", "power", "off");
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is off");
    assertThat(ingot(0, "rack", "list", "--name", RACK, "-o", "csv")).contains("-2,", ",off,");
    ipmi(bmc, "chassis", "power", "on");
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is on");
  }

  @Test
  @Tag("long")
  void aServerThatIsKilledInTheMiddleOfABootAndStartedAgainStillGetsItsNode() throws Exception {
    ingot(0, "rack", "up", "--name", RACK, "--nodes", "2", "--no-wait");
    Awaitility.await("one has its script")
        .atMost(BOOT)
        .until(() -> ingot(0, "rack", "list", "--name", RACK).contains("loads the microkernel"));
    server.killHard();
    server.close();
    server = startServer();
    Awaitility.await("both are nodes")
        .atMost(BOOT.multipliedBy(2))
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(Json.read(ingot(0, "rack", "list", "--name", RACK, "-o", "json")))
                    .hasSize(2)
                    .allMatch(one -> one.path("online").asBoolean()));
  }

  @Test
  @Tag("long")
  void tenMachinesAtOnceBecomeNodes() throws Exception {
    ingot(0, "rack", "up", "--name", RACK, "--nodes", "10", "--within", "1500");
    assertThat(Json.read(ingot(0, "rack", "list", "--name", RACK, "-o", "json")))
        .hasSize(10)
        .allMatch(one -> one.path("online").asBoolean());
  }

  private static List<String> history(String mac) {
    List<String> kinds = new ArrayList<>();
    client
        .boot()
        .history(mac)
        .path("attempts")
        .forEach(
            attempt ->
                attempt.path("items").forEach(item -> kinds.add(item.path("kind").asString())));
    return kinds;
  }

  /** A command to its end: all that it printed. */
  private static String ingot(int code, String... arguments) throws Exception {
    try (IngotProcess process = new IngotProcess(environment, arguments)) {
      int ended = process.exitCode(Duration.ofMinutes(30));
      String printed = String.join("\n", process.lines());
      assertThat(ended).as(printed).isEqualTo(code);
      return printed;
    }
  }

  private static String ipmi(String address, String... command) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of("ipmitool", "-I", "lanplus", "-C", "3", "-U", "admin", "-P", "password"));
    all.addAll(List.of("-H", address));
    all.addAll(List.of(command));
    return output(all.toArray(String[]::new));
  }

  /** Programs of the rack, wherever they run. */
  private static List<String> running() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(data.resolve("racks").toString()))
        .toList();
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static int ran(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }
}
