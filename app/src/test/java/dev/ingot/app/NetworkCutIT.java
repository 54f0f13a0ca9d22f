package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An agent in a network namespace of its own, whose cable is pulled: nobody says goodbye. The node
 * is lost within thirty seconds, with the reason; when the cable is back, it is, and nothing is
 * lost.
 */
@Tag("long")
class NetworkCutIT {
  private static final Duration START = Duration.ofSeconds(90);
  private static final String SPACE = "ingot-cut-" + ProcessHandle.current().pid();
  private static final String CABLE = "ic" + ProcessHandle.current().pid() % 1_000_000;

  private Path data;
  private int port;

  @BeforeEach
  void network() throws Exception {
    assumeTrue(
        run("ip", "netns", "add", SPACE) == 0, "makes network namespaces: needs root and ip");
    int subnet = (int) (ProcessHandle.current().pid() % 250);
    String server = "10.251." + subnet + ".1";
    ip("link", "add", CABLE, "type", "veth", "peer", "name", "eth0", "netns", SPACE);
    ip("addr", "add", server + "/24", "dev", CABLE);
    ip("link", "set", CABLE, "up");
    ip("-n", SPACE, "addr", "add", "10.251." + subnet + ".2/24", "dev", "eth0");
    ip("-n", SPACE, "link", "set", "eth0", "up");
    ip("-n", SPACE, "link", "set", "lo", "up");
    data = TestFolders.fresh("cut");
    port = FreePort.next();
    host = server;
  }

  private String host;

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    assertThat(run(command.toArray(new String[0]))).as(command.toString()).isZero();
  }

  private static int run(String... command) throws Exception {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }

  @AfterEach
  void clean() throws Exception {
    run("ip", "netns", "delete", SPACE); // takes the cable with it
    if (data != null) {
      TestFolders.discard(data);
    }
  }

  @Test
  void aNodeWhoseCableIsPulledIsLostWithAReasonAndComesBackWithWhatItDid() throws Exception {
    Map<String, String> environment =
        Map.of(
            "INGOT_DATA_DIR",
            data.resolve("server").toString(),
            "INGOT_HTTP_PORT",
            String.valueOf(port),
            "INGOT_HTTP_HOST",
            host,
            "INGOT_HTTP_INSECURE",
            "true");
    Files.createDirectories(data.resolve("server"));
    Files.setPosixFilePermissions(
        data.resolve("server"), PosixFilePermissions.fromString("rwx--x--x"));
    try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
      server.await("ready at", START);
      try (IngotClient client = client();
          AgentInSpace agent = new AgentInSpace(voucher(client))) {
        String node = online(client);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("on", node);
        body.put("capability", "run");
        body.putObject("arguments").put("script", "echo before; sleep 20; echo while it was cut");
        String job =
            Awaitility.await("its capabilities are known")
                .atMost(START)
                .ignoreException(ClientException.class)
                .until(() -> client.jobs().create(body, null).path("id").asString(), each -> true);
        Awaitility.await("it runs")
            .atMost(START)
            .until(() -> client.jobs().task(job, node).path("state").asString().equals("running"));

        ip("link", "set", CABLE, "down");
        long cut = System.nanoTime();
        JsonNode lost =
            Awaitility.await("it is lost")
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(200))
                .until(
                    () -> client.node(node).path("presence"),
                    presence -> presence.path("state").asString().equals("lost"));
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isLessThan(Duration.ofSeconds(30));
        assertThat(lost.path("reason").asString()).isNotBlank();
        assertThat(lost.path("lastSeen").asString("")).isNotBlank();
        TimeUnit.NANOSECONDS.sleep(
            Duration.ofSeconds(40).toNanos() - (System.nanoTime() - cut)); // as long as it is cut

        ip("link", "set", CABLE, "up");
        assertThat(online(client)).isEqualTo(node);
        JsonNode task =
            Awaitility.await("what it did meanwhile is there")
                .atMost(START)
                .until(
                    () -> client.jobs().task(job, node),
                    each -> each.path("state").asString().equals("succeeded"));
        assertThat(task.path("stdout").asString()).isEqualTo("before\nwhile it was cut\n");
        assertThat(task.path("attempt").asInt()).isEqualTo(1);
        assertThat(agent.process.isAlive()).isTrue();
      }
    }
  }

  private IngotClient client() throws IOException {
    String token = Files.readString(data.resolve("server/admin.token")).strip();
    URI address = URI.create("http://" + host + ":" + port);
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(10)));
  }

  private static String voucher(IngotClient client) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", "cut");
    return client.createEnrolmentToken(body).path("secret").asString();
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

  /** An agent that has nothing but its end of the cable. */
  private final class AgentInSpace implements AutoCloseable {
    final Process process;

    AgentInSpace(String voucher) throws IOException {
      List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", SPACE));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx40m"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.add("agent");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith("INGOT_"));
      builder.environment().put("INGOT_DATA_DIR", data.resolve("agent").toString());
      builder.environment().put("INGOT_SERVER_URL", "http://" + host + ":" + port);
      builder.environment().put("INGOT_SERVER_INSECURE", "true");
      builder.environment().put("INGOT_ENROLMENT_TOKEN", voucher);
      builder.redirectErrorStream(true);
      builder.redirectOutput(data.resolve("agent.log").toFile());
      process = builder.start();
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly();
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
      if (process.exitValue() != 137) {
        throw new IOException(Files.readString(data.resolve("agent.log"), StandardCharsets.UTF_8));
      }
    }
  }
}
