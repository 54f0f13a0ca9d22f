package dev.ingot.app;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpCodec;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.DhcpOptions;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/**
 * Many machines behind one relay, each of which wants an address: a program of its own, for a
 * network of its own. Prints {@code MAC ADDRESS} for each acknowledgement, and {@code done}.
 */
final class ManyMachines {
  private final DatagramSocket socket;
  private final Ipv4 relay;
  private final Ipv4 server;

  private ManyMachines(DatagramSocket socket, Ipv4 relay, Ipv4 server) {
    this.socket = socket;
    this.relay = relay;
    this.server = server;
  }

  /** Arguments: the relay's address, the server's, how many machines. */
  public static void main(String[] arguments) throws IOException {
    Ipv4 relay = Ipv4.parse(arguments[0]);
    Ipv4 server = Ipv4.parse(arguments[1]);
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(relay.address(), 67))) {
      socket.setSoTimeout(100);
      ManyMachines machines = new ManyMachines(socket, relay, server);
      for (int machine = 0; machine < Integer.parseInt(arguments[2]); machine++) {
        machines.take(machine);
      }
    }
    System.out.println("done");
  }

  /** Asks until it is given an address, as machines do while a server is away. */
  private void take(int machine) throws IOException {
    for (int attempt = 0; attempt < 600; attempt++) {
      DhcpMessage offer = ask(machine, attempt * 2, MessageType.DISCOVER, null);
      if (offer == null) {
        continue;
      }
      DhcpMessage given = ask(machine, attempt * 2 + 1, MessageType.REQUEST, offer.your());
      if (given != null && given.options().messageType() == MessageType.ACK) {
        System.out.printf("02:00:00:00:%02x:%02x %s%n", machine >> 8, machine & 255, given.your());
        return;
      }
    }
    throw new IllegalStateException("machine " + machine + " got no address");
  }

  private DhcpMessage ask(int machine, int transaction, MessageType type, Ipv4 address)
      throws IOException {
    DhcpOptions.Builder options = DhcpOptions.builder().put(type);
    if (address != null) {
      options.put(OptionCode.REQUESTED_ADDRESS, address);
      options.put(OptionCode.SERVER_IDENTIFIER, server);
    }
    byte[] mac = {2, 0, 0, 0, (byte) (machine >> 8), (byte) machine};
    int id = machine << 12 | transaction;
    DhcpMessage message =
        new DhcpMessage(
            true,
            1,
            mac,
            1,
            id,
            0,
            false,
            Ipv4.NONE,
            Ipv4.NONE,
            Ipv4.NONE,
            relay,
            "",
            "",
            options.build());
    byte[] bytes = DhcpCodec.encode(message);
    socket.send(
        new DatagramPacket(bytes, bytes.length, new InetSocketAddress(server.address(), 67)));
    DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
    try {
      while (true) {
        socket.receive(packet);
        DhcpMessage reply = DhcpCodec.decode(packet.getData(), packet.getLength());
        if (reply.transactionId() == id) {
          return reply;
        }
      }
    } catch (SocketTimeoutException none) {
      return null;
    }
  }
}
