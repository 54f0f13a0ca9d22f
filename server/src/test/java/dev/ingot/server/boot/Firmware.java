package dev.ingot.server.boot;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpCodec;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpOptions;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import dev.ingot.server.boot.NetbootSettings.PortSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine's firmware, on loopback: asks over DHCP and HTTP. */
final class Firmware {
  private static final Ipv4 LOOPBACK = Ipv4.parse("127.0.0.1");

  private final PortSettings ports;

  Firmware(PortSettings ports) {
    this.ports = ports;
  }

  static PortSettings freePorts() throws IOException {
    List<DatagramSocket> held = new ArrayList<>();
    for (int count = 0; count < 6; count++) {
      held.add(new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }
    int[] free = held.stream().mapToInt(DatagramSocket::getLocalPort).toArray();
    held.forEach(DatagramSocket::close);
    return new PortSettings(free[0], free[1], free[2], free[3], free[4], free[5]);
  }

  /** The server's reply, or null where none came. */
  @Nullable DhcpMessage ask(byte[] mac, MessageType type, @Nullable String userClass)
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
