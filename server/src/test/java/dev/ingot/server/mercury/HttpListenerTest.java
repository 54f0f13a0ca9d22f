package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.amqp.Rates;
import dev.ingot.server.http.HostGuard;
import dev.ingot.server.http.HttpSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The api's listener and those who take their time. */
class HttpListenerTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Duration SOON = Duration.ofSeconds(40);
  private static final int LARGEST = 8 << 20;
  private static final int READERS = 50;

  private final AtomicLong nanos = new AtomicLong(1);
  private final ReplySpace space =
      new ReplySpace(
          LARGEST, 2 * LARGEST, Duration.ofSeconds(30), Duration.ofSeconds(10), nanos::get);
  private final List<Socket> strangers = new CopyOnWriteArrayList<>();
  private HttpListener listener;

  @BeforeEach
  void start() {
    listener =
        new HttpListener(
            "127.0.0.1",
            0,
            HttpListenerTest::answer,
            space,
            _ -> true,
            new HostGuard(HttpSettings.DEFAULT),
            new Rates(1_000_000, nanos::get),
            nanos::get);
    listener.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket each : strangers) {
      each.close();
    }
    listener.close();
  }

  /** Much to who asks for it, little to others. */
  private static int answer(Request request, JsonNode body, Reply reply) {
    Endpoints.Failure failure =
        Endpoints.guarded("test", () -> fill(request.getHttpURI().getDecodedPath(), body, reply));
    if (failure == null) {
      return 200;
    }
    reply.instead(failure.message());
    return failure.status();
  }

  private static void fill(String path, JsonNode body, Reply reply) {
    if (path.equals("/much")) {
      JsonNode line = NODES.stringNode("x".repeat(1 << 16));
      reply.list("lines");
      for (int i = 0; i < 100; i++) {
        reply.add(line);
      }
      reply.end(NODES.objectNode());
    } else {
      reply.end(NODES.objectNode().put("posted", body.size()));
    }
  }

  private Socket says(String said) throws IOException {
    String[] place = listener.address().split(":", 2);
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(place[0], Integer.parseInt(place[1])));
    strangers.add(socket);
    socket.getOutputStream().write(said.getBytes(US_ASCII));
    return socket;
  }

  private static String request(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  }

  private void isAnswered() throws IOException {
    assertThat(status(says(request("/little")))).isEqualTo("HTTP/1.1 200");
  }

  private static String status(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), US_ASCII);
  }

  /** What is left to read of what was sent to one that was disconnected. */
  private static void isGone(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read(new byte[1 << 16]) >= 0) {}
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void fiftyWhoReadALargeReplySlowlyTakeNoMoreThanTheirRoomAndAreCutOffInTime() throws Exception {
    for (int i = 0; i < READERS; i++) {
      says(request("/much"));
    }
    // Two or three have room, others wait, others are told to come later.
    Awaitility.await()
        .atMost(SOON)
        .until(() -> space.refused() + space.waiting() + 3 >= READERS && space.waiting() > 0);
    isAnswered();
    for (int second = 0; second < 30; second++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      listener.look();
      for (Socket each : strangers.subList(0, READERS)) {
        if (each.getInputStream().available() > 0) {
          each.getInputStream().read();
        }
      }
      assertThat(space.taken()).isLessThanOrEqualTo(2L * LARGEST);
      isAnswered();
    }
    // Whoever was answered meanwhile has a minute, however little it reads.
    Awaitility.await()
        .atMost(SOON)
        .until(
            () -> {
              nanos.addAndGet(Duration.ofSeconds(20).toNanos());
              listener.look();
              return listener.connections() == 0;
            });
    assertThat(space.taken()).isZero();
    for (Socket each : strangers) {
      isGone(each);
    }
    isAnswered();
  }

  @Test
  void whoSaysARequestTooSlowlyIsCutOffInTime() throws Exception {
    List<Socket> slow =
        List.of(
            says(""),
            says("GET /little HTTP/1.1\r\nHost: 127"),
            says("POST /little HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\n\r\n{"),
            says(
                "POST /little HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n1"));
    Awaitility.await().atMost(SOON).until(() -> listener.connections() == slow.size());
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    listener.look();
    isAnswered();
    slow.get(2).getOutputStream().write('}');
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    Awaitility.await() // a body has a minute of its own, from its head on
        .atMost(SOON)
        .until(
            () -> {
              nanos.addAndGet(Duration.ofSeconds(2).toNanos());
              listener.look();
              return listener.connections() == 0;
            });
    for (Socket each : slow) {
      isGone(each);
    }
    isAnswered();
  }
}
