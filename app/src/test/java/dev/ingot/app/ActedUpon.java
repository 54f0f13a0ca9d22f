package dev.ingot.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ingot.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What steps of runs act upon, by HTTP at {@code /NUMBER/act} and {@code /NUMBER/odd}: it looks
 * whether the result of a step that acts is kept already. Every third number's first act fails.
 */
final class ActedUpon implements AutoCloseable {
  private final HttpServer server;
  private final Connection database;
  private final Map<String, List<String>> acts = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile Duration time = Duration.ZERO;

  ActedUpon(TestDatabase database) throws IOException, SQLException {
    this.database = database.connect();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How long an act takes. */
  void take(Duration other) {
    time = other;
  }

  /** The keys that acted, by their paths. */
  Map<String, List<String>> acts() {
    return acts;
  }

  /** Acts whose result was kept already. */
  Queue<String> wrong() {
    return wrong;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    int number = Integer.parseInt(path.split("/", -1)[1]);
    acts.computeIfAbsent(path, _ -> Collections.synchronizedList(new ArrayList<>())).add(key);
    if (isKept(key)) {
      wrong.add(path + " acts again for " + key + ", whose result is kept");
    }
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean fails = key.endsWith("-1") && number % 3 == 0 && path.endsWith("/act");
    byte[] body =
        "{\"n\":%d,\"odd\":%b}".formatted(number, number % 2 == 1).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(fails ? 503 : 200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** Of a key {@code run-RUN-STEP-ATTEMPT}; the steps are the first and the fourth. */
  private boolean isKept(String key) {
    int run = key.indexOf('-', 4);
    int attempt = key.lastIndexOf('-');
    synchronized (database) {
      try (PreparedStatement statement =
          database.prepareStatement(
              "select from run_step where run = ? and step = ? and (attempt > ? or status <> 2)")) {
        statement.setLong(1, Long.parseLong(key.substring(4, run)));
        statement.setInt(2, key.substring(run + 1, attempt).equals("act") ? 0 : 3);
        statement.setInt(3, Integer.parseInt(key.substring(attempt + 1)));
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next();
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    server.stop(0);
    database.close();
  }
}
