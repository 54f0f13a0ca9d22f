package dev.ingot.server.workflow.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.workflow.run.WorkflowScene;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A workflow over many nodes: canary, waves, halts, and what people do with it. */
class FleetsIT extends WorkflowScene {
  private static final int NODES = 10;

  /** Fails on the nodes that are said to be bad. */
  private static final String STEPS =
      "{'name':'good','type':'assert','options':{'that':'{{ !(node.id in inputs.bad) }}'}}";

  private static final String INPUTS = ",'inputs':{'bad':{'default':[]}}";

  @BeforeAll
  static void nodes() {
    TestNodes.make(jdbi(), 1, NODES + 1);
  }

  private static Jdbi jdbi() {
    return Jdbi.create(
        server.database().url(), server.database().user(), server.database().password());
  }

  private static String fleet(String workflow, String more) {
    return ok(
            server.post("/api/v1/fleets", json("{'workflow':'" + workflow + "'" + more + "}")), 201)
        .text("id");
  }

  private static JsonNode showFleet(String fleet) {
    return server.get("/api/v1/fleets/" + fleet).body();
  }

  private static JsonNode becomes(String fleet, String status) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> showFleet(fleet).path("status").asString().equals(status));
    return showFleet(fleet);
  }

  private static JsonNode act(String fleet, String verb, String body) {
    return ok(server.post("/api/v1/fleets/" + fleet + "/" + verb, json(body)), 200).body();
  }

  private static long number(String query, Object... values) {
    return jdbi().withHandle(handle -> handle.select(query, values).mapTo(Long.class).one());
  }

  @Test
  void theCanaryGoesFirstAndEachWaveAfterTheOneBefore() {
    String fleet =
        fleet(workflow(STEPS, INPUTS), ",'on':'all','canary':2,'wave':'30%','haltPercent':0");
    JsonNode end = becomes(fleet, "succeeded");
    assertThat(end.path("waves").valueStream().map(each -> each.path("size").asInt()))
        .containsExactly(2, 3, 3, 2);
    assertThat(end.path("nodes").path("succeeded").asInt()).isEqualTo(NODES);
    assertThat(number("SELECT count(DISTINCT node) FROM run WHERE fleet = ?", Long.valueOf(fleet)))
        .isEqualTo(NODES);
    assertThat(number("SELECT count(*) FROM run WHERE fleet = ?", Long.valueOf(fleet)))
        .isEqualTo(NODES);
    assertThat(
            number(
                "SELECT count(*) FROM fleet_node f JOIN run r ON r.id = f.run JOIN fleet_node g"
                    + " ON g.fleet = f.fleet AND g.wave < f.wave JOIN run s ON s.id = g.run"
                    + " WHERE f.fleet = ? AND s.finished > r.created",
                Long.valueOf(fleet)))
        .as("runs that began before those of an earlier wave had ended")
        .isZero();
    assertThat(server.get("/api/v1/runs?fleet=" + fleet).body().path("items")).hasSize(NODES);
  }

  @Test
  void itHaltsWhenTooManyFailAndGoesOnWhenSomebodySaysSo() {
    String bad = TestNodes.id(3);
    String fleet =
        fleet(
            workflow(STEPS, INPUTS),
            ",'on':'all','canary':1,'wave':3,'haltPercent':20,'inputs':{'bad':['" + bad + "']}");
    JsonNode halted = becomes(fleet, "halted");
    assertThat(halted.path("reason").asString())
        .isEqualTo("1 of the 3 nodes of wave 2 failed, more than 20 %");
    assertThat(halted.path("nodes").path("pending").asInt()).isEqualTo(6);
    server.restart(); // what is halted is so after a restart
    assertThat(showFleet(fleet).path("status").asString()).isEqualTo("halted");
    act(fleet, "resume", "{}");
    JsonNode end = becomes(fleet, "partly-failed");
    assertThat(end.path("nodes").path("succeeded").asInt()).isEqualTo(NODES - 1);
    JsonNode failed =
        server.get("/api/v1/fleets/" + fleet + "/nodes?status=failed").body().path("items");
    assertThat(failed).hasSize(1);
    assertThat(failed.path(0).path("node").asString()).isEqualTo(bad);
    assertThat(failed.path(0).path("reason").asString()).startsWith("good: ");
    ok(server.post("/api/v1/fleets/" + fleet + "/resume", "{}"), 409);
    act(fleet, "resume", "{'retry':true,'reason':'once more'}");
    becomes(fleet, "partly-failed");
    assertThat(number("SELECT count(*) FROM run WHERE fleet = ?", Long.valueOf(fleet)))
        .isEqualTo(NODES + 1);
  }

  @Test
  void whatWaitsEndsWithTheFleetRunAndAtMostSoManyAreOpen() {
    String waiting = workflow("{'name':'call','type':'wait-callback'}", "");
    String fleet = fleet(waiting, ",'on':'tag:t1','canary':0,'wave':'100%','atOnce':2");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> showFleet(fleet).path("nodes").path("running").asInt() == 2);
    act(fleet, "pause", "{'reason':'lunch'}");
    JsonNode cancelled = act(fleet, "cancel", "{'reason':'enough'}");
    assertThat(cancelled.path("status").asString()).isIn("cancelling", "cancelled");
    JsonNode end = becomes(fleet, "cancelled");
    assertThat(end.path("nodes").path("cancelled").asInt()).isEqualTo(end.path("total").asInt());
    assertThat(
            number("SELECT count(*) FROM run WHERE fleet = ? AND status <> 4", Long.valueOf(fleet)))
        .isZero();
    assertThat(number("SELECT count(*) FROM run WHERE fleet = ?", Long.valueOf(fleet)))
        .isEqualTo(2);
  }

  @Test
  void aProtectedMachineIsLeftOutOfWhatDestroysUnlessItIsNamed() {
    String id = TestNodes.id(9);
    jdbi().useHandle(h -> h.execute("UPDATE node SET protected = true WHERE id = ?", id));
    try {
      String cycle = workflow("{'name':'off','type':'power','options':{'action':'off'}}", "");
      JsonNode plan =
          server
              .post("/api/v1/fleet-plans", json("{'workflow':'" + cycle + "','on':'all'}"))
              .body();
      assertThat(plan.path("nodes").asInt()).isEqualTo(NODES - 1);
      assertThat(plan.path("leftOut").asInt()).isEqualTo(1);
      JsonNode named =
          server
              .post("/api/v1/fleet-plans", json("{'workflow':'" + cycle + "','on':'" + id + "'}"))
              .body();
      assertThat(named.path("nodes").asInt()).isEqualTo(1);
    } finally {
      jdbi().useHandle(h -> h.execute("UPDATE node SET protected = false WHERE id = ?", id));
    }
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    String workflow = workflow(STEPS, INPUTS);
    for (List<String> each :
        List.of(
            List.of("'on':'all','canary':-1", "canary"),
            List.of("'on':'all','wave':0", "wave"),
            List.of("'on':'all','wave':'101%'", "wave"),
            List.of("'on':'all','haltPercent':101", "haltPercent"),
            List.of("'on':'all','pause':'soon'", "pause"),
            List.of("'on':'all','atOnce':0", "atOnce"),
            List.of("'on':'tag:nobody'", "on"),
            List.of("'on':'nobody'", "on"),
            List.of("'on':'all','inputs':{'good':[]}", "inputs.good"))) {
      var answer =
          server.post(
              "/api/v1/fleets", json("{'workflow':'" + workflow + "'," + each.getFirst() + "}"));
      assertThat(answer.status()).as(each.getFirst()).isEqualTo(422);
      assertThat(answer.text("field")).as(each.getFirst()).isEqualTo(each.getLast());
    }
    ok(server.post("/api/v1/fleets", json("{'workflow':'nowhere','on':'all'}")), 404);
    ok(server.get("/api/v1/fleets/999999"), 404);
    ok(server.post("/api/v1/fleets/x/cancel", "{}"), 404);
  }
}
