import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The clients of bench/resources: one connection each, as little work as can be. */
public final class Resources {
  private static final String TOKEN = System.getenv("INGOT_TOKEN");

  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    String body = "";

    Connection(int port) throws IOException {
      socket = new Socket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      out = socket.getOutputStream();
    }

    int ask(String method, String path, String json) throws IOException {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      String head =
          method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + TOKEN
              + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n";
      byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
      byte[] all = Arrays.copyOf(headBytes, headBytes.length + bytes.length);
      System.arraycopy(bytes, 0, all, headBytes.length, bytes.length);
      out.write(all);
      int status = Integer.parseInt(line().split(" ")[1]);
      int length = -1;
      for (String line = line(); !line.isEmpty(); line = line()) {
        if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      if (length >= 0) {
        body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      } else {
        StringBuilder text = new StringBuilder();
        for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
          text.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
          line();
        }
        line();
        body = text.toString();
      }
      return status;
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the server closed the connection");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int machines = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    int clients = Integer.parseInt(arguments[3]);
    try (Connection connection = new Connection(port)) {
      for (int from = 0; from < machines; from += 5000) {
        List<String> items = new ArrayList<>();
        for (int i = from; i < Math.min(machines, from + 5000); i++) {
          items.add("{\"hostname\":\"m%06d\"}".formatted(i));
        }
        require(connection.ask("POST", "/api/v1/resources/machines", items.toString()), 201, connection);
      }
    }
    run(port, clients, Math.max(3, seconds / 4)); // warm
    List<Long> times = run(port, clients, seconds);
    System.out.printf(
        "claims over HTTP, %d clients, %d machines: %.0f claims/s, each released again; one claim p50 %.1f ms, p99 %.1f ms%n",
        clients, machines, times.size() / (double) seconds, at(times, 0.5), at(times, 0.99));
    try (Connection connection = new Connection(port)) {
      List<Long> whole = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        long began = System.nanoTime();
        String cursor = "";
        int found = 0;
        do {
          require(connection.ask("GET", "/api/v1/resources/machines?limit=1000" + cursor, ""), 200, connection);
          found += connection.body.split("\"hostname\"", -1).length - 1;
          String next = connection.body.replaceFirst("(?s).*\"next\":(null|\"([^\"]*)\").*", "$2");
          cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
        } while (!cursor.isEmpty());
        if (found != machines) {
          throw new IllegalStateException("listed " + found + " of " + machines);
        }
        whole.add(System.nanoTime() - began);
      }
      whole.sort(null);
      System.out.printf("list of all %d machines, 1000 a page: median %.1f ms%n", machines, at(whole, 0.5));
      page(connection, "list of 1000 machines", "");
      page(connection, "filter of all by state and owner",
          "&where=" + URLEncoder.encode("{\"state\":\"idle\",\"owner\":\"\"}", StandardCharsets.UTF_8));
      page(connection, "filter of all by one hostname",
          "&where=" + URLEncoder.encode("{\"hostname\":\"m000042\"}", StandardCharsets.UTF_8));
    }
  }

  private static void page(Connection connection, String what, String query) throws IOException {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      long began = System.nanoTime();
      require(connection.ask("GET", "/api/v1/resources/machines?limit=1000" + query, ""), 200, connection);
      times.add(System.nanoTime() - began);
    }
    times.sort(null);
    System.out.printf("%s: median %.1f ms%n", what, at(times, 0.5));
  }

  private static List<Long> run(int port, int clients, int seconds) throws Exception {
    List<Long> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    AtomicLong failed = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (int i = 0; i < clients; i++) {
      String body = "{\"owner\":\"client-%d\",\"length\":\"1h\"}".formatted(i);
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    List<Long> own = new ArrayList<>();
                    try (Connection connection = new Connection(port)) {
                      while (System.nanoTime() < end) {
                        long began = System.nanoTime();
                        require(connection.ask("POST", "/api/v1/resources/machines/claims", body), 201, connection);
                        own.add(System.nanoTime() - began);
                        String id = connection.body.replaceFirst("(?s).*?\"id\":\"(\\d+)\".*", "$1");
                        require(connection.ask("POST", "/api/v1/claims/" + id + "/release", "{}"), 200, connection);
                      }
                    } catch (IOException | IllegalStateException e) {
                      System.err.println(e.getMessage());
                      failed.incrementAndGet();
                    }
                    synchronized (all) {
                      all.addAll(own);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " clients failed");
    }
    all.sort(null);
    return all;
  }

  private static void require(int status, int expected, Connection connection) {
    if (status != expected) {
      throw new IllegalStateException("answered " + status + ": " + connection.body);
    }
  }

  private static double at(List<Long> sorted, double part) {
    return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(part * sorted.size()))) / 1e6;
  }
}
