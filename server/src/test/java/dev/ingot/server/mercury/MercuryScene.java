package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.configuration.ByteSize;
import dev.ingot.core.Json;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;

/** How programs speak to Mercury's services. */
final class MercuryScene {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration SOON = Duration.ofSeconds(40);

  private MercuryScene() {}

  static boolean hasPython() {
    Path packages = Path.of("/usr/lib/python3/dist-packages");
    return Files.exists(packages.resolve("zmq")) && Files.exists(packages.resolve("msgpack"));
  }

  /** Of a server that pings agents every second. */
  static MercurySettings settings(
      String backend, String inventory, @Nullable String rpc, String api, int requestsPerMinute) {
    return new MercurySettings(
        backend,
        inventory,
        rpc,
        api,
        false,
        List.of("127.0.0.0/8"),
        "ord1",
        "ORD",
        ByteSize.parse("1MiB"),
        ByteSize.parse("32MiB"),
        ByteSize.parse("128MiB"),
        600,
        requestsPerMinute,
        1_000,
        Duration.ofSeconds(1));
  }

  static String place() throws IOException {
    return "127.0.0.1:" + FreePort.next();
  }

  static List<JsonNode> ask(Path folder, String place, Object... requests) throws IOException {
    List<JsonNode> replies = new ArrayList<>();
    try (Python asking = new Python(folder, "ask.py", place)) {
      for (Object request : requests) {
        int before = asking.said();
        asking.write(request);
        Awaitility.await().atMost(SOON).until(() -> asking.said() > before);
        replies.add(asking.line(before));
      }
    }
    return replies;
  }

  static Map<String, Object> call(String endpoint, Map<String, ?> kwargs) {
    return Map.of("endpoint", endpoint, "args", List.of(), "kwargs", kwargs);
  }

  static JsonNode message(Path folder, String place, String endpoint, Map<String, ?> kwargs)
      throws IOException {
    JsonNode reply = ask(folder, place, call(endpoint, kwargs)).getFirst();
    assertThat(reply.path("error").booleanValue()).as("%s", reply).isFalse();
    return reply.path("message");
  }

  static JsonNode http(String place, String method, String path, String body, int status)
      throws Exception {
    HttpResponse<String> response = sent(place, method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return Json.read(response.body());
  }

  /** What is answered to a request that is one too many. */
  static JsonNode refused(String place, String path) throws Exception {
    return Awaitility.await()
        .atMost(SOON)
        .until(() -> sent(place, "GET", path, ""), response -> response.statusCode() == 429)
        .body()
        .transform(Json::read);
  }

  static int status(String place, String path) throws Exception {
    return sent(place, "GET", path, "").statusCode();
  }

  private static HttpResponse<String> sent(String place, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + place + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** What is answered to octets that are no MessagePack; nothing if no answer comes. */
  static String unpacked(ZContext context, String place) {
    ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
    dealer.setLinger(0);
    dealer.setReceiveTimeOut(3_000);
    dealer.connect("tcp://" + place);
    dealer.send("alone");
    dealer.sendMore("");
    dealer.send(new byte[] {(byte) 0xc1});
    byte[] delimiter = dealer.recv();
    return delimiter == null
        ? ""
        : MessagePackJson.read(dealer.recv()).path("message").stringValue();
  }

  /** Octets that are no ZeroMQ, half a message, one that is too large, frames without a request. */
  static void strangersAt(String backend) throws Exception {
    String[] place = backend.split(":", 2);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Socket socket = new Socket(place[0], Integer.parseInt(place[1]));
      open.add(socket);
      OutputStream out = socket.getOutputStream();
      out.write(
          i % 2 == 0
              ? new byte[] {(byte) 0xff, 0, 0, 0}
              : "GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
    }
    try (ZContext context = new ZContext()) {
      // JeroMQ may leave a connection waiting behind strangers until the next one comes.
      Awaitility.await()
          .atMost(SOON)
          .until(() -> unpacked(context, backend).startsWith("Client error"));
      ZMQ.Socket large = context.createSocket(SocketType.REQ);
      large.setLinger(0);
      large.connect("tcp://" + backend);
      large.setReceiveTimeOut(500);
      large.send(new byte[2 << 20]);
      assertThat(large.recv()).isNull();
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
