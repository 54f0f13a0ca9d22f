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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The whole program gives addresses to DHCP clients that are not ours, here and behind a relay that
 * is not ours, and is killed meanwhile. In networks of the test's own.
 */
class AddressesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PID = ProcessHandle.current().pid();
  private static final String NEAR = "ingot-near-" + PID;
  private static final String FAR = "ingot-far-" + PID;
  private static final String CABLE = "ia" + PID % 1_000_000;

  private final String lab = "10.250." + PID % 250;
  private final String rack = "10.251." + PID % 250;
  private final List<Process> started = new ArrayList<>();
  private Path data;
  private int port;

  @BeforeEach
  void networks() throws Exception {
    assumeTrue(run("ip", "netns", "add", NEAR) == 0, "makes network namespaces: needs root and ip");
    ip("netns", "add", FAR);
    ip("link", "add", CABLE, "type", "veth", "peer", "name", "cable", "netns", NEAR);
    ip("addr", "add", lab + ".1/24", "dev", CABLE);
    ip("link", "set", CABLE, "up");
    ip("route", "add", rack + ".0/24", "via", lab + ".2");
    ip("-n", NEAR, "link", "set", "lo", "up");
    ip("-n", NEAR, "addr", "add", lab + ".2/24", "dev", "cable");
    ip("-n", NEAR, "link", "set", "cable", "up");
    // another machine on the same cable
    ip("-n", NEAR, "link", "add", "back", "type", "veth", "peer", "name", "eth0", "netns", FAR);
    ip("-n", NEAR, "addr", "add", rack + ".1/24", "dev", "back");
    ip("-n", NEAR, "link", "set", "back", "up");
    ip("-n", FAR, "link", "set", "lo", "up");
    ip("-n", FAR, "link", "set", "eth0", "address", "02:00:00:00:77:02", "up");
    data = TestFolders.fresh("addresses");
    port = FreePort.next();
    Files.writeString(
        data.resolve("ingot.yaml"),
        """
        netboot:
          networks:
            lab:
              network-interface: %1$s
              dhcp: {mode: range, ranges: [%2$s.20-%2$s.219], gateway: %2$s.254, name-servers: [%2$s.53]}
            rack:
              network-interface: %1$s
              subnet: %3$s.0/24
              dhcp: {mode: range, ranges: [%3$s.100], gateway: %3$s.1, lease: 30m}
        """
            .formatted(CABLE, lab, rack));
    for (String client : List.of("udhcpc", "dhclient")) { // what a client does with its address
      Path script = data.resolve(client + "-script");
      Files.writeString(
          script,
          """
          #!/bin/sh
          { env | grep -E '^(ip|subnet|router|dns|serverid|lease|new_[a-z_]*)='; echo "reason=$1$reason"; } >>%s
          """
              .formatted(data.resolve(client)));
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
  }

  @AfterEach
  void clean() throws Exception {
    for (Process process : started) {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    run("ip", "netns", "delete", FAR);
    run("ip", "netns", "delete", NEAR); // takes the cable with it
    if (data != null) {
      TestFolders.discard(data);
    }
  }

  @Test
  void machinesGetTheirAddressesAndNoneIsGivenTwiceThoughTheServerIsKilled() throws Exception {
    Map<String, String> acknowledged = new HashMap<>();
    try (IngotProcess server = server()) {
      server.await("ready at", PATIENCE);
      clientsOfOthers(server);
      Process machines = machines(60);
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Files.readAllLines(data.resolve("machines")))
                      .hasSizeGreaterThan(15)
                      .allMatch(line -> line.startsWith("02:")));
      server.killHard();
      try (IngotProcess again = server()) {
        again.await("ready at", PATIENCE);
        assertThat(machines.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<String> lines = Files.readAllLines(data.resolve("machines"));
        assertThat(lines.getLast()).isEqualTo("done");
        for (String line : lines.subList(0, lines.size() - 1)) {
          String[] words = line.split(" ", -1);
          assertThat(acknowledged.put(words[1], words[0])).as(line).isNull();
        }
        assertThat(acknowledged).hasSize(60);
        Map<String, String> listed = new HashMap<>();
        for (JsonNode lease : leases(Map.of("network", "lab", "limit", "1000"))) {
          listed.put(lease.path("address").asString(), lease.path("mac").asString());
          assertThat(lease.path("state").asString()).isEqualTo("leased");
        }
        assertThat(listed).containsAllEntriesOf(acknowledged);
        assertThat(again.stop()).isZero();
      }
    }
  }

  /** udhcpc on the server's own network, dhclient behind a relay. */
  private void clientsOfOthers(IngotProcess server) throws Exception {
    if (run("busybox", "udhcpc", "--help") == 0) {
      ip("-n", NEAR, "link", "add", "mac0", "link", "cable", "type", "macvlan", "mode", "bridge");
      ip("-n", NEAR, "link", "set", "mac0", "address", "02:00:00:00:77:01", "up");
      Path notes = data.resolve("udhcpc");
      Process client =
          in(
              NEAR,
              notes,
              "busybox",
              "udhcpc",
              "-i",
              "mac0",
              "-f",
              "-q",
              "-n",
              "-t",
              "10",
              "-T",
              "1",
              "-s",
              data.resolve("udhcpc-script").toString());
      assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(notes))
          .contains("router=" + lab + ".254", "dns=" + lab + ".53", "serverid=" + lab + ".1")
          .contains("lease=3600", "subnet=255.255.255.0");
      assertThat(leases(Map.of("mac", "02:00:00:00:77:01")))
          .singleElement()
          .satisfies(
              lease -> {
                assertThat(lease.path("network").asString()).isEqualTo("lab");
                assertThat(Files.readString(notes))
                    .contains("ip=" + lease.path("address").asString());
              });
    }
    if (run("which", "dhclient") == 0 && run("which", "dhcrelay") == 0) {
      Process relay =
          in(
              NEAR,
              data.resolve("relay"),
              "dhcrelay",
              "-4",
              "-d",
              "-a",
              "-id",
              "back",
              "-iu",
              "cable",
              lab + ".1");
      Path notes = data.resolve("dhclient");
      String[] dhclient = {
        "dhclient",
        "-4",
        "-1",
        "-v",
        "-d",
        "-cf",
        "/dev/null",
        "-lf",
        data.resolve("dhclient.leases").toString(),
        "-pf",
        data.resolve("dhclient.pid").toString(),
        "-sf",
        data.resolve("dhclient-script").toString(),
        "eth0"
      };
      Process client = in(FAR, notes, dhclient);
      try {
        Awaitility.await()
            .atMost(PATIENCE)
            .until(() -> Files.exists(notes) && Files.readString(notes).contains("BOUND"));
      } catch (ConditionTimeoutException never) {
        throw new AssertionError(
            Files.readString(data.resolve("dhclient.log"))
                + Files.readString(data.resolve("relay.log"))
                + server.lines(),
            never);
      }
      assertThat(Files.readString(notes))
          .contains("new_ip_address=" + rack + ".100", "new_routers=" + rack + ".1");
      client.destroy();
      assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(leases(Map.of("network", "rack")))
          .singleElement()
          .satisfies(
              lease -> {
                assertThat(lease.path("mac").asString()).isEqualTo("02:00:00:00:77:02");
                assertThat(lease.path("state").asString()).isEqualTo("leased");
                assertThat(lease.path("relay").asString()).isEqualTo(rack + ".1 back");
              });
      ip("-n", FAR, "addr", "add", rack + ".100/24", "dev", "eth0");
      ip("-n", FAR, "route", "add", "default", "via", rack + ".1");
      assertThat(
              in(NEAR, data.resolve("relay"), "sysctl", "-qw", "net.ipv4.ip_forward=1").waitFor())
          .isZero();
      dhclient[2] = "-r";
      assertThat(in(FAR, notes, dhclient).waitFor(30, TimeUnit.SECONDS)).isTrue();
      Awaitility.await("it gave its address back")
          .atMost(PATIENCE)
          .until(() -> leases(Map.of("network", "rack", "state", "ended")).size() == 1);
      relay.destroyForcibly(); // it has the port on which the others are to speak
      assertThat(relay.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process machines(int count) throws IOException {
    Process process =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                NEAR,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ManyMachines.class.getName(),
                lab + ".2",
                lab + ".1",
                String.valueOf(count))
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("machines").toFile())
            .start();
    started.add(process);
    return process;
  }

  private IngotProcess server() throws IOException {
    return new IngotProcess(
        Map.of(
            "INGOT_DATA_DIR", data.resolve("server").toString(),
            "INGOT_HTTP_PORT", String.valueOf(port)),
        "server",
        "--config",
        data.resolve("ingot.yaml").toString(),
        "--log",
        "text");
  }

  private List<JsonNode> leases(Map<String, String> query) throws IOException {
    String token = Files.readString(data.resolve("server/admin.token")).strip();
    URI address = URI.create("http://127.0.0.1:" + port);
    try (IngotClient client =
        new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(10)))) {
      return client.boot().leases(query).items();
    }
  }

  private Process in(String space, Path notes, String... program) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", space));
    command.addAll(List.of(program));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(Path.of(notes + ".log").toFile()));
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private static void ip(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    assertThat(run(command.toArray(new String[0]))).as(command.toString()).isZero();
  }

  private static int run(String... command) throws Exception {
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
