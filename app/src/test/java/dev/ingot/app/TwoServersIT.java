package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Two real server processes on one machine over one database share a fleet and its jobs. */
class TwoServersIT {
  private static final Duration MOST = Duration.ofSeconds(90);
  private static final int NODES = 80;

  /**
   * Those that are as they should be; the others answer slowly, so that a kill finds them at it.
   */
  private static final String BEHAVIOUR = "slow=40";

  private final TestDatabase database = TestDatabase.empty();
  private final List<IngotProcess> processes = new ArrayList<>();
  private Path folder;
  private int first;
  private int second;

  @BeforeEach
  void folder() throws IOException {
    folder = TestFolders.fresh("two-servers");
    Files.setPosixFilePermissions(
        Files.writeString(folder.resolve("password"), database.password()),
        PosixFilePermissions.fromString("rw-------"));
    first = FreePort.next();
    second = FreePort.next();
  }

  @AfterEach
  void clean() throws IOException {
    processes.forEach(IngotProcess::close);
    database.close();
    TestFolders.discard(folder);
  }

  @Test
  void theyShareAFleetAndItsJobsAndOneTakesOverWhatTheOtherHeld() throws Exception {
    IngotProcess one = start(first);
    IngotProcess other = start(second);
    try (IngotClient here = client(first);
        IngotClient there = client(second);
        Relay relay = new Relay(List.of(first, second))) {
      IngotProcess fleet = fleet(relay);
      eachHoldsAPart();
      String echoed = call(here, "echo", "all");
      assertThat(ended(there, echoed)).isEqualTo(Map.of("succeeded", NODES));
      cancelReachesNodesOfBoth(here, there);

      List<String> under = new ArrayList<>();
      for (int job = 0; job < 4; job++) {
        under.add(call(job % 2 == 0 ? here : there, "run", "all"));
      }
      Awaitility.await("something runs on nodes of the one that dies")
          .atMost(MOST)
          .until(() -> number("select count(*) from task where state = 3") > NODES / 4);
      one.killHard();
      for (String job : under) {
        assertThat(ended(there, job).values().stream().mapToInt(Integer::intValue).sum())
            .isEqualTo(NODES);
      }
      Awaitility.await("all are at the one that lives")
          .atMost(MOST)
          .until(
              () ->
                  number(
                          "select count(*) from agent_session s join server_lease l"
                              + " on l.server = s.server and l.incarnation = s.server_incarnation"
                              + " where s.online and l.seen > now() - interval '5 seconds'")
                      == NODES);
      assertThat(ended(there, call(there, "echo", "all"))).isEqualTo(Map.of("succeeded", NODES));

      start(first);
      assertThat(ended(there, call(here, "echo", "all"))).isEqualTo(Map.of("succeeded", NODES));
      assertThat(number("select count(*) from server_lease"))
          .as("a restart keeps a server's name")
          .isEqualTo(2);
      assertThat(fleet.lines()).noneMatch(line -> line.contains("began twice"));
      assertThat(number("select count(*) - count(distinct position) from event")).isZero();
      Awaitility.await("every event has its position")
          .atMost(MOST)
          .until(() -> number("select count(*) from event_outbox") == 0);
      whatOneRestoresTheOtherForgets(here, there, other);
    }
  }

  private void eachHoldsAPart() throws SQLException {
    Awaitility.await("both have nodes")
        .atMost(MOST)
        .until(() -> number("select count(*) from agent_session where online") == NODES);
    assertThat(number("select count(distinct server) from agent_session")).isEqualTo(2);
    assertThat(
            number("select min(c) from (select count(*) c from agent_session group by server) s"))
        .as("nodes of the one that has fewer")
        .isGreaterThan(NODES / 4);
  }

  /** Slow nodes are at it when somebody changes his mind, at either server. */
  private void cancelReachesNodesOfBoth(IngotClient here, IngotClient there) throws SQLException {
    String job = call(here, "run", "all");
    Awaitility.await("it runs at both")
        .atMost(MOST)
        .until(
            () ->
                number(
                        "select count(distinct s.server) from task t join agent_session s"
                            + " on s.node = t.node where t.state = 3 and t.job = "
                            + job)
                    == 2);
    there.jobs().cancel(job, JsonNodeFactory.instance.objectNode());
    Map<String, Integer> counts = ended(here, job);
    assertThat(counts).containsOnlyKeys("succeeded", "cancelled");
    assertThat(
            number(
                "select count(*) from task where reason like '%did not confirm%' and job = " + job))
        .as("ends that nodes of either server did not confirm")
        .isZero();
  }

  private void whatOneRestoresTheOtherForgets(
      IngotClient here, IngotClient there, IngotProcess other) throws Exception {
    Path backup = folder.resolve("backup");
    try (OutputStream out = Files.newOutputStream(backup)) {
      here.backup(out, (done, total) -> {});
    }
    here.restore(backup, (done, total) -> {});
    other.await("a backup was restored into the database", MOST);
    Awaitility.await("the fleet is back at both")
        .atMost(MOST)
        .until(
            () -> ended(there, call(there, "echo", "all")).getOrDefault("succeeded", 0) == NODES);
  }

  private static String call(IngotClient client, String capability, String target) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("on", target);
    body.put("capability", capability).put("expiry", "60s");
    if (capability.equals("run")) {
      body.putObject("arguments").putArray("argv").add("hostname");
    } else {
      body.putObject("arguments").put("text", "here");
    }
    return asked(() -> client.jobs().create(body, null)).path("id").asString();
  }

  private static Map<String, Integer> ended(IngotClient client, String job) {
    JsonNode shown =
        Awaitility.await("job " + job + " ends")
            .atMost(Duration.ofSeconds(150))
            .pollInterval(Duration.ofMillis(100))
            .until(
                () -> asked(() -> client.jobs().show(job)),
                each -> !each.path("state").asString().equals("running"));
    Map<String, Integer> counts = new TreeMap<>();
    shown.path("counts").forEachEntry((state, count) -> counts.put(state, count.asInt()));
    counts.values().removeIf(Predicate.isEqual(0));
    return counts;
  }

  /** What a server that is away or starts is asked again. */
  private static <T> T asked(java.util.function.Supplier<T> question) {
    return Awaitility.await("an answer")
        .atMost(MOST)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              try {
                return question.get();
              } catch (ClientException e) {
                boolean away = e.kind() != ClientException.Kind.ANSWERED || e.status() >= 500;
                assertThat(away).as(e.detail()).isTrue();
                return null;
              }
            },
            answer -> answer != null);
  }

  private long number(String query) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private IngotProcess start(int port) throws Exception {
    Map<String, String> environment =
        Map.of(
            "INGOT_DATA_DIR", data(port).toString(),
            "INGOT_HTTP_PORT", String.valueOf(port),
            "INGOT_DATABASE_URL", database.url(),
            "INGOT_DATABASE_USER", database.user(),
            "INGOT_DATABASE_PASSWORD_FILE", folder.resolve("password").toString());
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    processes.add(server);
    server.await("ready at", MOST);
    return server;
  }

  private IngotProcess fleet(Relay relay) throws Exception {
    Map<String, String> environment =
        Map.of(
            "INGOT_SERVER", relay.address().toString(),
            "INGOT_TOKEN_FILE", data(first).resolve("admin.token").toString());
    IngotProcess fleet =
        new IngotProcess(
            environment, "simulate", "--nodes", String.valueOf(NODES), "--behaviour", BEHAVIOUR);
    processes.add(fleet);
    fleet.await("linked " + NODES, MOST);
    return fleet;
  }

  private Path data(int port) {
    return folder.resolve("server-" + port);
  }

  private IngotClient client(int port) throws IOException {
    String token = Files.readString(data(port).resolve("admin.token")).strip();
    URI address = URI.create("http://127.0.0.1:" + port);
    return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(30)));
  }
}
