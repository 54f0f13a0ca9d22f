package dev.ingot.netboot.tftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A plain client for tests. */
final class TftpReader {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private TftpReader() {}

  /**
   * A server and a reader in one process of its own: reads each file of a folder with blocks longer
   * than packets can be here, in windows.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    try (TftpServer server =
            TftpServer.start(
                List.of(new InetSocketAddress(HERE, 0)),
                new FolderFiles(folder, TftpReader::milliseconds),
                TftpReader::milliseconds);
        var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        byte[] read =
            read(
                server.addresses().getFirst(),
                file.getFileName().toString(),
                options("blksize", "4000", "windowsize", "8"),
                0);
        System.out.println(
            file.getFileName()
                + (Arrays.equals(read, Files.readAllBytes(file)) ? " is the same" : " differs")
                + ", sent again: "
                + server.counters().blocksRepeated());
      }
    }
  }

  static long milliseconds() {
    return System.nanoTime() / 1_000_000;
  }

  /** Acknowledges the last block of each window, loses packets as told. */
  static byte[] read(SocketAddress server, String name, Map<String, String> options, double loss)
      throws IOException {
    Random random = new Random(name.hashCode());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int blockSize = Integer.parseInt(options.getOrDefault("blksize", "512"));
    int window = Integer.parseInt(options.getOrDefault("windowsize", "1"));
    try (DatagramSocket client = client()) {
      client.setSoTimeout(15_000);
      send(client, server, TftpCodec.encode(new TftpPacket.ReadRequest(name, "octet", options)));
      SocketAddress[] from = new SocketAddress[1];
      long expected = 1;
      int inWindow = 0;
      while (true) {
        TftpPacket packet = receive(client, from);
        if (random.nextDouble() < loss) {
          continue;
        }
        if (packet instanceof TftpPacket.OptionAcknowledgement) {
          acknowledge(client, from[0], 0);
        } else if (packet instanceof TftpPacket.Block block) {
          boolean next = block.number() == (int) (expected & 0xffff);
          int length = block.content().remaining();
          if (next) {
            expected++;
            content.writeBytes(bytes(block.content()));
            inWindow++;
          }
          if (!next || inWindow == window || length < blockSize) {
            acknowledge(client, from[0], (int) (expected - 1 & 0xffff));
            inWindow = 0;
          }
          if (next && length < blockSize) {
            return content.toByteArray();
          }
        } else {
          throw new IOException(packet.toString());
        }
      }
    }
  }

  static Map<String, String> options(String... pairs) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int at = 0; at < pairs.length; at += 2) {
      options.put(pairs[at], pairs[at + 1]);
    }
    return options;
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static DatagramSocket client() throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(HERE, 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  static void acknowledge(DatagramSocket client, SocketAddress to, int block) throws IOException {
    send(client, to, TftpCodec.encode(new TftpPacket.Acknowledgement(block)));
  }

  static void send(DatagramSocket client, SocketAddress to, ByteBuffer packet) throws IOException {
    client.send(new DatagramPacket(packet.array(), packet.remaining(), to));
  }

  static TftpPacket receive(DatagramSocket client, SocketAddress[] from) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[66_000], 66_000);
    client.receive(packet);
    from[0] = packet.getSocketAddress();
    return TftpCodec.decode(ByteBuffer.wrap(Arrays.copyOf(packet.getData(), packet.getLength())));
  }
}
