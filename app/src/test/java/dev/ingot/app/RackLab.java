package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.core.Json;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** A server with a microkernel to boot, and room for one rack beside it; left as it was found. */
final class RackLab implements AutoCloseable {
  static final String RACK = "t" + ProcessHandle.current().pid() % 1_000_000;
  static final String SPACE = "ingot-" + RACK;

  /** Firmware is emulated, and others may work beside it. */
  static final Duration BOOT = Duration.ofMinutes(5);

  private static final Duration START = Duration.ofMinutes(2);

  private final Path data;
  private final Map<String, String> environment;
  private IngotProcess server;
  private IngotClient client;

  private RackLab(Path data, Map<String, String> environment) {
    this.data = data;
    this.environment = environment;
  }

  static RackLab open() throws Exception {
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
    Path data = TestFolders.fresh("rack");
    Path image = Files.createDirectories(data.resolve("boot/images/microkernel/x86_64"));
    for (String file : List.of("vmlinuz", "initrd.img")) {
      Files.createLink(image.resolve(file), BuiltImage.shared().resolve(file));
    }
    int port = FreePort.next();
    RackLab lab =
        new RackLab(
            data,
            Map.of(
                "INGOT_DATA_DIR", data.toString(),
                "INGOT_HTTP_PORT", String.valueOf(port),
                "INGOT_SERVER", "http://127.0.0.1:" + port));
    lab.start();
    return lab;
  }

  /** Starts the server, with flags beside its settings. */
  void start(String... flags) throws IOException {
    List<String> all = new ArrayList<>(List.of("server", "--log", "text"));
    all.addAll(List.of(flags));
    server = new IngotProcess(environment, all.toArray(String[]::new));
    server.await("ready at", START);
    if (client == null) {
      String token = Files.readString(data.resolve("admin.token")).strip();
      URI address = URI.create(environment.get("INGOT_SERVER"));
      client = new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(20)));
    }
  }

  IngotProcess server() {
    return server;
  }

  IngotClient client() {
    return client;
  }

  Path data() {
    return data;
  }

  /** The machines of the rack, as {@code ingot rack list} says. */
  JsonNode machines() throws Exception {
    return Json.read(ingot(0, "rack", "list", "--name", RACK, "-o", "json"));
  }

  void awaitNodes(int number, Duration most) {
    Awaitility.await("all are nodes")
        .atMost(most)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(machines())
                    .hasSize(number)
                    .allMatch(one -> one.path("online").asBoolean()));
  }

  /**
   * A node is online before it is inspected: its hardware comes after that, and what can be called
   * on it before its hardware.
   */
  void awaitInventory(String node, String... parts) {
    Awaitility.await("its hardware is known")
        .atMost(BOOT)
        .ignoreExceptionsInstanceOf(ClientException.class) // it has no document yet
        .untilAsserted(
            () -> {
              String document = client.inventory(node).toString();
              assertThat(document).contains("\"dmi\"");
              assertThat(parts).allSatisfy(part -> assertThat(document).contains(part));
            });
  }

  /** The kinds of all that is on record of a machine's boots. */
  List<String> history(String mac) {
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
  String ingot(int code, String... arguments) throws Exception {
    try (IngotProcess process = new IngotProcess(environment, arguments)) {
      int ended = process.exitCode(Duration.ofMinutes(30));
      String printed = String.join("\n", process.lines());
      assertThat(ended).as(printed).isEqualTo(code);
      return printed;
    }
  }

  /**
   * Takes the rack down, if it stands, and has the server forget its nodes: the next rack has the
   * same machines, and they should not boot what these were told to.
   */
  void clear() throws Exception {
    if (ran("ip", "netns", "pids", SPACE) == 0) {
      ingot(0, "rack", "down", "--name", RACK, "--forget");
    }
    for (JsonNode node : client.nodes(Map.of()).items()) {
      client.deleteNode(node.path("id").asString());
    }
  }

  /** Programs of the rack, wherever they run. */
  List<String> running() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(data.resolve("racks").toString()))
        .toList();
  }

  static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  static int ran(String... command) throws Exception {
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

  @Override
  public void close() throws IOException {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
    TestFolders.discard(data);
  }
}
