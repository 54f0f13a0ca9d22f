package dev.ingot.server.webhooks;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/** A program that takes events, on loopback, and misbehaves as it is told. */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final List<Request> taken = new CopyOnWriteArrayList<>();
  volatile Behaviour behaviour = (request, exchange) -> 204;

  /** One request, whole. */
  record Request(Headers headers, byte[] body) {
    JsonNode event() {
      return Json.read(body);
    }

    int number() {
      return event().path("data").path("number").asInt(-1);
    }

    String node() {
      return event().path("nodeId").asString("");
    }

    String header(String name) {
      return String.valueOf(headers.getFirst(name));
    }
  }

  /** What it answers; a negative status when it has answered or hung up by itself. */
  interface Behaviour {
    int status(Request request, HttpExchange exchange) throws IOException, InterruptedException;
  }

  Receiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request =
          new Request(exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes());
      requests.add(request);
      int status = behaviour.status(request, exchange);
      if (status / 100 == 2) {
        taken.add(request);
      }
      if (status > 0) {
        exchange.sendResponseHeaders(status, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The numbers that were taken of a node, each the first time only. */
  List<Integer> numbers(String node) {
    return taken.stream()
        .filter(request -> request.node().equals(node))
        .map(Request::number)
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
