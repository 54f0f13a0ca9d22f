package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpCodec;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpOptions;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import dev.ingot.netboot.tftp.TftpCodec;
import dev.ingot.netboot.tftp.TftpPacket;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import dev.ingot.server.boot.lease.DhcpSettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

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

  private static TestServer server;
  private static PortSettings ports;

  @BeforeAll
  static void start() throws IOException {
    ports = freePorts();
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
            Map.of("lab", loopback), null, null, ports, true, 1000, Duration.ofMinutes(10));
    server = TestServer.start(all -> all.with(settings));
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 1, 2);
      store
          .api()
          .useHandle(
              handle ->
                  handle.execute(
                      "INSERT INTO node_address (value, node, kind) VALUES (?, ?, 'mac'),"
                          + " ('127.0.0.9', ?, 'ip')",
                      KNOWN_MAC,
                      TestNodes.id(1),
                      TestNodes.id(1)));
    }
    Files.writeString(server.folder().resolve("boot").resolve("hello.txt"), "hello");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PortSettings freePorts() throws IOException {
    List<DatagramSocket> held = new ArrayList<>();
    for (int count = 0; count < 6; count++) {
      held.add(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }
    int[] free = held.stream().mapToInt(DatagramSocket::getLocalPort).toArray();
    held.forEach(DatagramSocket::close);
    return new PortSettings(free[0], free[1], free[2], free[3], free[4], free[5]);
  }

  @Test
  void anUnknownMachineGetsIpxeThenItsScriptWithATicket() throws IOException {
    assertThat(ask(UNKNOWN, MessageType.DISCOVER, null))
        .extracting(DhcpMessage::file)
        .isEqualTo("undionly.kpxe");
    DhcpMessage offer = ask(UNKNOWN, MessageType.DISCOVER, "iPXE");
    assertThat(offer).isNotNull();
    assertThat(offer.server()).isEqualTo(LOOPBACK);
    assertThat(offer.your()).isEqualTo(Ipv4.NONE);
    assertThat(offer.file())
        .isEqualTo("http://127.0.0.1:" + ports.http() + "/boot/ipxe?mac=02:54:00:12:34:56");
    String script = script("02:54:00:12:34:56", "127.0.0.1");
    assertThat(script)
        .startsWith("#!ipxe")
        .contains("ingot.ticket=")
        .contains("ingot.server=http://127.0.0.1:");
  }

  @Test
  void whatIsMeantForOneMachineGoesToItsAddressOnly() throws IOException {
    byte[] mac = {0x02, 0x54, 0, 1, 2, 3};
    ask(mac, MessageType.DISCOVER, "iPXE");
    assertThat(script("02:54:00:01:02:03", "127.0.0.1")).contains("ingot.ticket=");
    assertThat(script("02:54:00:01:02:03", "127.0.0.2"))
        .contains("it was seen with 127.0.0.1")
        .doesNotContain("ingot.ticket=");
    assertThat(script("02:54:00:ff:ff:ff", "127.0.0.1"))
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
  void aNodeThatShouldBootItsDiskGetsNoAnswerAndOnceHoldsForOneBoot() throws IOException {
    String path = "/api/v1/nodes/" + TestNodes.id(1) + "/boot";
    assertThat(server.get(path).status()).isEqualTo(404);
    assertThat(server.put(path, "{\"profile\": \"disk\"}").status()).isEqualTo(200);
    awaitAnswer(KNOWN, false);
    JsonNode explained = server.get("/api/v1/boot/explain?key=" + KNOWN_MAC).body();
    assertThat(explained.path("steps").path(0).path("gets").isNull()).isTrue();
    assertThat(explained.path("steps").path(0).path("reasons").toString())
        .contains("it boots its own disk");
    assertThat(server.delete(path).status()).isEqualTo(204);
    awaitAnswer(KNOWN, true);

    assertThat(
            server
                .put(path, "{\"profile\": \"disk\", \"once\": true}")
                .body()
                .path("once")
                .asBoolean())
        .isTrue();
    awaitAnswer(KNOWN, false);
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
    awaitAnswer(KNOWN, true);
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.delete("/api/v1/boot/profiles/nudge").status()).isEqualTo(204);
  }

  @Test
  void filesComeByTftpAndByHttpWithRangesAndTags() throws IOException {
    try (DatagramSocket client = client()) {
      ByteBuffer request =
          TftpCodec.encode(new TftpPacket.ReadRequest("/hello.txt", "octet", Map.of()));
      client.send(
          new DatagramPacket(
              request.array(),
              request.remaining(),
              InetAddress.getLoopbackAddress(),
              ports.tftp()));
      assertThat(TftpCodec.decode(ByteBuffer.wrap(receive(client))))
          .isEqualTo(
              new TftpPacket.Block(
                  1, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII))));
    }
    assertThat(http("127.0.0.1", "GET /files/hello.txt HTTP/1.0\r\n\r\n"))
        .contains(" 200 ")
        .endsWith("hello")
        .containsIgnoringCase("etag:");
    assertThat(
            http(
                "127.0.0.1",
                "GET /files/hello.txt HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Range: bytes=1-2\r\n"
                    + "Connection: close\r\n\r\n"))
        .contains(" 206 ")
        .endsWith("el");
    for (String hostile :
        List.of(
            "/files/../admin.token",
            "/files/..%2fadmin.token",
            "/files/%2e%2e/admin.token",
            "/admin.token",
            "/files/",
            "/x")) {
      assertThat(
              http(
                  "127.0.0.1",
                  "GET " + hostile + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .as(hostile)
          .matches("(?s)HTTP/1\\.1 4\\d\\d .*")
          .doesNotContain(server.adminToken());
    }
    assertThat(http("127.0.0.1", "GET /boot/ipxe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .contains(" 400 ")
        .contains("no MAC address");
    assertThat(
            http(
                "127.0.0.1",
                "POST /files/hello.txt HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Content-Length: 0\r\n"
                    + "Connection: close\r\n\r\n"))
        .doesNotContain(" 200 ");
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

  private static void awaitAnswer(byte[] mac, boolean answered) {
    await()
        .untilAsserted(
            () -> assertThat(ask(mac, MessageType.DISCOVER, null) != null).isEqualTo(answered));
  }

  /** The server's reply, or null where none came. */
  private static @Nullable DhcpMessage ask(byte[] mac, MessageType type, @Nullable String userClass)
      throws IOException {
    DhcpOptions.Builder options =
        DhcpOptions.builder()
            .put(type)
            .put(OptionCode.VENDOR_CLASS, "PXEClient:Arch:00000:UNDI:002001")
            .put(OptionCode.ARCHITECTURE, (byte) 0, (byte) 0);
    if (userClass != null) {
      options.put(OptionCode.USER_CLASS, userClass);
    }
    DhcpMessage message =
        new DhcpMessage(
            true,
            1,
            mac,
            0,
            7,
            0,
            false,
            LOOPBACK,
            Ipv4.NONE,
            Ipv4.NONE,
            Ipv4.NONE,
            "",
            "",
            options.build());
    byte[] packet = DhcpCodec.encode(message);
    try (DatagramSocket client = client()) {
      client.setSoTimeout(700);
      client.send(
          new DatagramPacket(
              packet, packet.length, InetAddress.getLoopbackAddress(), ports.bootServer()));
      byte[] reply = receive(client);
      return DhcpCodec.decode(reply, reply.length);
    } catch (java.net.SocketTimeoutException noAnswer) {
      return null;
    }
  }

  private static String script(String mac, String from) {
    String[] script = {""};
    await()
        .untilAsserted(
            () -> {
              script[0] =
                  http(
                      from,
                      "GET /boot/ipxe?mac="
                          + mac
                          + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
              assertThat(script[0]).contains(" 200 ");
              assertThat(script[0].contains("did not ask to boot"))
                  .isEqualTo(mac.endsWith("ff")); // the sighting is stored soon after
            });
    return script[0].substring(script[0].indexOf("\r\n\r\n") + 4);
  }

  private static String http(String from, String request) throws IOException {
    try (Socket socket =
        new Socket(
            InetAddress.getLoopbackAddress(), ports.http(), InetAddress.getByName(from), 0)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream answer = socket.getInputStream()) {
        return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private static DatagramSocket client() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    client.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }
}
