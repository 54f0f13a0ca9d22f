package dev.ingot.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Answers as the API does, over a real socket, and remembers what it was asked. */
final class FakeServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> answers = new TreeMap<>();
  private final Map<String, Integer> statuses = new TreeMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<String> bodies = new CopyOnWriteArrayList<>();
  final List<String> tokens = new CopyOnWriteArrayList<>();
  final List<String> eventsAfter = new CopyOnWriteArrayList<>();

  FakeServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Has the request (method, path and query) answered. */
  FakeServer with(String request, int status, String body) {
    answers.put(request, body);
    statuses.put(request, status);
    return this;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    asked.add(request);
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    if (request.startsWith("GET /api/v1/events")) {
      events(exchange);
      return;
    }
    String problem =
        "{\"type\":\"urn:ingot:problem:not-found\",\"status\":404,\"detail\":\"no "
            + request
            + "\"}";
    byte[] body = answers.getOrDefault(request, problem).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(
        statuses.getOrDefault(request, 404), body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Two events a connection, then the connection ends, as it does when a server restarts. */
  private void events(HttpExchange exchange) throws IOException {
    String after = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    eventsAfter.add(String.valueOf(after));
    int from = after == null ? 1 : Integer.parseInt(after) + 1;
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    List<String> lines = new ArrayList<>(List.of(": events after " + (from - 1), ""));
    for (int i = from; i < from + 2; i++) {
      lines.add("id: " + i);
      lines.add("event: node");
      lines.add("data: {\"id\":\"" + i + "\",\"type\":\"node\",\"action\":\"online\",");
      lines.add("data:\"typeId\":\"n\"}");
      lines.add("");
    }
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
