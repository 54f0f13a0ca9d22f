package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** A server with workflows that no other test uses. */
public abstract class WorkflowScene {
  private static final AtomicInteger NAMES = new AtomicInteger();
  protected static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  protected static String json(String text) {
    return text.replace('\'', '"');
  }

  protected static Answer ok(Answer answer, int status) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    return answer;
  }

  /** Stores a workflow with these steps; returns its name. */
  protected static String workflow(String steps, String more) {
    String name = "w" + NAMES.incrementAndGet();
    ok(server.put("/api/v1/workflows/" + name, json("{'steps':[" + steps + "]" + more + "}")), 201);
    return name;
  }

  protected static String run(String workflow, String more) {
    return ok(server.post("/api/v1/runs", json("{'workflow':'" + workflow + "'" + more + "}")), 201)
        .text("id");
  }

  protected static JsonNode show(String run) {
    return server.get("/api/v1/runs/" + run).body();
  }

  protected static JsonNode step(String run, String name) {
    for (JsonNode each : show(run).path("steps")) {
      if (each.path("name").asString().equals(name)) {
        return each;
      }
    }
    throw new AssertionError("no step " + name);
  }

  protected static JsonNode ended(String run) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> show(run).hasNonNull("finished"));
    return show(run);
  }

  /** The run, once the step is so. */
  protected static JsonNode until(String run, String step, String status) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> step(run, step).path("status").asString().equals(status));
    return show(run);
  }

  protected static void assertEnds(String run, String status) {
    JsonNode end = ended(run);
    assertThat(end.path("status").asString()).as(end.toString()).isEqualTo(status);
  }

  protected static JsonNode read(String text) {
    return Json.read(json(text));
  }
}
