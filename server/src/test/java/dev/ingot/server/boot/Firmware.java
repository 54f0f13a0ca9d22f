package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpCodec;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpOptions;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A machine's firmware, on loopback: asks over DHCP and HTTP. */
final class Firmware {
  private static final Ipv4 LOOPBACK = Ipv4.parse("127.0.0.1");

  private final PortSettings ports;

  Firmware(PortSettings ports) {
    this.ports = ports;
  }

  /**
   * Ports that are free for UDP and TCP, below those that the system gives to whoever connects
   * somewhere meanwhile.
   */
  static PortSettings freePorts() {
    Random random = new Random();
    int[] free = new int[6];
    for (int count = 0; count < free.length; ) {
      int port = 12_000 + random.nextInt(20_000);
      if (isFree(port) && Arrays.stream(free).noneMatch(other -> other == port)) {
        free[count++] = port;
      }
    }
    return new PortSettings(free[0], free[1], free[2], free[3], free[4], free[5]);
  }

  private static boolean isFree(int port) {
    InetSocketAddress place = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (DatagramSocket datagrams = new DatagramSocket(place);
        ServerSocket connections = new ServerSocket()) {
      connections.bind(place);
      return datagrams.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /** The server's reply, or null where none came. */
  @Nullable DhcpMessage ask(byte[] mac, MessageType type, @Nullable String userClass)
      throws IOException {
    return ask(mac, type, userClass, null);
  }

  /**
   * @param uuid as firmware sends it: the first three fields with their bytes turned round
   */
  @Nullable DhcpMessage ask(
      byte[] mac, MessageType type, @Nullable String userClass, byte @Nullable [] uuid)
      throws IOException {
    DhcpOptions.Builder options =
        DhcpOptions.builder()
            .put(type)
            .put(OptionCode.VENDOR_CLASS, "PXEClient:Arch:00000:UNDI:002001")
            .put(OptionCode.ARCHITECTURE, (byte) 0, (byte) 0);
    if (userClass != null) {
      options.put(OptionCode.USER_CLASS, userClass);
    }
    if (uuid != null) {
      options.put(OptionCode.MACHINE_IDENTIFIER, uuid);
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

  String http(String from, String request) throws IOException {
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

  /** What a machine gets that asks for its script. */
  String script(String mac, String from) {
    String answer = get(from, "/boot/ipxe?mac=" + mac);
    assertThat(answer).contains(" 200 ");
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  /** Asks until it is answered, or is not. */
  void awaitAnswer(byte[] mac, boolean answered) {
    await()
        .untilAsserted(
            () -> assertThat(ask(mac, MessageType.DISCOVER, null) != null).isEqualTo(answered));
  }

  /** What a GET is answered, whole. */
  String get(String from, String path) {
    try {
      return http(from, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static DatagramSocket client() throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  static byte[] receive(DatagramSocket client) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    client.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }
}
