package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.tftp.TftpCodec;
import dev.ingot.netboot.tftp.TftpPacket;
import dev.ingot.server.TestServer;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How machines find their script: by MAC, by UUID, and by TFTP. */
class ScriptsIT {
  private static TestServer server;
  private static PortSettings ports;
  private static Firmware firmware;

  @BeforeAll
  static void start() throws IOException {
    ports = Firmware.freePorts();
    firmware = new Firmware(ports);
    NetbootSettings usual = NetbootSettings.DEFAULT;
    NetbootSettings settings =
        new NetbootSettings(
            Map.of("lab", NetworkSettings.on("lo")),
            null,
            null,
            ports,
            false,
            usual.syslogRate(),
            usual.attempt(),
            Map.of(),
            usual.mirrorCache(),
            Map.of());
    server = TestServer.start(all -> all.with(settings));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aMachineThatAsksForItsScriptBeforeItsRequestIsStoredWaitsForThat() throws Exception {
    byte[] mac = {0x02, 0x54, 0, 1, 2, 4};
    CompletableFuture<String> script;
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      script =
          store
              .api()
              .inTransaction(
                  handle -> {
                    handle.execute("LOCK TABLE boot_port IN EXCLUSIVE MODE"); // may be read
                    firmware.ask(mac, MessageType.DISCOVER, "iPXE");
                    CompletableFuture<String> asked =
                        CompletableFuture.supplyAsync(
                            () -> firmware.script("02:54:00:01:02:04", "127.0.0.1"));
                    await()
                        .until(
                            () ->
                                handle
                                    .createQuery(
                                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND"
                                            + " relation = 'boot_port'::regclass")
                                    .mapTo(Integer.class)
                                    .one(),
                            count -> count == 1);
                    return asked;
                  });
    }
    assertThat(script.get(10, TimeUnit.SECONDS)).contains("ingot.ticket=");
  }

  @Test
  void aMachineIsFoundByItsUuidAtItsOwnAddressOnly() throws IOException {
    byte[] uuid = HexFormat.of().parseHex("00" + "33221100554477668899aabbccddeeff");
    firmware.ask(new byte[] {2, 84, 0, 1, 3, 1}, MessageType.DISCOVER, "iPXE", uuid);
    String path = "/boot/ipxe?uuid=00112233-4455-6677-8899-AABBCCDDEEFF";
    assertThat(firmware.get("127.0.0.1", path)).contains(" 200 ", "BOOTIF=02:54:00:01:03:01");
    assertThat(firmware.get("127.0.0.1", path.toLowerCase(java.util.Locale.ROOT)))
        .contains("ingot.ticket=");
    assertThat(firmware.get("127.0.0.2", path))
        .contains(" 200 ", "no machine with this UUID asked to boot from 127.0.0.2")
        .doesNotContain("ingot.ticket=");
    assertThat(firmware.get("127.0.0.1", path.replace("EEFF", "EE00")))
        .doesNotContain("ingot.ticket=");
    for (String broken : new String[] {"1-2-3-4-5", "x", ""}) {
      assertThat(firmware.get("127.0.0.1", "/boot/ipxe?uuid=" + broken)).contains(" 400 ");
    }
  }

  @Test
  void oneConnectionAsksForScriptsHoweverItsBytesArriveAndForWhateverElse() throws IOException {
    firmware.ask(new byte[] {2, 84, 0, 1, 3, 9}, MessageType.DISCOVER, "iPXE");
    String plain =
        "GET /boot/ipxe?mac=02:54:00:01:03:09 HTTP/1.1\r\nHost: x\r\nUser-Agent: iPXE/1.21\r\n\r\n";
    String odd = plain.replace("User-Agent", "X-Mine").replace("mac=02:54", "mac=02-54");
    String stranger = plain.replace("03:09", "03:0a").replace("Host", "HOST");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.http())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      for (int at = 0; at < plain.length(); at += 30) {
        write(socket, plain.substring(at, Math.min(at + 30, plain.length())));
      }
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ").contains("BOOTIF=02:54:00:01:03:09");
      write(socket, plain + plain + stranger + plain + odd + plain + "GET /none HTTP/1.0\r\n\r\n");
      for (int time = 0; time < 2; time++) {
        assertThat(answer(socket)).contains("\r\nDate: ", "no-store", "BOOTIF=02:54:00:01:03:09");
      }
      assertThat(answer(socket)).contains("did not ask to boot").doesNotContain("BOOTIF");
      for (int time = 0; time < 3; time++) {
        assertThat(answer(socket)).contains("BOOTIF=02:54:00:01:03:09");
      }
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains(" 404 ");
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Head and body of one answer that says its length. */
  private static String answer(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as(head.toString()).isNotNegative();
      head.append((char) next);
    }
    Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
    assertThat(length.find()).as(head.toString()).isTrue();
    byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
    return head + new String(body, StandardCharsets.UTF_8);
  }

  @Test
  void aMachinesScriptComesByTftpTooUnlessTheOperatorHasAFileOfThatName() throws IOException {
    firmware.ask(new byte[] {2, 84, 0, 1, 3, 2}, MessageType.DISCOVER, "iPXE");
    assertThat(tftp("boot.ipxe")).startsWith("#!ipxe").contains("02:54:00:01:03:02");
    assertThat(tftp("/autoexec.ipxe")).startsWith("#!ipxe").contains("02:54:00:01:03:02");
    Path own = server.folder().resolve("boot/autoexec.ipxe");
    Files.writeString(own, "#!ipxe\nshell\n");
    assertThat(tftp("autoexec.ipxe")).isEqualTo("#!ipxe\nshell\n");
    assertThat(tftp("../boot.ipxe")).isNull();
  }

  @Test
  void aTemplateOfTheOperatorsIsRenderedForTheMachineThatAsksByTftpAndForNobodyElse()
      throws IOException {
    Path folder = Files.createDirectories(server.folder().resolve("boot/switches"));
    Files.writeString(
        folder.resolve("poap.py.mustache"),
        "api = '{{boot.server}}'\nme = '{{boot.mac}}'\nmine = '{{boot.ticket}}{{node.id}}'\n");
    Files.writeString(folder.resolve("wrong.mustache"), "{{boot.password}}");
    Files.writeString(folder.resolve("broken.mustache"), "{{#boot}}");
    Files.write(folder.resolve("binary.mustache"), new byte[] {(byte) 0xff, 0, (byte) 0xfe});
    Files.write(folder.resolve("long.mustache"), new byte[70_000]);
    firmware.ask(new byte[] {2, 84, 0, 1, 3, 4}, MessageType.DISCOVER, "iPXE");

    assertThat(tftp("/switches\\poap.py"))
        .startsWith("api = 'http://127.0.0.1:")
        .contains("me = '02:54:00:01:03:04'")
        .containsPattern("mine = '[A-Za-z0-9_-]{20,}'");
    assertThat(tftp("switches/poap.py", "127.0.0.2")).isNull();
    for (String file : new String[] {"wrong", "broken", "binary", "long"}) {
      assertThat(tftp("switches/" + file)).as(file).isNull();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(
                        server.get("/api/v1/boot/history?key=02:54:00:01:03:04").body().toString())
                    .contains("nothing stands for boot.password (line 1)"));
    Files.writeString(folder.resolve("poap.py"), "as it is");
    assertThat(tftp("switches/poap.py")).isEqualTo("as it is");
  }

  @Test
  void aShortFileThatIsKeptInMemoryComesAsItIsNow() throws IOException {
    Path folder = Files.createDirectories(server.folder().resolve("boot/kept"));
    Path without = Files.writeString(server.folder().resolve("without"), "secret");
    String[] names = {"same", "written", "replaced", "linked", "led-out", "gone"};
    for (String name : names) {
      Files.writeString(folder.resolve(name), "first");
      assertThat(tftp("kept/" + name)).isEqualTo("first");
    }
    await().pollDelay(3100, TimeUnit.MILLISECONDS).until(() -> true); // as long as it must settle
    for (String name : names) {
      assertThat(tftp("kept/" + name)).isEqualTo("first"); // read again, and kept
      assertThat(tftp("kept/" + name)).isEqualTo("first"); // out of memory
    }
    Files.writeString(folder.resolve("written"), "other");
    Path beside = Files.writeString(folder.resolve("beside"), "third");
    Files.delete(folder.resolve("linked"));
    Files.createSymbolicLink(folder.resolve("linked"), Path.of("beside"));
    Files.delete(folder.resolve("led-out"));
    Files.createSymbolicLink(folder.resolve("led-out"), without);
    Files.delete(folder.resolve("gone"));
    Path fresh = Files.writeString(folder.resolve("fresh"), "moved");
    Files.move(fresh, folder.resolve("replaced"), StandardCopyOption.REPLACE_EXISTING);
    for (int time = 0; time < 2; time++) {
      assertThat(tftp("kept/same")).isEqualTo("first");
      assertThat(tftp("kept/written")).isEqualTo("other");
      assertThat(tftp("kept/linked")).isEqualTo("third");
      assertThat(tftp("kept/replaced")).isEqualTo("moved");
      assertThat(tftp("kept/led-out")).isNull();
      assertThat(tftp("kept/gone")).isNull();
    }
    Files.writeString(beside, "fourth");
    assertThat(tftp("kept/linked")).isEqualTo("fourth");
  }

  /** The first block, or null for an error. */
  private static String tftp(String file) throws IOException {
    return tftp(file, "127.0.0.1");
  }

  private static String tftp(String file, String from) throws IOException {
    try (DatagramSocket client =
        new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0))) {
      client.setSoTimeout(10_000);
      ByteBuffer request = TftpCodec.encode(new TftpPacket.ReadRequest(file, "octet", Map.of()));
      client.send(
          new DatagramPacket(
              request.array(),
              request.remaining(),
              InetAddress.getLoopbackAddress(),
              ports.tftp()));
      TftpPacket answer = TftpCodec.decode(ByteBuffer.wrap(Firmware.receive(client)));
      return answer instanceof TftpPacket.Block block
          ? StandardCharsets.US_ASCII.decode(block.content()).toString()
          : null;
    }
  }
}
