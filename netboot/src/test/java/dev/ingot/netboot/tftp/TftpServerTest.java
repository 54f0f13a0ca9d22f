package dev.ingot.netboot.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets over loopback, with a client of the test's own that can lose packets. */
class TftpServerTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir Path folder;
  private final Queue<TftpFiles.Ended> ended = new ConcurrentLinkedQueue<>();
  private TftpServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(folder.resolve("secret"), "nobody may read this");
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
    FolderFiles files = new FolderFiles(root);
    TftpFiles told =
        new TftpFiles() {
          @Override
          public Content open(String name, InetAddress client)
              throws IOException, RefusedException {
            return files.open(name, client);
          }

          @Override
          public void ended(Ended transfer) {
            ended.add(transfer);
          }
        };
    server =
        TftpServer.start(
            List.of(new InetSocketAddress(HERE, 0)), told, () -> System.nanoTime() / 1_000_000);
    port = server.addresses().getFirst().getPort();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void filesOfEverySizeArriveWithAndWithoutOptions() throws IOException {
    for (int size : new int[] {0, 1, 511, 512, 513, 1468, 100_000}) {
      byte[] content = file("f" + size, size);
      assertThat(read("f" + size, Map.of(), 0)).isEqualTo(content);
      assertThat(read("/f" + size, options("tsize", "0", "blksize", "1468", "windowsize", "4"), 0))
          .isEqualTo(content);
    }
    await()
        .untilAsserted(
            () -> assertThat(server.counters().transfers(TftpFiles.Outcome.SENT)).isEqualTo(14));
  }

  @Test
  void blockNumbersGoRound() throws IOException {
    byte[] content = file("large", 70_000 * 8 + 3);
    assertThat(read("large", options("blksize", "8", "windowsize", "64"), 0)).isEqualTo(content);
  }

  @Test
  void lostPacketsAreSentAgain() throws IOException {
    byte[] content = file("lossy", 60_000);
    assertThat(read("lossy", options("blksize", "1468", "windowsize", "16"), 0.05))
        .isEqualTo(content);
  }

  @Test
  void whatLiesOutsideTheFolderIsNotThere() throws IOException {
    for (String name :
        List.of(
            "../secret",
            "/../secret",
            "..\\secret",
            "link",
            "a/../../secret",
            "",
            "/",
            ".",
            "no\nsuch",
            "secret")) {
      assertThat(refusal(name, "octet")).as(name).startsWith("1: ");
    }
    assertThat(refusal("x", "mail")).isEqualTo("4: the mode is octet or netascii");
    await()
        .untilAsserted(
            () -> assertThat(server.counters().transfers(TftpFiles.Outcome.REFUSED)).isEqualTo(11));
  }

  @Test
  void nothingCanBeWritten() throws IOException {
    try (DatagramSocket client = client()) {
      send(client, port, TftpCodec.encode(new TftpPacket.WriteRequest("x")));
      assertThat(receive(client, new SocketAddress[1]))
          .isEqualTo(new TftpPacket.Failure(2, "nothing can be written here"));
    }
  }

  @Test
  void textModeEndsLinesAsTheStandardSays() throws IOException {
    Files.writeString(folder.resolve("root/text"), "a\nb\rc");
    try (DatagramSocket client = client()) {
      send(
          client, port, TftpCodec.encode(new TftpPacket.ReadRequest("text", "NetASCII", Map.of())));
      assertThat(((TftpPacket.Block) receive(client, new SocketAddress[1])).content())
          .isEqualTo(
              ByteBuffer.wrap("a\r\nb\r\0c".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void firmwareThatOnlyAskedForTheSizeHasAborted() throws IOException {
    file("efi", 4000);
    try (DatagramSocket client = client()) {
      send(
          client,
          port,
          TftpCodec.encode(
              new TftpPacket.ReadRequest(
                  "efi", "octet", options("tsize", "0", "blksize", "1468"))));
      SocketAddress[] from = new SocketAddress[1];
      assertThat(receive(client, from))
          .isEqualTo(
              new TftpPacket.OptionAcknowledgement(options("tsize", "4000", "blksize", "1468")));
      ByteBuffer error = TftpCodec.encode(new TftpPacket.Failure(8, "User aborted the transfer"));
      client.send(new DatagramPacket(error.array(), error.remaining(), from[0]));
      await().until(() -> !ended.isEmpty());
      assertThat(ended.element().outcome()).isEqualTo(TftpFiles.Outcome.ABORTED);
      assertThat(ended.element().reason()).contains("error 8: User aborted");
    }
  }

  @Test
  void aClientThatVanishesIsGivenUp() throws IOException {
    file("gone", 100_000);
    try (DatagramSocket client = client()) {
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest("gone", "octet", Map.of())));
      receive(client, new SocketAddress[1]);
    }
    await().until(() -> !ended.isEmpty());
    assertThat(ended.element().outcome()).isEqualTo(TftpFiles.Outcome.FAILED);
    assertThat(ended.element().reason()).contains("closed its port");
  }

  @Test
  void whoBeginsAnewOnThePortOfOneWhoVanishedIsServed() throws IOException {
    byte[] content = file("f", 5000);
    try (DatagramSocket client = client()) {
      SocketAddress[] from = new SocketAddress[1];
      for (int time = 0; time < 3; time++) { // each begins, and ends in the middle
        send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest("f", "octet", Map.of())));
        TftpPacket.Block first = (TftpPacket.Block) receive(client, from);
        assertThat(first.number()).isEqualTo(1);
        assertThat(bytes(first.content())).isEqualTo(Arrays.copyOf(content, 512));
        acknowledge(client, from[0], 1);
        assertThat(((TftpPacket.Block) receive(client, from)).number()).isEqualTo(2);
      }
    }
    assertThat(server.counters().transfers(TftpFiles.Outcome.FAILED)).isEqualTo(2);
  }

  @Test
  void aThousandTransfersRunAtOnce() throws Exception {
    byte[] content = file("many", 20_000);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> results = new java.util.ArrayList<>();
      for (int client = 0; client < 1000; client++) {
        results.add(clients.submit(() -> read("many", options("blksize", "1468"), 0)));
      }
      for (Future<byte[]> result : results) {
        assertThat(result.get()).isEqualTo(content);
      }
    }
  }

  @Test
  void garbageIsCountedAndTheServerGoesOn() throws IOException {
    Random random = new Random(99);
    try (DatagramSocket client = client()) {
      for (int round = 0; round < 500; round++) {
        byte[] bytes = new byte[random.nextInt(600)];
        random.nextBytes(bytes);
        if (bytes.length > 1 && round % 2 == 0) {
          bytes[0] = 0;
          bytes[1] = (byte) random.nextInt(8);
        }
        client.send(new DatagramPacket(bytes, bytes.length, HERE, port));
      }
    }
    assertThat(read("after", Map.of(), 0, file("after", 700))).hasSize(700);
    assertThat(server.counters().malformed()).isGreaterThan(100);
  }

  private byte[] file(String name, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(folder.resolve("root").resolve(name), content);
    return content;
  }

  private byte[] read(String name, Map<String, String> options, double loss, byte[] expected)
      throws IOException {
    assertThat(expected).isNotNull();
    return read(name, options, loss);
  }

  /** A plain client: acknowledges the last block of each window, loses packets as told. */
  private byte[] read(String name, Map<String, String> options, double loss) throws IOException {
    Random random = new Random(name.hashCode());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    int blockSize = Integer.parseInt(options.getOrDefault("blksize", "512"));
    int window = Integer.parseInt(options.getOrDefault("windowsize", "1"));
    try (DatagramSocket client = client()) {
      client.setSoTimeout(15_000);
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest(name, "octet", options)));
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

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private String refusal(String name, String mode) throws IOException {
    try (DatagramSocket client = client()) {
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest(name, mode, Map.of())));
      TftpPacket.Failure failure = (TftpPacket.Failure) receive(client, new SocketAddress[1]);
      return failure.code() + ": " + failure.message();
    }
  }

  private static Map<String, String> options(String... pairs) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int at = 0; at < pairs.length; at += 2) {
      options.put(pairs[at], pairs[at + 1]);
    }
    return options;
  }

  private static DatagramSocket client() throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(HERE, 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void acknowledge(DatagramSocket client, SocketAddress to, int block)
      throws IOException {
    ByteBuffer packet = TftpCodec.encode(new TftpPacket.Acknowledgement(block));
    client.send(new DatagramPacket(packet.array(), packet.remaining(), to));
  }

  private static void send(DatagramSocket client, int port, ByteBuffer packet) throws IOException {
    client.send(new DatagramPacket(packet.array(), packet.remaining(), HERE, port));
  }

  private static TftpPacket receive(DatagramSocket client, SocketAddress[] from)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[66_000], 66_000);
    client.receive(packet);
    from[0] = packet.getSocketAddress();
    return TftpCodec.decode(
        ByteBuffer.wrap(java.util.Arrays.copyOf(packet.getData(), packet.getLength())));
  }
}
