package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.EchoCapability;
import dev.ingot.server.ServerSettings;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.store.DatabaseSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Preprocessors may ask others over the network: meanwhile nothing of the database is held. */
class PreprocessingIT {
  @AfterEach
  void asBefore() {
    AskingPreprocessor.asked = instruction -> instruction;
  }

  @Test
  void whileItAsksTheOneConnectionServesOthersAndWhatChangedMeanwhileCounts() {
    try (TestServer server = TestServer.start(PreprocessingIT::oneConnection)) {
      String token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"test\"}").text("secret");
      try (JobAgent agent =
          new JobAgent(server.uri(""), token, 1, "boot", "first", List.of(new EchoCapability()))) {
        String capabilities = "/api/v1/capabilities?on=" + agent.node;
        JobScene.until(() -> server.get(capabilities).body().path("items").size() == 1);
        AskingPreprocessor.asked =
            instruction -> instruction + server.get("/api/v1/tokens").status();
        String body =
            "{'on':'%s','capability':'echo','preprocessor':'asking','instruction':'got '}"
                .formatted(agent.node)
                .replace('\'', '"');
        Answer dry = server.post("/api/v1/jobs", body.replace("{\"on", "{\"dryRun\":true,\"on"));
        assertThat(dry.status()).as(dry.body().toString()).isEqualTo(200);
        assertThat(dry.body().path("nodes").get(0).path("arguments").path("text").asString())
            .isEqualTo("got 200");
        Answer made = server.post("/api/v1/jobs", body);
        assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
        String task = "/api/v1/jobs/" + made.text("id") + "/tasks/" + agent.node;
        JobScene.until(
            () ->
                server.get(task).body().path("result").path("text").asString("").equals("got 200"));

        AskingPreprocessor.asked =
            instruction -> {
              server.post("/api/v1/nodes/" + agent.node + "/revoke", "{}");
              return instruction;
            };
        Answer revoked = server.post("/api/v1/jobs", body);
        assertThat(revoked.status()).isEqualTo(422);
        assertThat(revoked.text("detail")).contains("not admitted");
      }
    }
  }

  private static ServerSettings oneConnection(ServerSettings settings) {
    DatabaseSettings database = settings.database();
    return settings.with(
        new DatabaseSettings(
            database.url(),
            database.user(),
            database.password(),
            database.startWait(),
            1,
            database.engineConnections(),
            database.ingestConnections(),
            Duration.ofSeconds(2),
            database.backgroundWait()));
  }
}
