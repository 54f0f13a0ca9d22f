package dev.ingot.server.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.Agent;
import dev.ingot.agent.AgentSettings;
import dev.ingot.agent.link.NodeLog;
import dev.ingot.configuration.Secret;
import dev.ingot.core.Json;
import dev.ingot.protocol.LogLine;
import dev.ingot.server.TestServer;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.nodes.joining.EnrolmentTokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Logs as people meet them: what an agent says is searched and followed. */
final class LogsIT {
  private static final AtomicInteger PORT = new AtomicInteger();
  private static TestServer server;
  private static Jdbi jdbi;
  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    // The same port after a restart, so that the agent comes back.
    server = TestServer.start(settings -> settings.with(at(settings.http(), PORT.get())));
    PORT.set(server.server().address().getPort());
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
  }

  private static HttpSettings at(HttpSettings http, int port) {
    return new HttpSettings(http.host(), port, http.insecure(), http.tls(), http.allowedHosts());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whatAnAgentSaysIsStoredOnceAlsoWhenItSaidMoreThanItHadRoomForAndTheServerRestarts()
      throws Exception {
    NodeLog log = new NodeLog();
    for (int i = 0; i < 2500; i++) {
      log.say(line("before " + i, 6));
    }
    try (Agent _ = Agent.start(settings(), log)) {
      log.say(line("a disk \u0000 went", 3));
      await().atMost(Duration.ofSeconds(30)).until(() -> found("text=went").size() == 1);
      JsonNode went = found("text=went").getFirst();
      assertThat(went.path("message").asString()).isEqualTo("a disk \ufffd went");
      assertThat(went.path("severity").asString()).isEqualTo("error");
      assertThat(went.path("source").asString()).isEqualTo("agent");
      assertThat(went.path("task").asString()).isEqualTo("17");
      assertThat(went.path("time").asString()).isEqualTo("2010-01-01T00:00:00Z");
      assertThat(went.path("fields").path("logger").asString()).isEqualTo("test");
      String node = went.path("node").asString();
      List<JsonNode> all = found("node=" + node);
      assertThat(found("text=dropped").getFirst().path("message").asString())
          .matches("50\\d log lines were dropped on the node: there was no room for them");
      assertThat(all).hasSizeBetween(2000, 2002);
      server.restart();
      log.say(line("after a restart", 6));
      log.say(line("x".repeat(1 << 20), 6));
      await().atMost(Duration.ofSeconds(60)).until(() -> found("text=characters more").size() == 1);
      assertThat(found("text=after a restart&node=" + node)).hasSize(1);
      assertThat(found("text=before 2499&node=" + node)).hasSize(1);
    }
  }

  @Test
  void aFollowerSeesWhatWasAndWhatComesAndGoesOnWhereItBrokeOff() throws Exception {
    insert("follow", 3);
    String lastSeen;
    try (Follower follower = new Follower("?source=follow&last=2", null)) {
      assertThat(follower.next().message()).isEqualTo("follow 1");
      assertThat(follower.next().message()).isEqualTo("follow 2");
      insert("other", 1);
      insert("follow", 1);
      Follower.Message message = follower.next();
      assertThat(message.message()).isEqualTo("follow 0");
      lastSeen = message.id();
    }
    insert("follow", 5);
    try (Follower follower = new Follower("?source=follow", lastSeen)) {
      for (int i = 0; i < 5; i++) {
        assertThat(follower.next().message()).isEqualTo("follow " + i);
      }
    }
    try (Follower follower = new Follower("?source=follow", "99999999")) {
      assertThat(follower.next().event()).isEqualTo("gone");
    }
    assertThat(server.get("/api/v1/logs/stream?regex=(").text("field")).isEqualTo("regex");
    assertThat(server.get("/api/v1/logs/stream?source=").text("field")).isEqualTo("source");
    assertThat(server.get("/api/v1/logs?nod=x").text("field")).isEqualTo("nod");
  }

  @Test
  void pagesGoOnWithoutGapsWhileMoreIsSaid() throws Exception {
    insert("pages", 25);
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = server.get("/api/v1/logs?source=pages&limit=10" + cursor).body();
      page.path("items").forEach(item -> seen.add(item.path("message").asString()));
      cursor = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asString();
      insert("pages", 1);
    } while (!cursor.isEmpty());
    assertThat(seen).hasSize(25).startsWith("pages 24").endsWith("pages 0");
    String other = server.get("/api/v1/logs?source=pages&limit=1").text("next");
    assertThat(server.get("/api/v1/logs?source=x&limit=1&cursor=" + other).text("field"))
        .isEqualTo("cursor");
  }

  private static void insert(String source, int number) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "INSERT INTO log (source, severity, message)"
                    + " SELECT ?, 6, ? || ' ' || n FROM generate_series(0, ? - 1) AS n ORDER BY n",
                source,
                source,
                number));
  }

  private static LogLine line(String message, int severity) {
    return new LogLine(
        Instant.parse("2010-01-01T00:00:00Z"),
        severity,
        "agent",
        5L,
        17L,
        message,
        Map.of("logger", "test"));
  }

  private static List<JsonNode> found(String query) {
    List<JsonNode> found = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page =
          server.get("/api/v1/logs?limit=1000&" + query.replace(" ", "%20") + cursor).body();
      page.path("items").forEach(found::add);
      cursor = page.path("next").isString() ? "&cursor=" + page.path("next").asString() : "";
    } while (!cursor.isEmpty());
    return found;
  }

  private AgentSettings settings() {
    String token =
        jdbi.inTransaction(
            handle ->
                new EnrolmentTokens(new AuditTable(), new SecureRandom())
                    .make(handle, Principal.SYSTEM, "test", Duration.ofHours(1), null)
                    .secret());
    AgentSettings standard = AgentSettings.DEFAULT;
    return new AgentSettings(
        new AgentSettings.ServerSettings(server.uri("").toString(), false, null),
        new AgentSettings.EnrolmentSettings(new Secret(token), null),
        new AgentSettings.DataSettings(folder),
        standard.inspect(),
        standard.plugins(),
        standard.compat());
  }

  /** Follows logs as an EventSource would. */
  private static final class Follower implements AutoCloseable {
    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final HttpResponse<InputStream> response;

    record Message(String id, String event, JsonNode data) {
      String message() {
        return data.path("message").asString("");
      }
    }

    Follower(String query, @Nullable String lastEventId) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.uri("/api/v1/logs/stream" + query))
              .header("Authorization", "Bearer " + server.adminToken());
      if (lastEventId != null) {
        request.header("Last-Event-ID", lastEventId);
      }
      response = server.client().send(request.build(), BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      Thread.ofVirtual().start(this::read);
    }

    Message next() throws InterruptedException {
      Message message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message).as("a record within ten seconds").isNotNull();
      return message;
    }

    private void read() {
      String id = "";
      String event = "";
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("id: ")) {
            id = line.substring(4);
          } else if (line.startsWith("event: ")) {
            event = line.substring(7);
          } else if (line.startsWith("data: ")) {
            messages.add(new Message(id, event, Json.read(line.substring(6))));
          }
        }
      } catch (IOException e) {
        id = ""; // closed by the test
      }
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }
}
