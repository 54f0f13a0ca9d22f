package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** The whole server and agents on real sockets, for tests of jobs. */
abstract class JobScene {
  static TestServer server;
  static String token;
  static int numbers;
  final List<JobAgent> agents = new ArrayList<>();

  @BeforeAll
  static void start() {
    server = TestServer.start();
    token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"test\"}").text("secret");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void leave() {
    agents.forEach(JobAgent::close);
  }

  JobAgent agent(Capability... capabilities) {
    int number = ++numbers;
    return agent(number, "boot-" + number, "first", capabilities);
  }

  JobAgent agent(int number, String boot, String incarnation, Capability... capabilities) {
    JobAgent agent =
        new JobAgent(server.uri(""), token, number, boot, incarnation, List.of(capabilities));
    agents.add(agent);
    String path = "/api/v1/nodes/" + agent.node;
    until(
        () -> {
          JsonNode node = server.get(path).body();
          if (node.path("standing").asString("").equals("pending")) {
            server.post(path + "/approve", "{}");
          }
          return node.path("presence").path("state").asString("").equals("online")
              && server.get("/api/v1/capabilities?on=" + agent.node).body().path("items").size()
                  == capabilities.length;
        });
    return agent;
  }

  static void until(BooleanSupplier condition) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(30))
        .until(condition::getAsBoolean);
  }

  static Answer post(String body) {
    return server.post("/api/v1/jobs", body.replace('\'', '"'));
  }

  static String job(String body) {
    Answer made = post(body);
    assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
    return made.text("id");
  }

  static JsonNode show(String id) {
    return server.get("/api/v1/jobs/" + id).body();
  }

  static JsonNode ended(String id) {
    until(() -> !show(id).path("state").asString().equals("running"));
    return show(id);
  }

  static JsonNode task(String id, JobAgent agent) {
    return server.get("/api/v1/jobs/" + id + "/tasks/" + agent.node).body();
  }

  static String state(String id, JobAgent agent) {
    return task(id, agent).path("state").asString();
  }

  /** Sleeps until it is interrupted. */
  static TestCapability sleeper() {
    return new TestCapability(
        "sleep",
        invocation -> {
          TimeUnit.SECONDS.sleep(60);
          return Outcome.done(null);
        });
  }

  static String on(JobAgent... agents) {
    StringBuilder tag = new StringBuilder("t" + agents[0].node.substring(30));
    for (JobAgent agent : agents) {
      server.patch("/api/v1/nodes/" + agent.node, "{\"tags\":{\"" + tag + "\":true}}");
    }
    return "'on':'tag:" + tag + "'";
  }
}
