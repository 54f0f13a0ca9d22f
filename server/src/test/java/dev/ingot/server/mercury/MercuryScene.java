package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;

/** How programs speak to Mercury's services. */
final class MercuryScene {
  private static final Duration SOON = Duration.ofSeconds(40);

  private MercuryScene() {}

  /** A port of loopback that was free a moment ago. */
  static String place() throws IOException {
    return "127.0.0.1:" + port();
  }

  static int port() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
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
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + place + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return Json.read(response.body());
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
}
