package dev.ingot.netboot.tftp;

import static dev.ingot.netboot.tftp.TftpReader.acknowledge;
import static dev.ingot.netboot.tftp.TftpReader.bytes;
import static dev.ingot.netboot.tftp.TftpReader.client;
import static dev.ingot.netboot.tftp.TftpReader.options;
import static dev.ingot.netboot.tftp.TftpReader.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets over loopback, with a client of the test's own that can lose packets. */
class TftpServerTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir Path folder;
  private final Queue<TftpFiles.Ended> ended = new ConcurrentLinkedQueue<>();
  private final AtomicLong now = new AtomicLong();
  private TftpServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(folder.resolve("secret"), "nobody may read this");
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
    FolderFiles files = new FolderFiles(root, now::get);
    TftpFiles told =
        new TftpFiles() {
          @Override
          public Content open(String name, InetAddress client)
              throws IOException, RefusedException {
            return files.open(name, client);
          }

          @Override
          public @Nullable Bytes known(String name, InetAddress client) {
            return files.known(name, client);
          }

          @Override
          public void ended(Ended transfer) {
            ended.add(transfer);
          }
        };
    server =
        TftpServer.start(
            List.of(new InetSocketAddress(HERE, 0), new InetSocketAddress("127.0.0.2", 0)),
            told,
            () -> System.nanoTime() / 1_000_000);
    port = server.addresses().getFirst().getPort();
  }

  private static void send(DatagramSocket client, int port, ByteBuffer packet) throws IOException {
    TftpReader.send(client, new InetSocketAddress(HERE, port), packet);
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
  void aShortFileThatIsKnownArrivesAsItIsNow() throws IOException {
    for (int size : new int[] {0, 511, 1468, 65_536}) {
      Map<String, String> options = options("tsize", "0", "blksize", "1468", "windowsize", "4");
      byte[] content = file("short", size);
      for (int i = 0; i < 4; i++) {
        now.addAndGet(KnownFiles.SETTLED_MILLISECONDS);
        assertThat(read("short", Map.of(), 0)).isEqualTo(content);
        assertThat(read("short", options, 0)).isEqualTo(content);
      }
      assertThat(read("/short", options, 0.05)).isEqualTo(content);
    }
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
  void whoAsksAgainIsAnsweredAtOnce() throws IOException {
    file("f", 5000);
    try (DatagramSocket client = client()) { // which waits for less than 255 s
      for (String blockSize : List.of("1000", "1000", "1468")) {
        Map<String, String> options = options("blksize", blockSize, "timeout", "255");
        SocketAddress[] from = new SocketAddress[1];
        for (int time = 0; time < 2; time++) {
          send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest("f", "octet", options)));
          assertThat(receive(client, from))
              .isEqualTo(new TftpPacket.OptionAcknowledgement(options));
        }
      }
    }
  }

  @Test
  void aStrangersPacketIsRefusedAndDisturbsNobody() throws IOException {
    byte[] content = file("f", 700);
    try (DatagramSocket client = client();
        DatagramSocket stranger = client()) {
      SocketAddress[] from = new SocketAddress[1];
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest("f", "octet", Map.of())));
      TftpPacket.Block first = (TftpPacket.Block) receive(client, from);
      assertThat(bytes(first.content())).isEqualTo(Arrays.copyOf(content, 512));

      TftpReader.send(
          stranger, from[0], TftpCodec.encode(new TftpPacket.Failure(0, "never answered")));
      acknowledge(stranger, from[0], 1);
      SocketAddress[] told = new SocketAddress[1];
      assertThat(receive(stranger, told))
          .isEqualTo(
              new TftpPacket.Failure(TftpPacket.Failure.UNKNOWN_TRANSFER, "no such transfer"));
      assertThat(told).isEqualTo(from);

      acknowledge(client, from[0], 1);
      assertThat(bytes(((TftpPacket.Block) receive(client, from)).content()))
          .isEqualTo(Arrays.copyOfRange(content, 512, 700));
      acknowledge(client, from[0], 2);
      await().until(() -> !ended.isEmpty());
      assertThat(ended.element().outcome()).isEqualTo(TftpFiles.Outcome.SENT);
      assertThat(server.counters().strangers()).isEqualTo(2);
    }
  }

  @Test
  void strangersAreToldSoOnlySoOften() throws IOException {
    file("f", 700);
    try (DatagramSocket client = client();
        DatagramSocket stranger = client()) {
      SocketAddress[] from = new SocketAddress[1];
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest("f", "octet", Map.of())));
      receive(client, from);
      for (int packet = 0; packet < 5_000; packet++) {
        acknowledge(stranger, from[0], 1);
      }
      await().until(() -> server.counters().strangers() > 1000);
      stranger.setSoTimeout(300);
      int told = 0;
      try {
        for (; told < 1000; told++) {
          receive(stranger, new SocketAddress[1]);
        }
      } catch (SocketTimeoutException noMore) {
        assertThat(told).isPositive();
      }
      assertThat(told).isLessThan((int) (server.counters().strangers() / 2));
    }
  }

  @Test
  void twoOfOneAddressAreToldApartByTheirPorts() throws IOException {
    byte[] one = file("one", 600);
    byte[] other = file("other", 601);
    try (DatagramSocket first = client();
        DatagramSocket second = client()) {
      SocketAddress[] from = new SocketAddress[2];
      send(first, port, TftpCodec.encode(new TftpPacket.ReadRequest("one", "octet", Map.of())));
      send(second, port, TftpCodec.encode(new TftpPacket.ReadRequest("other", "octet", Map.of())));
      SocketAddress[] here = new SocketAddress[1];
      assertThat(bytes(((TftpPacket.Block) receive(first, here)).content()))
          .isEqualTo(Arrays.copyOf(one, 512));
      from[0] = here[0];
      assertThat(bytes(((TftpPacket.Block) receive(second, here)).content()))
          .isEqualTo(Arrays.copyOf(other, 512));
      from[1] = here[0];
      acknowledge(second, from[1], 1);
      assertThat(bytes(((TftpPacket.Block) receive(second, here)).content()))
          .isEqualTo(Arrays.copyOfRange(other, 512, 601));
      acknowledge(first, from[0], 1);
      assertThat(bytes(((TftpPacket.Block) receive(first, here)).content()))
          .isEqualTo(Arrays.copyOfRange(one, 512, 600));
    }
  }

  @Test
  void whoIsAskedAnswers() throws IOException {
    file("f", 600);
    for (InetSocketAddress asked : server.addresses()) {
      try (DatagramSocket client = client()) {
        TftpReader.send(
            client,
            asked,
            TftpCodec.encode(new TftpPacket.ReadRequest("f", "octet", options("tsize", "0"))));
        SocketAddress[] from = new SocketAddress[1];
        receive(client, from);
        assertThat(((InetSocketAddress) from[0]).getAddress()).isEqualTo(asked.getAddress());
        acknowledge(client, from[0], 0);
        assertThat(receive(client, from)).isInstanceOf(TftpPacket.Block.class);
        assertThat(((InetSocketAddress) from[0]).getAddress()).isEqualTo(asked.getAddress());
      }
    }
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
    byte[] content = file("after", 700);
    assertThat(read("after", Map.of(), 0)).isEqualTo(content);
    assertThat(server.counters().malformed()).isGreaterThan(100);
  }

  private byte[] file(String name, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Files.write(folder.resolve("root").resolve(name), content);
    return content;
  }

  private byte[] read(String name, Map<String, String> options, double loss) throws IOException {
    return TftpReader.read(new InetSocketAddress(HERE, port), name, options, loss);
  }

  private String refusal(String name, String mode) throws IOException {
    try (DatagramSocket client = client()) {
      send(client, port, TftpCodec.encode(new TftpPacket.ReadRequest(name, mode, Map.of())));
      TftpPacket.Failure failure = (TftpPacket.Failure) receive(client, new SocketAddress[1]);
      return failure.code() + ": " + failure.message();
    }
  }
}
