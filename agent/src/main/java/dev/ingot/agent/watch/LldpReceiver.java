package dev.ingot.agent.watch;

import dev.ingot.agent.parse.LldpFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hears the LLDP frames that arrive at this machine's ports, and sends none: one AF_PACKET socket
 * for all ports (packet(7)), at each of which the three groups of IEEE 802.1AB table 7-1 are
 * joined, because a port takes in only the groups that somebody wants.
 */
final class LldpReceiver implements AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_MR_MULTICAST = 0;
  private static final int PACKET_OUTGOING = 4;
  private static final int ARPHRD_ETHER = 1;
  private static final int BUFFER = 1 << 18;
  private static final byte[] LAST_BYTES = {0x0e, 0x03, 0x00};
  private static final Path PORTS = Path.of("/sys/class/net");

  private final KernelSocket socket;
  private final Map<Integer, String> names = new HashMap<>();

  /** A frame and the port that it arrived at. */
  record Heard(String port, byte[] frame) {}

  private LldpReceiver(KernelSocket socket) {
    this.socket = socket;
  }

  /**
   * Begins to listen at all ports.
   *
   * @throws IOException if that is not permitted
   */
  static LldpReceiver open() throws IOException {
    // struct sockaddr_ll: family, protocol in the network's order, interface 0: all.
    byte[] address =
        ByteBuffer.allocate(20)
            .order(ByteOrder.nativeOrder())
            .putShort((short) AF_PACKET)
            .order(ByteOrder.BIG_ENDIAN)
            .putShort((short) LldpFrame.ETHER_TYPE)
            .array();
    int protocol = Short.toUnsignedInt(Short.reverseBytes((short) LldpFrame.ETHER_TYPE));
    LldpReceiver receiver =
        new LldpReceiver(KernelSocket.open(AF_PACKET, SOCK_RAW, protocol, address, BUFFER));
    receiver.look();
    return receiver;
  }

  /** Joins the groups at Ethernet ports that came since, and forgets those that went. */
  void look() {
    Map<Integer, String> now = new HashMap<>();
    try (DirectoryStream<Path> ports = Files.newDirectoryStream(PORTS)) {
      for (Path port : ports) {
        Integer index = number(port.resolve("ifindex"));
        Integer type = number(port.resolve("type"));
        if (index != null && type != null && type == ARPHRD_ETHER) {
          now.put(index, String.valueOf(port.getFileName()));
        }
      }
    } catch (IOException e) {
      return; // no sysfs: the frames of promiscuous ports are heard all the same
    }
    names.keySet().retainAll(now.keySet());
    now.forEach(
        (index, name) -> {
          if (names.put(index, name) == null) {
            join(index);
          }
        });
  }

  private void join(int index) {
    for (byte last : LAST_BYTES) {
      // struct packet_mreq: interface, kind, length, address of up to 8 bytes.
      byte[] group = {0x01, (byte) 0x80, (byte) 0xc2, 0, 0, last, 0, 0};
      byte[] request =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putInt(index)
              .putShort((short) PACKET_MR_MULTICAST)
              .putShort((short) 6)
              .put(group)
              .array();
      try {
        socket.option(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, "join LLDP's group");
      } catch (IOException e) {
        // It went away in between, or is no port of ours; the next look tries those that are new.
        names.remove(index);
        return;
      }
    }
  }

  /** Waits for a frame, up to a fifth of a second; null when none came. */
  @Nullable Heard receive() throws IOException {
    KernelSocket.Received received = socket.receive();
    if (received == null || received.address().length < 12) {
      return null;
    }
    ByteBuffer from = ByteBuffer.wrap(received.address()).order(ByteOrder.nativeOrder());
    int index = from.getInt(4);
    String name = names.get(index);
    if (name == null) {
      look();
      name = names.get(index);
    }
    return name == null || from.get(10) == PACKET_OUTGOING
        ? null
        : new Heard(name, received.bytes());
  }

  /** Ports with a device behind them and link. */
  static Set<String> linked() {
    Set<String> linked = new TreeSet<>();
    try (DirectoryStream<Path> ports = Files.newDirectoryStream(PORTS)) {
      for (Path port : ports) {
        Integer carrier = number(port.resolve("carrier"));
        if (carrier != null && carrier == 1 && Files.exists(port.resolve("device"))) {
          linked.add(String.valueOf(port.getFileName()));
        }
      }
    } catch (IOException e) {
      return Set.of(); // no sysfs, no ports
    }
    return linked;
  }

  private static @Nullable Integer number(Path file) {
    try {
      return Integer.valueOf(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
