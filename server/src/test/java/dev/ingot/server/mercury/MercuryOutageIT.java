package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.server.DatabaseWire;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.store.DatabaseSettings;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What agents say while the database is away is not acknowledged until it is stored. */
class MercuryOutageIT {
  private static final String ID = "0110a1628669e487f48b3f8de13bebeafe2933c875";
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir private Path folder;
  private DatabaseWire wire;
  private TestServer server;
  private String backend;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(MercuryScene.hasPython(), "python3-zmq and python3-msgpack are not installed");
    backend = MercuryScene.place();
    MercurySettings mercury =
        MercuryScene.settings(backend, MercuryScene.place(), null, MercuryScene.place(), 6_000);
    server =
        TestServer.start(
            settings -> settings.with(mercury).with(throughTheWire(settings.database())));
  }

  private DatabaseSettings throughTheWire(DatabaseSettings direct) {
    URI url = URI.create(String.valueOf(direct.url()).substring("jdbc:".length()));
    try {
      wire = wire == null ? new DatabaseWire(url.getPort()) : wire;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return direct.external(
        "jdbc:postgresql://127.0.0.1:" + wire.port() + url.getPath(),
        String.valueOf(direct.user()),
        Objects.requireNonNull(direct.password()).reveal());
  }

  @AfterEach
  void stop() throws IOException {
    if (server != null) {
      wire.mend();
      server.close();
      wire.close();
    }
  }

  /** What is answered to something that the agent says now. */
  private static JsonNode said(Python agent, Map<String, Object> words) throws IOException {
    int before = agent.said();
    agent.write(words);
    return answer(agent, before);
  }

  private static JsonNode answer(Python agent, int before) {
    Awaitility.await().atMost(SOON).until(() -> agent.said() > before);
    return agent.line(before).path("order");
  }

  private static boolean isAccepted(JsonNode answer) {
    assertThat(answer.has("error")).as("%s", answer).isTrue();
    return answer.path("message").asString("").equals("accepted")
        && !answer.path("error").booleanValue();
  }

  private long count(String sql) throws SQLException {
    try (Connection connection = server.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void whatIsSaidOfATaskIsAcceptedWhenItIsStoredAndOnce() throws Exception {
    try (Python agent =
        new Python(
            folder,
            "agent.py",
            backend,
            "127.0.0.1",
            String.valueOf(FreePort.next()),
            String.valueOf(FreePort.next()),
            ID)) {
      agent.await(line -> line.has("updated"));
      String early = "{\"on\": \"%s\", \"capability\": \"early\", \"arguments\": {}}".formatted(ID);
      Answer made = server.post("/api/v1/jobs", early);
      assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
      String task = agent.await(line -> line.has("early")).path("early").stringValue();
      String state = "SELECT state FROM task WHERE job = " + made.text("id");
      Map<String, Object> started =
          Map.of(
              "endpoint",
              "update_task",
              "update_data",
              Map.of("task_id", task, "status", "STARTED", "time_started", 1.5));
      Map<String, Object> ended =
          Map.of(
              "endpoint",
              "complete_task",
              "return_data",
              Map.of("task_id", task, "status", "SUCCESS", "message", "done"));

      wire.cut();
      assertThat(isAccepted(said(agent, started))).isFalse();
      wire.mend();
      isHeldBackUntilItIsStored(agent, started, state, 3);
      assertThat(isAccepted(said(agent, started))).as("again").isTrue();

      wire.cut();
      assertThat(isAccepted(said(agent, ended))).isFalse();
      wire.mend();
      isHeldBackUntilItIsStored(agent, ended, state, 4);
      assertThat(isAccepted(said(agent, ended))).as("again").isTrue();
      assertThat(isAccepted(said(agent, started))).as("late").isTrue();
      Map<String, Object> other =
          Map.of("task_id", task, "status", "ERROR", "message", "something else");
      assertThat(isAccepted(said(agent, Map.of("endpoint", "complete_task", "return_data", other))))
          .isFalse();

      assertThat(count(state)).isEqualTo(4);
      JsonNode shown =
          server
              .get("/api/v1/jobs/" + made.text("id") + "/tasks?output=true")
              .body()
              .at("/items/0");
      assertThat(shown.at("/result/message").stringValue()).isEqualTo("done");
    }
  }

  /** Somebody holds the task, then every connection to the database is cut: there is no answer. */
  private void isHeldBackUntilItIsStored(
      Python agent, Map<String, Object> words, String state, long after) throws Exception {
    Awaitility.await().atMost(SOON).until(() -> server.get("/api/v1/nodes/" + ID).status() == 200);
    int before = agent.said();
    try (Connection holding = server.database().connect();
        Statement statement = holding.createStatement()) {
      holding.setAutoCommit(false);
      statement.execute(state.replace("SELECT state", "SELECT 1") + " FOR UPDATE");
      agent.write(words);
      Awaitility.await().atMost(SOON).until(() -> agent.said() > before || somebodyWaits());
      wire.cut();
      holding.rollback();
    }
    assertThat(count(state)).isLessThan(after);
    assertThat(agent.said() > before && isAccepted(agent.line(before).path("order"))).isFalse();
    wire.mend();
    // Whoever is told to say it again does.
    for (int turn = 0; !isAccepted(answer(agent, before + turn)); turn++) {
      agent.write(words);
    }
    assertThat(count(state)).isEqualTo(after);
  }

  private boolean somebodyWaits() throws SQLException {
    return count(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database()")
        > 0;
  }
}
