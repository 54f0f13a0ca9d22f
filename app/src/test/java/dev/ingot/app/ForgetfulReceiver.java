package dev.ingot.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/** What a webhook posts to: now and then it refuses, or takes an event and says that it did not. */
final class ForgetfulReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> byId = new HashMap<>();
  private final TreeMap<String, List<Long>> revisions = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private int asked;
  private int twice;

  ForgetfulReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String id = String.valueOf(exchange.getRequestHeaders().getFirst("Ingot-Event-Id"));
      String body =
          new String(
              exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(take(id, body), -1);
    }
  }

  private synchronized int take(String id, String body) {
    asked++;
    if (asked % 37 == 0) {
      return 503;
    }
    String known = byId.putIfAbsent(id, body);
    if (known == null) {
      JsonNode event = Json.read(body);
      revisions
          .computeIfAbsent(event.path("nodeId").asString(""), _ -> new ArrayList<>())
          .add(event.path("data").path("revision").asLong(0));
    } else {
      twice++;
      if (!known.equals(body)) {
        wrong.add(id);
      }
    }
    return asked % 41 == 0 ? 500 : 204;
  }

  /** Revisions of a node's changes in the order in which they came, each the first time. */
  synchronized List<Long> revisions(String node) {
    return List.copyOf(revisions.getOrDefault(node, List.of()));
  }

  /** Ids that came with two events. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** How many came again. */
  synchronized int twice() {
    return twice;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
