package dev.ingot.netboot.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class SyslogServerTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:10Z");
  private final Queue<String> texts = new ConcurrentLinkedQueue<>();

  @Test
  void datagramsCountedFramesAndLinesArriveThroughOnePort() throws IOException {
    try (SyslogServer server = start(1000);
        DatagramSocket sender = new DatagramSocket();
        Socket connection = new Socket(HERE, server.port())) {
      byte[] datagram = bytes("<13>one");
      sender.send(new DatagramPacket(datagram, datagram.length, HERE, server.port()));
      OutputStream stream = connection.getOutputStream();
      stream.write(
          bytes("9 <13>two\n2<13>three\n\n<13>four\r\n2026-01-01T00:00:00Z h t: five\n8 <13>six!"));
      stream.flush();
      await()
          .untilAsserted(
              () ->
                  assertThat(texts)
                      .contains("one", "two\n2", "three", "four", "five", "six!".substring(0, 4)));
      assertThat(server.malformed()).isZero();
    }
  }

  @Test
  void datagramsOfEveryLengthArriveWhole() throws IOException {
    try (SyslogServer server = start(1000);
        DatagramSocket sender = new DatagramSocket()) {
      for (int length : new int[] {1, 2047, 2048, 2049, 9000, 65_000}) {
        byte[] datagram = bytes("x".repeat(length - 1) + "y");
        sender.send(new DatagramPacket(datagram, datagram.length, HERE, server.port()));
        String wanted = "x".repeat(length - 1) + "y";
        await().untilAsserted(() -> assertThat(texts).contains(wanted));
      }
      assertThat(texts).hasSize(6);
    }
  }

  @Test
  void aCountThatIsTooLargeEndsTheConnectionAndNothingElse() throws IOException {
    try (SyslogServer server = start(1000);
        Socket broken = new Socket(HERE, server.port());
        Socket good = new Socket(HERE, server.port())) {
      broken.getOutputStream().write(bytes("999999 <13>x"));
      assertThat(broken.getInputStream().read()).isEqualTo(-1);
      good.getOutputStream().write(bytes("<13>still here\n"));
      await().untilAsserted(() -> assertThat(texts).containsExactly("still here"));
      assertThat(server.malformed()).isEqualTo(1);
    }
  }

  @Test
  void whatIsTooMuchIsDroppedAndCountedBySource() throws IOException {
    SourceLimit limit = new SourceLimit(10);
    try (SyslogServer server =
            SyslogServer.start(new InetSocketAddress(HERE, 0), sink(), limit, () -> NOW);
        Socket connection = new Socket(HERE, server.port())) {
      connection.getOutputStream().write(bytes("<13>x\n".repeat(100)));
      await().untilAsserted(() -> assertThat(server.received()).isEqualTo(100));
      await().untilAsserted(() -> assertThat(limit.dropped().values()).containsExactly(70L));
      assertThat(texts).hasSize(30);
    }
  }

  private SyslogServer start(int perSecond) throws IOException {
    return SyslogServer.start(
        new InetSocketAddress(HERE, 0), sink(), new SourceLimit(perSecond), () -> NOW);
  }

  private SyslogSink sink() {
    return (message, source, received) -> {
      assertThat(List.of(HERE)).contains(source);
      texts.add(message.text());
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
