package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.workflow.WorkflowSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The workflows that come with the server, against agents on real sockets and a simulated BMC. */
class ShippedWorkflowsIT extends JobScene {
  private static final List<String> SWITCHED = new CopyOnWriteArrayList<>();
  private static volatile Runnable whenOn = () -> {};
  private static HttpServer bmc;

  @BeforeAll
  static void start() {
    try {
      bmc = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    bmc.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] answer = "{\"on\":true}".getBytes(StandardCharsets.UTF_8);
          if (exchange.getRequestMethod().equals("PUT")) {
            SWITCHED.add(exchange.getRequestURI().getPath().replaceFirst(".*/", "") + " " + body);
          }
          if (body.equals("{\"on\":true}")) {
            whenOn.run();
          }
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    bmc.start();
    String url = "http://127.0.0.1:" + bmc.getAddress().getPort();
    server =
        TestServer.start(
            settings -> settings.with(new WorkflowSettings(Duration.ofDays(1), url, null)));
    token = server.post("/api/v1/enrolment-tokens", "{\"name\":\"test\"}").text("secret");
  }

  @AfterAll
  static void stopTheBmc() {
    bmc.stop(0);
  }

  private static String start(String workflow, JobAgent agent, String inputs) {
    var made =
        server.post(
            "/api/v1/runs",
            "{\"workflow\":\"%s\",\"node\":\"%s\",\"inputs\":{%s}}"
                .formatted(workflow, agent.node, inputs.replace('\'', '"')));
    assertThat(made.status()).as(made.response().body()).isEqualTo(201);
    return made.text("id");
  }

  private static JsonNode run(String id) {
    until(() -> server.get("/api/v1/runs/" + id).body().hasNonNull("finished"));
    return server.get("/api/v1/runs/" + id).body();
  }

  private static List<String> tags(JobAgent agent) {
    return server
        .get("/api/v1/nodes/" + agent.node)
        .body()
        .path("tags")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  private static TestCapability does(String name) {
    return new TestCapability(name, _ -> Outcome.done(Json.MAPPER.createObjectNode()));
  }

  @Test
  void refreshInventoryAsksForAllSectionsOrSome() {
    JobAgent agent = agent(does("inspector"));
    JsonNode all = run(start("refresh-inventory", agent, ""));
    assertThat(all.path("status").asString()).as(all.toString()).isEqualTo("succeeded");
    JsonNode some = run(start("refresh-inventory", agent, "'sections':['cpu']"));
    assertThat(some.path("status").asString()).isEqualTo("succeeded");
    assertThat(some.path("steps").path(1).path("status").asString()).isEqualTo("skipped");
  }

  @Test
  void burnInTagsWhatPassesAndWhatFails() {
    JobAgent good = agent(does("inspector"), does("stress"), does("disk_benchmark"));
    JsonNode passed = run(start("burn-in", good, "'seconds':1,'disk':'/dev/sda'"));
    assertThat(passed.path("status").asString()).as(passed.toString()).isEqualTo("succeeded");
    assertThat(tags(good)).contains("burned-in");
    JobAgent bad =
        agent(
            does("inspector"),
            new TestCapability("stress", _ -> Outcome.failed("a core miscounts")));
    JsonNode failed = run(start("burn-in", bad, "'seconds':1"));
    assertThat(failed.path("status").asString()).isEqualTo("failed");
    assertThat(tags(bad)).contains("burn-in-failed").doesNotContain("burned-in");
  }

  @Test
  void powerCycleSwitchesTheNodeAndWaitsUntilItsAgentIsBackFromAnotherBoot() {
    JobAgent agent = agent(901, "boot-before", "first");
    whenOn =
        () -> {
          agents.remove(agent);
          agent.close();
          Thread.ofVirtual().start(() -> agent(901, "boot-after", "second"));
        };
    SWITCHED.clear();
    JsonNode cycled = run(start("power-cycle", agent, ""));
    whenOn = () -> {};
    assertThat(cycled.path("status").asString()).as(cycled.toString()).isEqualTo("succeeded");
    assertThat(SWITCHED).containsExactly("power {\"on\":false}", "power {\"on\":true}");
    assertThat(cycled.path("steps").path(1).path("result").path("bootId").asString())
        .isEqualTo("boot-after");
  }

  @Test
  void quarantineTagsTheNodeAndTellsPeople() {
    JobAgent agent = agent(does("inspector"));
    JsonNode done = run(start("quarantine", agent, "'reason':'it smokes'"));
    assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("succeeded");
    assertThat(tags(agent)).contains("quarantine");
  }

  @Test
  void discoverInspectsAndTagsAMachineThatIsThere() {
    JobAgent agent = agent(does("inspector"));
    JsonNode done = run(start("discover", agent, "'boot':false,'tags':['new','seen']"));
    assertThat(done.path("status").asString()).as(done.toString()).isEqualTo("succeeded");
    assertThat(tags(agent)).contains("new", "seen");
  }

  @Test
  void oneDestructiveRunHasANodeAtATimeAndTheOtherIsToldWhich() {
    JobAgent agent = agent(does("inspector"), sleeper());
    String workflow =
        "{\"steps\":[{\"name\":\"c\",\"type\":\"change\",\"options\":{\"capability\":\"sleep\"}}]}";
    assertThat(server.put("/api/v1/workflows/change-it", workflow).status()).isEqualTo(201);
    String first = start("change-it", agent, "");
    until(() -> step(first).path("status").asString().equals("waiting"));
    String second = start("change-it", agent, "");
    until(() -> step(second).path("status").asString().equals("held"));
    assertThat(step(second).path("waitsFor").asString()).contains("run " + first + ",");
    server.post("/api/v1/runs/" + first + "/cancel", "{}");
    until(() -> step(second).path("status").asString().equals("waiting"));
    String job = String.valueOf(step(second).path("waitsFor").asString().replaceAll("\\D", ""));
    server.post("/api/v1/runs/" + second + "/cancel", "{}");
    assertThat(run(second).path("status").asString()).isEqualTo("cancelled");
    assertThat(ended(job).path("state").asString()).isEqualTo("cancelled");
  }

  private static JsonNode step(String run) {
    return server.get("/api/v1/runs/" + run).body().path("steps").path(0);
  }
}
