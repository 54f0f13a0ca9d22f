package dev.ingot.server.boot.mirror;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of files that breaks off where a test says. */
public final class SloppyUpstream implements AutoCloseable {
  public final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /** What a file is after it was broken off. */
  public final Map<String, byte[]> changed = new ConcurrentHashMap<>();

  /** After how many bytes the next answers end. */
  public final Queue<Integer> breaks = new ConcurrentLinkedQueue<>();

  final AtomicInteger requests = new AtomicInteger();
  final AtomicInteger unchanged = new AtomicInteger();
  volatile boolean slow;
  private final HttpServer server;

  public SloppyUpstream() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      String path = exchange.getRequestURI().getPath();
      byte[] file = files.get(path);
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String tag = "\"" + Arrays.hashCode(file) + "\"";
      exchange.getResponseHeaders().set("ETag", tag);
      if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        unchanged.incrementAndGet();
        exchange.sendResponseHeaders(304, -1);
        return;
      }
      String range = exchange.getRequestHeaders().getFirst("Range");
      boolean part = range != null && tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
      int from = part ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
      exchange.sendResponseHeaders(part ? 206 : 200, file.length - from);
      Integer end = breaks.poll();
      int to = end == null ? file.length : Math.min(file.length, from + end);
      for (int at = from; at < to; at += 16384) {
        exchange.getResponseBody().write(file, at, Math.min(16384, to - at));
        if (slow) {
          Thread.yield();
        }
      }
      byte[] next = end == null ? null : changed.remove(path);
      if (next != null) {
        files.put(path, next);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
