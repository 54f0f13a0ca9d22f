package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.Json;
import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.tftp.TftpCodec;
import dev.ingot.netboot.tftp.TftpPacket;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import dev.ingot.server.boot.lease.DhcpSettings;
import dev.ingot.server.boot.mirror.MirrorSettings;
import dev.ingot.server.boot.mirror.SloppyUpstream;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The boot services of a whole server, on loopback and ports of the test's own; the test is the
 * firmware.
 */
class BootIT {
  private static final Ipv4 LOOPBACK = Ipv4.parse("127.0.0.1");
  private static final byte[] UNKNOWN = {
    0x02, 0x54, 0, 0x12, 0x34, 0x56
  }; // locally administered: served all the same
  private static final byte[] KNOWN = {0x02, 0x54, 0, 0x12, 0x34, 0x57};
  private static final String KNOWN_MAC = "02:54:00:12:34:57";

  private static final byte[] HOLDER = {0x02, 0x54, 0, 0x12, 0x34, 0x58};
  private static final String HOLDERS_MAC = "02:54:00:12:34:58";

  private static TestServer server;
  private static SloppyUpstream upstream;
  private static PortSettings ports;
  private static Firmware firmware;

  @BeforeAll
  static void start() throws IOException {
    ports = Firmware.freePorts();
    firmware = new Firmware(ports);
    upstream = new SloppyUpstream();
    NetworkSettings loopback =
        new NetworkSettings(
            "lo",
            null,
            NetbootSettings.Clients.ALL,
            List.of(),
            "microkernel",
            "microkernel",
            DhcpSettings.DEFAULT);
    NetbootSettings settings =
        new NetbootSettings(
            Map.of("lab", loopback),
            null,
            null,
            ports,
            true,
            1000,
            Duration.ofMinutes(10),
            Map.of("up", new MirrorSettings(upstream.url(), null)),
            NetbootSettings.DEFAULT.mirrorCache(),
            Map.of(
                "fire",
                new SyslogRule("(?<what>disk|fan) is on fire", null, Severity.CRITICAL, null)));
    server = TestServer.start(all -> all.with(settings));
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 1, 3);
      store
          .api()
          .useHandle(
              handle ->
                  handle.execute(
                      "INSERT INTO node_address (value, node, kind) VALUES (?, ?, 'mac'),"
                          + " ('127.0.0.9', ?, 'ip'), (?, ?, 'mac')",
                      KNOWN_MAC,
                      TestNodes.id(1),
                      TestNodes.id(1),
                      HOLDERS_MAC,
                      TestNodes.id(2)));
    }
    Files.writeString(server.folder().resolve("boot").resolve("hello.txt"), "hello");
  }

  @AfterAll
  static void stop() {
    server.close();
    upstream.close();
  }

  @Test
  void anUnknownMachineGetsIpxeThenItsScriptWithATicket() throws IOException {
    assertThat(firmware.ask(UNKNOWN, MessageType.DISCOVER, null))
        .extracting(DhcpMessage::file)
        .isEqualTo("undionly.kpxe");
    DhcpMessage offer = firmware.ask(UNKNOWN, MessageType.DISCOVER, "iPXE");
    assertThat(offer).isNotNull();
    assertThat(offer.server()).isEqualTo(LOOPBACK);
    assertThat(offer.your()).isEqualTo(Ipv4.NONE);
    assertThat(offer.file())
        .isEqualTo("http://127.0.0.1:" + ports.http() + "/boot/ipxe?mac=02:54:00:12:34:56");
    String script = firmware.script("02:54:00:12:34:56", "127.0.0.1");
    assertThat(script)
        .startsWith("#!ipxe")
        .contains("ingot.ticket=")
        .contains("ingot.server=http://127.0.0.1:");
  }

  @Test
  void whatIsMeantForOneMachineGoesToItsAddressOnly() throws IOException {
    byte[] mac = {0x02, 0x54, 0, 1, 2, 3};
    firmware.ask(mac, MessageType.DISCOVER, "iPXE");
    assertThat(firmware.script("02:54:00:01:02:03", "127.0.0.1")).contains("ingot.ticket=");
    assertThat(firmware.script("02:54:00:01:02:03", "127.0.0.2"))
        .contains("it was seen with 127.0.0.1")
        .doesNotContain("ingot.ticket=");
    assertThat(firmware.script("02:54:00:ff:ff:ff", "127.0.0.1"))
        .contains("did not ask to boot")
        .doesNotContain("ingot.ticket=");
    await()
        .untilAsserted(
            () ->
                assertThat(kinds("02:54:00:01:02:03"))
                    .contains("dhcp-offered", "script-sent", "script-withheld"));
    JsonNode events = server.get("/api/v1/audit").body();
    assertThat(events.toString()).contains("boot-ticket.create");
  }

  @Test
  void theScriptSaysWhichAddressIsHeldForTheMachine() throws IOException {
    String held =
        "held={{reserved.address}}/{{reserved.prefixLength}} {{reserved.gateway}}"
            + " {{reserved.vlan}} {{reserved.dns}} {{reserved.domain}} {{reserved.hostname}}.";
    ObjectNode profile = Json.MAPPER.createObjectNode().put("kind", "script");
    profile.put("script", "#!ipxe\necho " + held + "\n");
    assertThat(server.put("/api/v1/boot/profiles/held", profile.toString()).status())
        .isEqualTo(201);
    String assignment = "/api/v1/nodes/" + TestNodes.id(2) + "/boot";
    assertThat(server.put(assignment, "{\"profile\": \"held\"}").status()).isEqualTo(200);
    assertThat(firmware.ask(HOLDER, MessageType.DISCOVER, "iPXE")).isNotNull();
    assertThat(firmware.script(HOLDERS_MAC, "127.0.0.1")).contains("held=/     .");

    String network =
        "{\"prefix\": \"10.9.0.0/24\", \"gateway\": \"10.9.0.254\", \"vlan\": 9,"
            + " \"dns\": [\"10.9.0.53\", \"10.9.1.53\"], \"domain\": \"lab.example\"}";
    assertThat(server.put("/api/v1/networks/held", network).status()).isEqualTo(201);
    String addresses = "/api/v1/resources/private-addresses";
    String keys = "{\"owner\": \"tony\", \"keys\": [\"10.9.0.7\"]}";
    assertThat(server.post(addresses + "/claims", keys).status()).isEqualTo(201);
    String machine = "{\"mac\": \"" + HOLDERS_MAC + "\", \"hostname\": \"rack1-07\"}";
    assertThat(server.patch(addresses + "/10.9.0.7", machine).status()).isEqualTo(200);
    await()
        .untilAsserted( // the same script goes out for a second
            () ->
                assertThat(firmware.script(HOLDERS_MAC, "127.0.0.1"))
                    .contains(
                        "held=10.9.0.7/24 10.9.0.254 9 10.9.0.53,10.9.1.53 lab.example"
                            + " rack1-07."));
    assertThat(firmware.script(HOLDERS_MAC, "127.0.0.2")).doesNotContain("10.9.0.7");
  }

  @Test
  void aNodeThatShouldBootItsDiskGetsNoAnswerAndOnceHoldsForOneBoot() throws IOException {
    String path = "/api/v1/nodes/" + TestNodes.id(1) + "/boot";
    assertThat(server.get(path).status()).isEqualTo(404);
    assertThat(server.put(path, "{\"profile\": \"disk\"}").status()).isEqualTo(200);
    firmware.awaitAnswer(KNOWN, false);
    for (String key : List.of(KNOWN_MAC, TestNodes.id(1))) { // whose MAC only its inventory shows
      JsonNode step = server.get("/api/v1/boot/explain?key=" + key).body().path("steps").path(0);
      assertThat(step.path("gets").isNull()).as(step.toString()).isTrue();
      assertThat(step.path("reasons").toString()).contains("it boots its own disk");
    }
    assertThat(server.delete(path).status()).isEqualTo(204);
    firmware.awaitAnswer(KNOWN, true);

    assertThat(
            server
                .put(path, "{\"profile\": \"disk\", \"once\": true}")
                .body()
                .path("once")
                .asBoolean())
        .isTrue();
    firmware.awaitAnswer(KNOWN, false);
    await()
        .untilAsserted(() -> assertThat(server.get(path).body().path("used").isString()).isTrue());
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      store
          .api()
          .useHandle(
              handle ->
                  handle.execute("UPDATE boot_assignment SET used = used - interval '6 minutes'"));
    }
    assertThat(server.put("/api/v1/boot/profiles/nudge", "{\"kind\": \"ignore\"}").status())
        .isEqualTo(201); // forgets what was kept
    firmware.awaitAnswer(KNOWN, true);
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.delete("/api/v1/boot/profiles/nudge").status()).isEqualTo(204);
  }

  @Test
  void filesComeByTftpAndByHttpWithRangesAndTags() throws IOException {
    try (DatagramSocket client = Firmware.client()) {
      ByteBuffer request =
          TftpCodec.encode(new TftpPacket.ReadRequest("/hello.txt", "octet", Map.of()));
      client.send(
          new DatagramPacket(
              request.array(),
              request.remaining(),
              InetAddress.getLoopbackAddress(),
              ports.tftp()));
      assertThat(TftpCodec.decode(ByteBuffer.wrap(Firmware.receive(client))))
          .isEqualTo(
              new TftpPacket.Block(
                  1, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))));
    }
    assertThat(firmware.http("127.0.0.1", "GET /files/hello.txt HTTP/1.0\r\n\r\n"))
        .contains(" 200 ")
        .endsWith("hello")
        .containsIgnoringCase("etag:");
    String part =
        "GET /files/hello.txt HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\nConnection: close\r\n";
    assertThat(firmware.http("127.0.0.1", part + "\r\n")).contains(" 206 ").endsWith("el");
    assertThat(firmware.http("127.0.0.1", part + "If-Range: \"what it was\"\r\n\r\n"))
        .contains(" 200 ")
        .endsWith("hello");
    for (String hostile :
        List.of(
            "/files/../admin.token",
            "/files/..%2fadmin.token",
            "/files/%2e%2e/admin.token",
            "/admin.token",
            "/files/",
            "/x")) {
      assertThat(firmware.get("127.0.0.1", hostile))
          .as(hostile)
          .matches("(?s)HTTP/1\\.1 4\\d\\d .*")
          .doesNotContain(server.adminToken());
    }
    assertThat(firmware.get("127.0.0.1", "/boot/ipxe"))
        .contains(" 400 ")
        .contains("no MAC address");
    assertThat(
            firmware.http(
                "127.0.0.1",
                "POST /files/hello.txt HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Content-Length: 0\r\n"
                    + "Connection: close\r\n\r\n"))
        .doesNotContain(" 200 ");
  }

  @Test
  void filesOfAMirrorComeWholeOrInPartsAndNeverBrokenOff() throws IOException {
    upstream.files.put("/d/linux", "0123456789".getBytes(StandardCharsets.US_ASCII));
    String get = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    String path = "/files/mirrors/up/d/linux";
    for (int time = 0; time < 2; time++) { // while it comes, and when it is kept
      assertThat(firmware.http("127.0.0.1", "GET " + path + get + "\r\n"))
          .contains(" 200 ", "Content-Length: 10")
          .endsWith("\r\n0123456789");
    }
    assertThat(firmware.http("127.0.0.1", "GET " + path + get + "Range: bytes=2-4\r\n\r\n"))
        .contains(" 206 ")
        .endsWith("\r\n234");
    assertThat(firmware.http("127.0.0.1", "HEAD " + path + get + "\r\n"))
        .contains(" 200 ", "Content-Length: 10")
        .endsWith("\r\n\r\n");
    assertThat(firmware.http("127.0.0.1", "POST " + path + get + "Content-Length: 0\r\n\r\n"))
        .doesNotContain(" 200 ");
    for (String hostile : List.of("nowhere/f", "up/", "up/%2e%2e/x", "up/..%2fx", "up", "")) {
      assertThat(firmware.get("127.0.0.1", "/files/mirrors/" + hostile))
          .as(hostile)
          .matches("(?s)HTTP/1\\.1 4\\d\\d .*");
    }
    byte[] large = new byte[3_000_000];
    upstream.files.put("/large", large);
    upstream.changed.put("/large", new byte[large.length + 1]);
    upstream.breaks.add(2_000_000);
    String broken = firmware.http("127.0.0.1", "GET /files/mirrors/up/large" + get + "\r\n");
    assertThat(broken).contains("Content-Length: 3000000");
    assertThat(broken.length()).isLessThan(3_000_000);
  }

  @Test
  void aLineOfAMachineIsInItsLog() throws IOException {
    byte[] line = "<11>1 - host app - - - the disk is on fire".getBytes(StandardCharsets.UTF_8);
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.9", 0))) {
      socket.send(
          new DatagramPacket(line, line.length, InetAddress.getLoopbackAddress(), ports.syslog()));
    }
    await()
        .untilAsserted(
            () -> {
              JsonNode found =
                  server
                      .get("/api/v1/logs?source=syslog&text=on%20fire")
                      .body()
                      .path("items")
                      .path(0);
              assertThat(found.path("node").asString("")).isEqualTo(TestNodes.id(1));
              assertThat(found.path("severity").asString("")).isEqualTo("error");
              assertThat(found.path("fields").path("application").asString("")).isEqualTo("app");
            });
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      await()
          .untilAsserted(
              () -> {
                List<String> events =
                    store
                        .api()
                        .withHandle(
                            handle ->
                                handle
                                    .createQuery(
                                        "SELECT severity || ' ' || type_id || ' ' || node_id || ' '"
                                            + " || (data #>> '{groups,what}') FROM event"
                                            + " WHERE type = 'log' AND action = 'matched'")
                                    .mapTo(String.class)
                                    .list());
                assertThat(events).containsExactly("critical fire " + TestNodes.id(1) + " disk");
              });
    }
  }

  @Test
  void wrongInputIsNamedAndChangesNothing() {
    problem(
        server.put("/api/v1/nodes/" + TestNodes.id(1) + "/boot", "{\"profile\": \"nowhere\"}"),
        422,
        "profile");
    problem(
        server.put("/api/v1/nodes/" + TestNodes.id(1) + "/boot", "{\"profil\": \"disk\"}"),
        422,
        "profil");
    problem(server.put("/api/v1/boot/profiles/a", "{\"kind\": \"kernel\"}"), 422, "kernel");
    problem(server.get("/api/v1/boot/explain"), 422, "key");
    problem(
        server.get("/api/v1/boot/explain?key=02:54:00:12:34:56&architecture=vax"),
        422,
        "architecture");
    problem(server.get("/api/v1/boot/explain?key=02:54:00:12:34:56&network=moon"), 422, "network");
    assertThat(server.get("/api/v1/boot/profiles/a").status()).isEqualTo(404);
    assertThat(server.delete("/api/v1/boot/profiles/disk").status()).isEqualTo(409);
    assertThat(server.put("/api/v1/nodes/01ffffff/boot", "{\"profile\": \"disk\"}").status())
        .isEqualTo(404);
    assertThat(
            server
                .get("/api/v1/boot/networks")
                .body()
                .path("items")
                .path(0)
                .path("address")
                .asString(""))
        .isEqualTo("127.0.0.1");
  }

  private static void problem(Answer answer, int status, String field) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
    assertThat(answer.text("field")).isEqualTo(field);
  }

  private static List<String> kinds(String mac) {
    List<String> kinds = new ArrayList<>();
    for (JsonNode attempt : server.get("/api/v1/boot/history?key=" + mac).body().path("attempts")) {
      attempt.path("items").forEach(item -> kinds.add(item.path("kind").asString("")));
    }
    return kinds;
  }
}
