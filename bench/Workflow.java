import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.Executors;

/** The client of bench/workflow: begins runs, and waits for their ends. */
public final class Workflow {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final int SINGLE = 300;
  private static String base;
  private static Connection sql;

  public static void main(String[] arguments) throws Exception {
    sql = DriverManager.getConnection(arguments[1], "postgres", "none");
    int runs = Integer.parseInt(arguments[2]);
    base = "http://127.0.0.1:" + arguments[3] + "/api/v1/";
    StringBuilder chain = new StringBuilder();
    StringBuilder acts = new StringBuilder();
    HttpServer target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext("/", exchange -> {
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    target.start();
    String url = "http://127.0.0.1:" + target.getAddress().getPort() + "/";
    for (int i = 0; i < 10; i++) {
      String after = i == 0 ? "" : ",\"after\":\"s" + (i - 1) + "\"";
      chain.append(i == 0 ? "" : ",").append("{\"name\":\"s").append(i).append("\",\"type\":\"noop\"").append(after).append("}");
      acts.append(i == 0 ? "" : ",").append("{\"name\":\"s").append(i)
          .append("\",\"type\":\"http\",\"options\":{\"url\":\"").append(url).append("\",\"method\":\"PUT\"}").append(after).append("}");
    }
    ask("PUT", "workflows/chain", "{\"steps\":[" + chain + "]}");
    ask("PUT", "workflows/acts", "{\"steps\":[" + acts + "]}");
    ask("PUT", "workflows/one", "{\"steps\":[{\"name\":\"a\",\"type\":\"noop\"}]}");
    ask("PUT", "workflows/wait", "{\"steps\":[{\"name\":\"a\",\"type\":\"wait-callback\"}]}");
    // Warm.
    many("chain", runs / 4);
    many("acts", runs / 10);
    single(50);
    System.out.println("open runs | noop steps/s (10 in a run) | acting steps/s (HTTP) | their transitions/s | one run p50 ms | p99 ms");
    long open = 0;
    for (int i = 4; i < arguments.length; i++) {
      long wanted = Long.parseLong(arguments[i]);
      hold(wanted - open);
      open = wanted;
      double noop = median(() -> 10.0 * many("chain", runs));
      long[] before = {number("select count(*) from run_timeline")};
      double acting = median(() -> 10.0 * many("acts", Math.max(1, runs / 5)));
      double[] times = single(SINGLE);
      System.out.printf("%d | %.0f | %.0f | %.0f | %.1f | %.1f%n", wanted, noop, acting, 2 * acting,
          times[times.length / 2], times[times.length * 99 / 100]);
      if (before[0] < 0) {
        throw new IllegalStateException("no timeline");
      }
    }
    target.stop(0);
  }

  private interface Rate {
    double once() throws Exception;
  }

  private static double median(Rate rate) throws Exception {
    double[] all = new double[3];
    for (int i = 0; i < all.length; i++) {
      all[i] = rate.once();
    }
    Arrays.sort(all);
    return all[1];
  }

  /** Runs per second: all are there at once, by SQL, as if they had been asked for. */
  private static double many(String workflow, int count) throws Exception {
    long last = number("select coalesce(max(id), 0) from run");
    long from = System.nanoTime();
    execute("insert into run (version, inputs, options, secret, created_by) select v.id, '{}', '{}', '\\x00', 'bench'"
        + " from workflow_version v, generate_series(1, " + count + ") where v.name = '" + workflow + "'");
    ask("POST", "runs", "{\"workflow\":\"one\"}"); // wakes whoever sleeps
    while (number("select count(*) from run where id > " + last + " and status < 2") > 0) {
      Thread.sleep(5);
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    if (number("select count(*) from run where id > " + last + " and status <> 2") > 0) {
      throw new IllegalStateException("a run of " + workflow + " failed");
    }
    return count / seconds;
  }

  /** From the request for a run of one step until somebody who asks again and again sees its end, one after the other. */
  private static double[] single(int count) throws Exception {
    double[] times = new double[count];
    for (int i = 0; i < count; i++) {
      long from = System.nanoTime();
      String made = ask("POST", "runs", "{\"workflow\":\"one\"}");
      String id = made.replaceFirst("(?s).*?\"id\":\"([0-9]+)\".*", "$1");
      while (!ask("GET", "runs/" + id, null).contains("\"finished\":")) {
        Thread.onSpinWait();
      }
      times[i] = (System.nanoTime() - from) / 1e6;
    }
    Arrays.sort(times);
    return times;
  }

  /** So many more runs wait for a callback. */
  private static void hold(long count) throws Exception {
    if (count <= 0) {
      return;
    }
    String made = ask("POST", "runs", "{\"workflow\":\"wait\"}");
    String id = made.replaceFirst("(?s).*?\"id\":\"([0-9]+)\".*", "$1");
    while (!ask("GET", "runs/" + id, null).contains("\"waiting\"")) {
      Thread.sleep(10);
    }
    long last = number("select max(id) from run");
    execute("insert into run (version, inputs, options, secret, created_by, due) select version, inputs, options, secret,"
        + " created_by, due + n * interval '1 ms' from run, generate_series(1, " + (count - 1) + ") n where id = " + id);
    execute("insert into run_step select (jsonb_populate_record(s, jsonb_build_object('run', r.id))).* from run_step s, run r"
        + " where s.run = " + id + " and r.id > " + last);
    execute("vacuum analyze run, run_step");
  }

  private static String ask(String method, String path, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(base + path))
        .header("Authorization", "Bearer " + System.getenv("INGOT_TOKEN"))
        .header("Content-Type", "application/json")
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IllegalStateException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  private static long number(String query) throws SQLException {
    try (var statement = sql.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(String statement) throws SQLException {
    try (var made = sql.createStatement()) {
      made.execute(statement);
    }
  }
}
