package dev.ingot.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.core.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The power of a simulated fleet, as the server's {@code workflow.power-url} asks for it: {@code
 * GET} and {@code PUT /nodes/ID/power}, {@code GET} and {@code PUT /nodes/ID/boot}. It listens on
 * this machine alone, and what it switches is not there.
 */
public final class FleetPower implements AutoCloseable {
  private static final Pattern PATH = Pattern.compile("/nodes/([0-9a-f]{42})/(power|boot)");
  private static final int LARGEST = 4096;

  private final Fleet fleet;
  private final HttpServer server;
  private final Map<String, JsonNode> boots = new ConcurrentHashMap<>();

  /**
   * @param port 0 for any free one
   */
  public FleetPower(Fleet fleet, int port) {
    this.fleet = fleet;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      Optional<SimulatedAgent> machine =
          path.matches() ? fleet.machine(path.group(1)) : Optional.empty();
      if (machine.isEmpty()) {
        send(exchange, 404, error("no machine of this fleet is there"));
        return;
      }
      boolean asks = exchange.getRequestMethod().equals("GET");
      JsonNode body = asks ? Json.MAPPER.createObjectNode() : read(exchange);
      if (path.group(2).equals("power")) {
        if (!asks && !body.path("on").isBoolean()) {
          send(exchange, 400, error("on: must be true or false"));
          return;
        }
        if (!asks) {
          machine.get().power(body.path("on").booleanValue());
        }
        send(exchange, 200, Json.MAPPER.createObjectNode().put("on", machine.get().isOn()));
      } else {
        if (!asks) {
          boots.put(path.group(1), body);
        }
        send(
            exchange,
            200,
            boots.getOrDefault(
                path.group(1), Json.MAPPER.createObjectNode().put("device", "disk")));
      }
    } catch (JacksonException e) {
      send(exchange, 400, error("the body is not JSON"));
    }
  }

  private static JsonNode read(HttpExchange exchange) throws IOException {
    return Json.read(exchange.getRequestBody().readNBytes(LARGEST));
  }

  private static ObjectNode error(String detail) {
    return Json.MAPPER.createObjectNode().put("detail", detail);
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = Json.bytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
