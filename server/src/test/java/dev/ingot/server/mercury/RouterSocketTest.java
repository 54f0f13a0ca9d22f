package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.amqp.Rates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** The socket of Mercury's services, spoken to by JeroMQ and by strangers. */
class RouterSocketTest {
  private static final int LARGEST = 1 << 20;
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final byte[] HEAD_OF_EIGHT_OCTETS = {Zmtp.LONG, 0, 0, 0, 0, 0, 0x10, 0, 0};
  private static final String READY = "\5READY\13Socket-Type\0\0\0";

  private final AtomicLong nanos = new AtomicLong(1);
  private final ZContext context = new ZContext();
  private final List<Socket> strangers = new ArrayList<>();
  private RouterSocket router = router(1_000_000);

  private RouterSocket router(int perMinute) {
    RouterSocket made =
        new RouterSocket(
            "test",
            "127.0.0.1:0",
            LARGEST,
            new Rates(perMinute, nanos::get),
            request -> request,
            nanos::get);
    made.start();
    return made;
  }

  @AfterEach
  void close() throws IOException {
    for (Socket each : strangers) {
      each.close();
    }
    context.close();
    router.close();
  }

  private ZMQ.Socket asking(SocketType type) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setLinger(0);
    socket.setReceiveTimeOut(20_000);
    socket.connect("tcp://" + router.address());
    return socket;
  }

  /** As clients do, it asks anew on another socket: JeroMQ's own poller is not always woken. */
  private void isAnswered() {
    String reply = null;
    for (int turn = 0; reply == null && turn < 3; turn++) {
      try (ZMQ.Socket client = asking(SocketType.REQ)) {
        client.setReceiveTimeOut(7_000);
        client.send("are you there");
        reply = client.recvStr();
      }
    }
    assertThat(reply).isEqualTo("are you there");
  }

  /** A stranger that has said something. */
  private Socket says(byte[]... said) throws IOException {
    String[] place = router.address().split(":", 2);
    Socket socket = new Socket(place[0], Integer.parseInt(place[1]));
    socket.setSoTimeout(20_000);
    strangers.add(socket);
    OutputStream out = socket.getOutputStream();
    for (byte[] each : said) {
      out.write(each);
    }
    out.flush();
    return socket;
  }

  private static byte[] ready(String type) {
    byte[] body = (READY + (char) type.length() + type).getBytes(US_ASCII);
    byte[] frame = new byte[body.length + 2];
    frame[0] = Zmtp.COMMAND;
    frame[1] = (byte) body.length;
    System.arraycopy(body, 0, frame, 2, body.length);
    return frame;
  }

  /** Whether it is disconnected, whatever it was told before. */
  private static boolean isGone(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {}
      return true;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void aRequestIsAnsweredWithWhatStandsBeforeIt() {
    ZMQ.Socket one = asking(SocketType.REQ);
    byte[] large = new byte[LARGEST];
    Arrays.fill(large, (byte) 7);
    one.send(large);
    assertThat(one.recv()).isEqualTo(large);
    ZMQ.Socket proxy = asking(SocketType.DEALER);
    for (int turn = 0; turn < 100; turn++) {
      proxy.sendMore("client " + turn);
      proxy.sendMore("");
      proxy.send("request " + turn);
    }
    for (int turn = 0; turn < 100; turn++) {
      assertThat(proxy.recvStr()).isEqualTo("client " + turn);
      assertThat(proxy.recvStr()).isEmpty();
      assertThat(proxy.recvStr()).isEqualTo("request " + turn);
    }
    assertThat(router.answered()).isEqualTo(101);
    assertThat(router.junk()).isZero();
  }

  @Test
  void whoSpeaksNoZeroMqIsDisconnectedAndDelaysNobody() throws IOException {
    byte[] older = Zmtp.greeting();
    older[10] = 1;
    byte[] curve = Zmtp.greeting();
    curve[12] = 'C';
    byte[] length = {Zmtp.LONG, 0x7f, -1, -1, -1, -1, -1, -1, -1};
    byte[][][] wrong = {
      {"GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII)},
      {older},
      {curve},
      {Zmtp.greeting(), ready("PUB")},
      {Zmtp.greeting(), {Zmtp.COMMAND, 3, 5, 'R', 'E'}},
      {Zmtp.greeting(), {0, 0}},
      {Zmtp.greeting(), ready("REQ"), {(byte) 0xf0}},
      {Zmtp.greeting(), ready("REQ"), length},
      {Zmtp.greeting(), ready("REQ"), {Zmtp.LONG, 0, 0, 0, 0, 0, 0x10, 0, 1}}
    };
    for (byte[][] each : wrong) {
      assertThat(isGone(says(each))).isTrue();
    }
    Awaitility.await().atMost(SOON).until(() -> router.junk() == wrong.length);
    byte[][][] silent = {{}, {{(byte) 0xff, 0, 0}}, {Zmtp.greeting()}};
    for (int i = 0; i < 300; i++) {
      says(silent[i % silent.length]);
    }
    isAnswered();
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());
    router.look();
    for (Socket each : strangers) {
      assertThat(isGone(each)).isTrue();
    }
  }

  @Test
  void halfAMessageCostsWhatCameOfItAndIsForgottenInTime() throws IOException {
    for (int i = 0; i < 200; i++) {
      says(Zmtp.greeting(), ready("REQ"), HEAD_OF_EIGHT_OCTETS, new byte[100]);
    }
    Awaitility.await().atMost(SOON).until(() -> router.connections() == 200);
    isAnswered();
    Awaitility.await()
        .atMost(SOON)
        .until(
            () -> {
              nanos.addAndGet(Duration.ofSeconds(61).toNanos());
              router.look();
              return router.connections() == 0;
            });
  }

  @Test
  void whoKeepsTooMuchHalfSaidGivesWay() throws IOException {
    byte[] most = new byte[LARGEST - 1];
    for (int i = 0; i < 20; i++) {
      says(Zmtp.greeting(), ready("DEALER"), HEAD_OF_EIGHT_OCTETS, most);
      nanos.incrementAndGet();
    }
    Awaitility.await().atMost(SOON).until(() -> router.connections() <= 8);
    ZMQ.Socket one = asking(SocketType.REQ);
    one.send(most);
    assertThat(one.recv()).hasSize(most.length);
    assertThat(isGone(strangers.getFirst())).isTrue();
  }

  @Test
  void messagesWithoutARequestAreDroppedAndPingsAnswered() throws IOException {
    byte[] ping = {Zmtp.COMMAND, 9, 4, 'P', 'I', 'N', 'G', 0, 9, 'm', 'e'};
    byte[] alone = {0, 5, 'a', 'l', 'o', 'n', 'e'};
    byte[] whole = {Zmtp.MORE, 0, 0, 2, 'h', 'i'};
    Socket socket = says(Zmtp.greeting(), ready("DEALER"), alone, ping, whole);
    assertThat(socket.getInputStream().readNBytes(Zmtp.GREETING)).isEqualTo(Zmtp.greeting());
    assertThat(socket.getInputStream().readNBytes(Zmtp.ready().length)).isEqualTo(Zmtp.ready());
    assertThat(socket.getInputStream().readNBytes(9))
        .isEqualTo(new byte[] {Zmtp.COMMAND, 7, 4, 'P', 'O', 'N', 'G', 'm', 'e'});
    assertThat(socket.getInputStream().readNBytes(whole.length)).isEqualTo(whole);
    assertThat(router.junk()).isEqualTo(1);
  }

  @Test
  void anAddressThatAsksTooOftenIsToldSoUntilTimeHasPassed() {
    router.close();
    router = router(5);
    ZMQ.Socket client = asking(SocketType.REQ);
    for (int turn = 0; turn < 8; turn++) {
      client.send("x");
      byte[] reply = client.recv();
      if (turn < 5) {
        assertThat(reply).containsExactly('x');
      } else {
        assertThat(MessagePackJson.read(reply).path("message").stringValue())
            .contains("mercury.requests-per-minute");
      }
    }
    assertThat(router.refused()).isEqualTo(3);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    client.send("x");
    assertThat(client.recv()).containsExactly('x');
  }
}
