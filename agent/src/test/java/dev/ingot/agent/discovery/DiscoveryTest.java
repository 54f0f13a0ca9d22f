package dev.ingot.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which server is found, on machines that are folders, with sockets that answer or do not. */
class DiscoveryTest {
  private static final String PIN = "ab".repeat(32);

  @TempDir private Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Discovery discovery(String dns, boolean trusting) {
    return new Discovery(new Sources(root, dns), trusting);
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = listening()) {
      return socket.getLocalPort();
    }
  }

  private static String url(int port) {
    return "https://127.0.0.1:" + port;
  }

  @Test
  @SuppressWarnings("try") // sockets that are closed early
  void kernelArgumentsGoBeforeDhcpAndDhcpBeforeDnsAndTheFirstThatAnswersIsTaken() throws Exception {
    try (ServerSocket kernel = listening();
        ServerSocket dhcp = listening();
        ServerSocket dns = listening();
        NameServer names = new NameServer(List.of(closedPort(), dns.getLocalPort()))) {
      file("proc/cmdline", "quiet ingot.server=" + url(kernel.getLocalPort()) + " BOOTIF=x\n");
      file("run/systemd/netif/leases/2", "ADDRESS=10.0.0.2\nOPTION_224=" + hex(dhcp) + "\n");
      file("etc/resolv.conf", "nameserver 127.0.0.1\nsearch lab.example\n");
      Discovery discovery = discovery(names.url(), true);
      assertThat(discovery.find().map(Place::url)).contains(url(kernel.getLocalPort()));
      kernel.close();
      assertThat(discovery.find().map(Place::url)).contains(url(dhcp.getLocalPort()));
      dhcp.close();
      assertThat(discovery.find().map(Place::url))
          .contains("https://localhost:" + dns.getLocalPort());
      dns.close();
      assertThat(discovery.find()).isEmpty();
      assertThat(discovery.tried())
          .contains(
              "the kernel argument ingot.server", "DHCP option 224", "_ingot._tcp.lab.example")
          .contains("no answer");
    }
  }

  private static String hex(ServerSocket socket) {
    return HexFormat.of().formatHex(url(socket.getLocalPort()).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void leasesAreReadAsEveryClientWritesThem() throws Exception {
    String url = "https://ingot.lab.example:8443";
    String hex = HexFormat.of().formatHex(url.getBytes(StandardCharsets.UTF_8));
    String colons = HexFormat.ofDelimiter(":").formatHex(url.getBytes(StandardCharsets.UTF_8));
    for (List<String> lease :
        List.of(
            List.of("run/ingot/dhcp", "opt224=" + hex + "\n"),
            List.of("var/lib/NetworkManager/internal-1-eth0.lease", "OPTION_224=" + hex + "\n"),
            List.of(
                "var/lib/dhcp/dhclient.eth0.leases",
                "lease {\n  option unknown-224 \"https://old\";\n}\nlease {\n"
                    + "  option unknown-224 \""
                    + url
                    + "\";\n}\n"),
            List.of(
                "var/lib/dhclient/dhclient.leases",
                "lease {\n  option unknown-224 " + colons + ";\n}\n"))) {
      Path file = root.resolve(lease.get(0));
      file(lease.get(0), lease.get(1));
      assertThat(new Sources(root, "dns:").dhcp()).extracting(Place::url).containsExactly(url);
      Files.delete(file);
    }
    file("run/ingot/dhcp", "opt224=\n");
    file("run/systemd/netif/leases/3", "OPTION_224=abc\n");
    assertThat(new Sources(root, "dns:").dhcp()).isEmpty();
  }

  @Test
  void nobodyIsAskedWithoutAKeyOrACaAndNeverInTheClear() throws Exception {
    try (ServerSocket server = listening()) {
      file("proc/cmdline", "ingot.server=" + url(server.getLocalPort()));
      assertThat(discovery("dns:", false).find()).isEmpty();
      Discovery untrusting = discovery("dns:", false);
      assertThat(untrusting.find()).isEmpty();
      assertThat(untrusting.tried()).contains("neither server.pin nor server.ca");
      file("proc/cmdline", "ingot.server=http://127.0.0.1:" + server.getLocalPort());
      Discovery clear = discovery("dns:", true);
      assertThat(clear.find()).isEmpty();
      assertThat(clear.tried()).contains("https or amqps only");
      file(
          "proc/cmdline",
          "ingot.server=" + url(server.getLocalPort()) + " ingot.pin=" + PIN + "\n");
      assertThat(discovery("dns:", false).find().map(Place::pin)).contains(PIN);
      for (String bad : List.of("https://", "ftp://x", "https://[::1", "x", "https://h:99999")) {
        file("proc/cmdline", "ingot.server=" + bad);
        assertThat(discovery("dns:", true).find()).as(bad).isEmpty();
      }
    }
  }

  /** Answers every question with SRV records of these ports on localhost, in this order. */
  private static final class NameServer implements AutoCloseable {
    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final List<Integer> ports;

    NameServer(List<Integer> ports) throws IOException {
      this.ports = ports;
      Thread.ofVirtual().start(this::serve);
    }

    String url() {
      return "dns://127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
      byte[] buffer = new byte[512];
      while (!socket.isClosed()) {
        try {
          DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
          socket.receive(packet);
          byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        } catch (IOException e) {
          return;
        }
      }
    }

    /** RFC 1035, 4.1: the question comes back, with an answer for each port. */
    private byte[] answer(byte[] query) throws IOException {
      int end = 12;
      while (query[end] != 0) {
        end += query[end] + 1;
      }
      end += 5;
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (DataOutputStream out = new DataOutputStream(bytes)) {
        out.write(query, 0, 2);
        out.writeShort(0x8180);
        out.writeShort(1);
        out.writeShort(ports.size());
        out.writeInt(0);
        out.write(query, 12, end - 12);
        for (int i = ports.size() - 1; i >= 0; i--) {
          out.writeShort(0xc00c);
          out.writeShort(33);
          out.writeShort(1);
          out.writeInt(60);
          out.writeShort(17);
          out.writeShort(i);
          out.writeShort(5);
          out.writeShort(ports.get(i));
          out.writeByte(9);
          out.write("localhost".getBytes(StandardCharsets.US_ASCII));
          out.writeByte(0);
        }
      }
      return bytes.toByteArray();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
