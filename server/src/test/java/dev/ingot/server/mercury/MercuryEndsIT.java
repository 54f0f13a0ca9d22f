package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever an agent is told is accepted is stored, however odd it is. */
class MercuryEndsIT {
  private static final String ID = "0110a1628669e487f48b3f8de13bebeafe2933c875";
  private static final Duration SOON = Duration.ofSeconds(40);
  private static String backend;
  private static TestServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(MercuryScene.hasPython(), "python3-zmq and python3-msgpack are not installed");
    backend = MercuryScene.place();
    String inventory = MercuryScene.place();
    String api = MercuryScene.place();
    server =
        TestServer.start(
            settings -> settings.with(MercuryScene.settings(backend, inventory, null, api, 6_000)));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /** The task of a job whose agent ends it in these words, when the agent was answered. */
  private static JsonNode ended(Python agent, String end, int before) {
    Answer made =
        server.post(
            "/api/v1/jobs",
            "{\"on\": \"%s\", \"capability\": \"says\", \"arguments\": {\"end\": %s}}"
                .formatted(ID, end));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    Awaitility.await().atMost(SOON).until(() -> agent.said() >= before + 2);
    JsonNode answer = agent.line(before + 1).path("done");
    assertThat(answer.path("message").stringValue()).as("%s", answer).isEqualTo("accepted");
    return server.get("/api/v1/jobs/" + made.text("id") + "/tasks").body().at("/items/0");
  }

  @Test
  void whatIsAcceptedIsStored() throws Exception {
    try (Python agent =
        new Python(
            folder,
            "agent.py",
            backend,
            "127.0.0.1",
            String.valueOf(FreePort.next()),
            String.valueOf(FreePort.next()),
            ID)) {
      assertThat(
              agent.await(line -> line.has("registered")).at("/registered/message").stringValue())
          .isEqualTo("accepted");
      // What it can do is stored as well: jobs are made at once.
      assertThat(server.get("/api/v1/capabilities?on=" + ID).body().toString())
          .contains("any end\ufffd");
      agent.await(line -> line.has("updated"));

      JsonNode status =
          ended(
              agent,
              "{\"message\": {\"stdout\": \"\", \"stderr\": \"\", \"returncode\": -2147483648}}",
              agent.said());
      assertThat(status.path("state").stringValue()).isEqualTo("failed");
      assertThat(status.path("reason").stringValue()).isEqualTo("exit status 2147483776");
      agent.write(
          Map.of(
              "endpoint",
              "complete_task",
              "return_data",
              Map.of("task_id", "1-1-" + ID, "status", "SUCCESS")));
      assertThat(agent.await(line -> line.has("order")).at("/order/message").stringValue())
          .contains("no such task is under way");
    }
  }
}
