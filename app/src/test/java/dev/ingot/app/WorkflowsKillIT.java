package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Server processes over one database run workflows while a random one of them is killed again and
 * again: every run ends as its graph says, and no step acts once its result is kept.
 */
class WorkflowsKillIT {
  private static final Duration MOST = Duration.ofSeconds(120);

  /** The first step acts, and fails the first time for every third run; the last sees the first. */
  private static final String WORKFLOW =
      """
      {"inputs": {"n": {"required": true}, "url": {"required": true}}, "steps": [
       {"name": "act", "type": "http", "retry": {"times": 3, "pause": "100ms"}, "options":
        {"url": "{{ inputs.url }}/{{ inputs.n }}/act", "method": "PUT", "body": {"n": 1}}},
       {"name": "pause", "type": "sleep", "after": "act", "options": {"time": "200ms"}},
       {"name": "odd", "type": "decide", "after": "act", "options":
        {"that": "{{ steps.act.result.body.odd }}"}},
       {"name": "on-odd", "type": "http", "after": {"odd": "succeeded"}, "options":
        {"url": "{{ inputs.url }}/{{ inputs.n }}/odd", "method": "PUT"}},
       {"name": "on-even", "type": "noop", "after": {"odd": "failed"}},
       {"name": "last", "type": "noop", "after":
        {"pause": "succeeded", "any": {"on-odd": "succeeded", "on-even": "succeeded"}},
        "options": {"result": "{{ steps.act.result.body.n }}"}}]}
      """;

  /** Of every node, in waves. */
  private static final String EACH =
      "{\"steps\": [{\"name\": \"pause\", \"type\": \"sleep\", \"options\":"
          + " {\"time\": \"300ms\"}}]}";

  private static final int NODES = 18;
  private static final String OVER = "select count(*) from run where status >= 2 and fleet is null";

  private final TestDatabase database = TestDatabase.empty();
  private final List<IngotProcess> processes = new ArrayList<>();
  private final Map<String, List<String>> acts = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private Path folder;
  private HttpServer target;

  @BeforeEach
  void folder() throws IOException {
    folder = TestFolders.fresh("workflows-kill");
    Files.setPosixFilePermissions(
        Files.writeString(folder.resolve("password"), database.password()),
        PosixFilePermissions.fromString("rw-------"));
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    target.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    target.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
          int n = Integer.parseInt(path.split("/", -1)[1]);
          List<String> seen =
              acts.computeIfAbsent(
                  path, _ -> java.util.Collections.synchronizedList(new ArrayList<>()));
          seen.add(key);
          if (isKept(key)) {
            wrong.add(path + " acts again for " + key + ", whose result is kept");
          }
          boolean first = key.endsWith("-1") && n % 3 == 0 && path.endsWith("/act");
          byte[] body =
              "{\"n\":%d,\"odd\":%b}"
                  .formatted(n, n % 2 == 1)
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(first ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    target.start();
  }

  @AfterEach
  void clean() throws IOException {
    target.stop(0);
    processes.forEach(IngotProcess::close);
    database.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Test
  void everyRunEndsAsItsGraphSaysWhicheverServerIsKilled() throws Exception {
    run(2, 60, 1);
  }

  @Test
  @Tag("long")
  void twoThousandRunsOfThreeServersEndAsTheirGraphSays() throws Exception {
    run(3, 2_000, 15);
  }

  private void run(int servers, int runs, int kills) throws Exception {
    Random random = new Random(7);
    int[] ports = new int[servers];
    IngotProcess[] running = new IngotProcess[servers];
    for (int i = 0; i < servers; i++) {
      try (ServerSocket free = new ServerSocket(0)) {
        ports[i] = free.getLocalPort();
      }
      running[i] = start(ports[i]);
    }
    try (IngotClient first = client(ports[0])) {
      first.workflows().put("kill", (ObjectNode) JsonMapper.shared().readTree(WORKFLOW));
      first.workflows().put("each", (ObjectNode) JsonMapper.shared().readTree(EACH));
      change(
          "insert into node (id, standing, hostname, id_reason, facts_digest) select '01' ||"
              + " lpad(to_hex(n), 40, '0'), 'admitted', 'host' || n, 'test', '' from"
              + " generate_series(1, %d) as n".formatted(NODES));
      ObjectNode fleet =
          JsonNodeFactory.instance.objectNode().put("workflow", "each").put("on", "all");
      first.fleets().start(fleet.put("canary", 2).put("wave", 4).put("haltPercent", 0), "fleet");
    }
    Thread starting = Thread.ofVirtual().start(() -> startRuns(ports, runs));
    for (int kill = 0; kill < kills; kill++) {
      int share = runs * (kill + 1) / (kills + 1);
      Awaitility.await("the next kill")
          .atMost(MOST)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> number("select count(*) from run where fleet is null") >= share);
      int victim = random.nextInt(servers);
      running[victim].killHard();
      running[victim].close();
      running[victim] = start(ports[victim]);
    }
    starting.join();
    Awaitility.await("all have ended").atMost(MOST).until(() -> number(OVER) == runs);
    Awaitility.await("the fleet run has ended")
        .atMost(MOST)
        .until(() -> number("select count(*) from fleet where status >= 4") == 1);
    assertThat(number("select count(*) from fleet where status = 4")).as("succeeded").isOne();
    assertThat(number("select count(*) from run where fleet is not null"))
        .as("a run for each node, and no second one")
        .isEqualTo(NODES)
        .isEqualTo(number("select count(distinct node) from run where fleet is not null"));
    assertThat(wrong).isEmpty();
    assertThat(number("select count(*) from run where status <> 2")).as("that failed").isZero();
    // In the order of the workflow; 5 succeeded, 6 failed, 10 unreached.
    assertThat(
            number(
                """
                select count(*) from run r where r.fleet is null and (5 <> all (array(
                    select status from run_step s where s.run = r.id and step in (0, 1, 5)))
                  or (select status from run_step s where s.run = r.id and step = 2)
                      <> case when (inputs::json->>'n')::int % 2 = 1 then 5 else 6 end
                  or (select status from run_step s where s.run = r.id and step = 3)
                      <> case when (inputs::json->>'n')::int % 2 = 1 then 5 else 10 end
                  or (select result from run_step s where s.run = r.id and step = 5)
                      <> (inputs::json->>'n'))
                """))
        .as("that did not end as their graph says")
        .isZero();
    assertThat(number("select count(*) from run_hold")).isZero();
    // Nothing acts any more, and nothing acted for another attempt than those that there were.
    acts.forEach(
        (path, keys) ->
            assertThat(keys.stream().distinct().count()).as(path).isLessThanOrEqualTo(4));
  }

  private void startRuns(int[] ports, int runs) {
    String url = "http://127.0.0.1:" + target.getAddress().getPort();
    for (int n = 0; n < runs; n++) {
      ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("workflow", "kill");
      wanted.putObject("inputs").put("n", n).put("url", url);
      long end = System.nanoTime() + MOST.toNanos();
      // A key is good for whoever says it, which is each server's own administrator here.
      while (true) {
        try (IngotClient client = client(ports[n % ports.length])) {
          client.workflows().run(wanted, "n" + n);
          break;
        } catch (ClientException e) {
          if (System.nanoTime() > end) {
            throw e;
          }
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether what a key acted for has a result that is kept. */
  private boolean isKept(String key) {
    // run-RUN-STEP-ATTEMPT
    int run = key.indexOf('-', 4);
    int attempt = key.lastIndexOf('-');
    int step = key.substring(run + 1, attempt).equals("act") ? 0 : 3;
    try {
      return number(
              "select count(*) from run_step where run = "
                  + key.substring(4, run)
                  + " and step = "
                  + step
                  + " and (attempt > "
                  + key.substring(attempt + 1)
                  + " or status <> 2)")
          > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private IngotProcess start(int port) throws Exception {
    Map<String, String> environment =
        Map.of(
            "INGOT_DATA_DIR", folder.resolve("server-" + port).toString(),
            "INGOT_HTTP_PORT", String.valueOf(port),
            "INGOT_DATABASE_URL", database.url(),
            "INGOT_DATABASE_USER", database.user(),
            "INGOT_DATABASE_PASSWORD_FILE", folder.resolve("password").toString());
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    processes.add(server);
    server.await("ready at", MOST);
    return server;
  }

  private IngotClient client(int port) {
    try {
      String token =
          Files.readString(folder.resolve("server-" + port).resolve("admin.token")).strip();
      return new IngotClient(
          new ClientSettings(
              URI.create("http://127.0.0.1:" + port + "/"), token, null, Duration.ofSeconds(10)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void change(String statement) throws SQLException {
    try (Connection connection = database.connect();
        Statement sql = connection.createStatement()) {
      sql.executeUpdate(statement);
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
