package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.amqp.Rates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The socket of Mercury's services, spoken to by JeroMQ and by strangers. */
class RouterSocketTest {
  private static final int LARGEST = 1 << 20;
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final byte[] HEAD_OF_EIGHT_OCTETS = {Zmtp.LONG, 0, 0, 0, 0, 0, 0x10, 0, 0};
  private static final String READY = "\5READY\13Socket-Type\0\0\0";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final AtomicLong nanos = new AtomicLong(1);
  private final ReplySpace space =
      new ReplySpace(LARGEST, LARGEST, Duration.ofHours(9), Duration.ofSeconds(1), nanos::get);
  private static final byte[] X = {'x'};

  private final ZContext context = new ZContext();
  private final List<Socket> strangers = new CopyOnWriteArrayList<>();
  private RouterSocket router = router(1_000_000);

  private RouterSocket router(int perMinute) {
    RouterSocket made =
        new RouterSocket(
            "test",
            "127.0.0.1:0",
            LARGEST,
            new Rates(perMinute, nanos::get),
            () -> new Echo(space),
            (request, reply) -> reply.as(NODES.binaryNode(request)),
            nanos::get);
    made.start();
    return made;
  }

  /** A reply that is what was asked. */
  private static final class Echo extends Reply {
    Echo(ReplySpace space) {
      super(space);
    }

    @Override
    void element(Octets to, JsonNode element, int before) {
      to.write(element.binaryValue());
    }

    @Override
    void whole(Octets before, Octets behind, JsonNode message, String list, int elements) {
      element(before, message, 0);
    }

    @Override
    void failed(Octets to, String message) {
      MessagePackJson.write(NODES.objectNode().put("message", message), to);
    }
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

  /** Whether a stranger is disconnected before it has said this, of which it reads no reply. */
  private boolean isCutOff(byte[]... said) {
    try {
      says(said);
      return false;
    } catch (IOException gone) {
      return true;
    }
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
  void aRequestIsAnsweredWithWhatStandsBeforeIt() throws IOException {
    isAnswered();
    byte[] body = new byte[LARGEST];
    Arrays.fill(body, (byte) 7);
    byte[] head = {Zmtp.MORE, 2, 'm', 'e', Zmtp.MORE, 0, Zmtp.LONG, 0, 0, 0, 0, 0, 0x10, 0, 0};
    byte[][] said = {Zmtp.greeting(), ready("DEALER"), head, body, head, body};
    Socket proxy = says(said);
    assertThat(proxy.getInputStream().readNBytes(Zmtp.GREETING)).isEqualTo(Zmtp.greeting());
    assertThat(proxy.getInputStream().readNBytes(Zmtp.ready().length)).isEqualTo(Zmtp.ready());
    for (int turn = 0; turn < 2; turn++) {
      assertThat(proxy.getInputStream().readNBytes(head.length)).isEqualTo(head);
      assertThat(proxy.getInputStream().readNBytes(LARGEST)).isEqualTo(body);
    }
    assertThat(router.answered()).isGreaterThanOrEqualTo(3);
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
    assertThat(reply(most)).hasSize(most.length);
    assertThat(isGone(strangers.getFirst())).isTrue();
  }

  @Test
  void whoDoesNotReadALargeReplyIsDisconnectedWhenOthersWaitForRoom() throws IOException {
    byte[] most = new byte[LARGEST - 1];
    byte[] head = {Zmtp.MORE, 0, Zmtp.LONG, 0, 0, 0, 0, 0, 0x0f, (byte) 0xff, (byte) 0xff};
    // As often as the system's buffers do not take it.
    byte[][] said = new byte[2 + 2 * 60][];
    said[0] = Zmtp.greeting();
    said[1] = ready("DEALER");
    for (int i = 2; i < said.length; i += 2) {
      said[i] = head;
      said[i + 1] = most;
    }
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> slow = others.submit(() -> isCutOff(said));
      Awaitility.await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                nanos.addAndGet(Duration.ofSeconds(2).toNanos());
                if (space.waiting() == 0) {
                  others.execute(() -> isCutOff(said[0], said[1], head, most));
                }
                return slow.isDone();
              });
      assertThat(slow.resultNow()).isTrue();
      Awaitility.await() // it sees its end before the router has counted it
          .atMost(SOON)
          .until(() -> router.connections() < strangers.size());
    } finally {
      router.close();
    }
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
    for (int turn = 0; turn < 8; turn++) {
      byte[] reply = reply(X);
      if (turn < 5) {
        assertThat(reply).containsExactly('x');
      } else {
        assertThat(MessagePackJson.read(reply).path("message").stringValue())
            .contains("mercury.requests-per-minute");
      }
    }
    assertThat(router.refused()).isEqualTo(3);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(reply(X)).containsExactly('x');
  }

  /** The reply to one request, of a socket that JeroMQ wakes. */
  private byte[] reply(byte[] request) {
    for (int turn = 0; turn < 3; turn++) {
      try (ZMQ.Socket client = asking(SocketType.REQ)) {
        client.send(request);
        byte[] reply = client.recv();
        if (reply != null) {
          return reply;
        }
      }
    }
    throw new AssertionError("no reply to three requests");
  }
}
