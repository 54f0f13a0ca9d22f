package dev.ingot.server.workflow.trigger;

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

/** Schedules, events and first matches begin runs by themselves, once and within limits. */
class TriggersIT extends WorkflowScene {
  @BeforeAll
  static void nodes() {
    TestNodes.make(jdbi(), 1, 21);
  }

  private static Jdbi jdbi() {
    return Jdbi.create(
        server.database().url(), server.database().user(), server.database().password());
  }

  private static JsonNode put(String name, String body) {
    return ok(server.put("/api/v1/triggers/" + name, json(body)), 201).body();
  }

  private static JsonNode showTrigger(String name) {
    return server.get("/api/v1/triggers/" + name).body();
  }

  private static List<JsonNode> shots(String name) {
    return server
        .get("/api/v1/triggers/" + name + "/shots")
        .body()
        .path("items")
        .valueStream()
        .toList();
  }

  private static void tag(int node, String tag) {
    ok(server.patch("/api/v1/nodes/" + TestNodes.id(node), json("{'tags':['" + tag + "']}")), 200);
  }

  private static void until(java.util.concurrent.Callable<Boolean> is) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(is);
  }

  private static void due(String name, String when) {
    jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE trigger SET next = now() - ?::interval WHERE name = ?", when, name));
  }

  @Test
  void aScheduleBeginsWhenItsTimeComesAndNotWhileTheLastRuns() {
    String waiting = workflow("{'name':'call','type':'wait-callback'}", "");
    JsonNode made =
        put(
            "nightly",
            "{'workflow':'"
                + waiting
                + "','schedule':{'cron':'0 3 * * *','zone':'Europe/Zurich'}}");
    assertThat(made.path("next").asString()).matches(".*T0[12]:00:00Z");
    due("nightly", "0s");
    until(() -> showTrigger("nightly").path("begun").asInt() == 1);
    assertThat(showTrigger("nightly").path("next").asString())
        .isEqualTo(made.path("next").asString());
    String run = shots("nightly").getFirst().path("run").asString();
    assertThat(show(run).path("createdBy").asString()).isEqualTo("trigger:nightly");
    due("nightly", "0s");
    until(() -> showTrigger("nightly").path("leftOut").asInt() == 1);
    assertThat(showTrigger("nightly").path("trouble").asString())
        .isEqualTo("run " + run + ", which it began before, has not ended");
    ok(server.post("/api/v1/runs/" + run + "/cancel", "{}"), 200);
    ended(run);
    server.restart();
    due("nightly", "3 hours");
    until(() -> showTrigger("nightly").path("begun").asInt() == 2);
    ok(server.delete("/api/v1/triggers/nightly"), 204);
  }

  @Test
  void aScheduleOverATargetIsAFleetRunAndOneThatWasMissedMayBeSkipped() {
    String noop = workflow("{'name':'a','type':'noop'}", "");
    put(
        "weekly",
        "{'workflow':'"
            + noop
            + "','schedule':{'cron':'@weekly'},'on':'tag:t1','missed':'skip','fleet':{'wave':3}}");
    due("weekly", "2 hours");
    until(() -> showTrigger("weekly").path("leftOut").asInt() == 1);
    assertThat(showTrigger("weekly").path("trouble").asString()).contains("no server ran then");
    due("weekly", "1 second");
    until(() -> showTrigger("weekly").path("begun").asInt() == 1);
    String fleet = shots("weekly").getFirst().path("fleet").asString();
    until(
        () ->
            server
                .get("/api/v1/fleets/" + fleet)
                .body()
                .path("status")
                .asString()
                .equals("succeeded"));
  }

  @Test
  void anEventBeginsARunOfItsNodeWithinTheLimit() {
    String saying =
        workflow(
            "{'name':'a','type':'noop','options':{'result':'{{ inputs.what }} {{ node.id }}'}}",
            ",'inputs':{'what':{'required':true}}");
    put(
        "on-change",
        "{'workflow':'"
            + saying
            + "','event':{'type':'node.changed','nodes':{'node.location.rack':'r1'}},"
            + "'inputs':{'what':'{{ event.type }}.{{ event.action }}'},"
            + "'perNode':'1h','limit':{'most':2,'per':'1h'}}");
    tag(12, "quiet"); // in another rack
    tag(11, "one");
    tag(11, "two"); // rests
    tag(13, "one");
    tag(15, "one"); // beyond the limit
    until(
        () ->
            showTrigger("on-change").path("begun").asInt() == 2
                && showTrigger("on-change").path("leftOut").asInt() == 2);
    List<JsonNode> shots = shots("on-change");
    assertThat(
            shots.stream()
                .filter(each -> each.has("run"))
                .map(each -> each.path("node").asString()))
        .containsExactlyInAnyOrder(TestNodes.id(11), TestNodes.id(13));
    assertThat(shots.stream().map(each -> each.path("leftOut").asString("")))
        .contains(
            "it has begun 2 within 1 h, which is its limit", "the node had one within perNode");
    String run =
        shots.stream().filter(each -> each.has("run")).toList().getLast().path("run").asString();
    assertEnds(run, "succeeded");
    assertThat(step(run, "a").path("result").asString())
        .isEqualTo("node.changed " + TestNodes.id(11));
  }

  @Test
  void aNodeThatMatchesForTheFirstTimeHasOneRunAndNeverAnother() {
    String noop = workflow("{'name':'a','type':'noop'}", "");
    tag(2, "wanted");
    put("first", "{'workflow':'" + noop + "','nodes':{'node.tags':'wanted'}}");
    tag(4, "wanted");
    until(() -> showTrigger("first").path("begun").asInt() == 1);
    assertThat(shots("first").getFirst().path("node").asString()).isEqualTo(TestNodes.id(4));
    tag(4, "other");
    tag(4, "wanted");
    tag(6, "wanted");
    until(() -> showTrigger("first").path("begun").asInt() == 2);
    assertThat(shots("first").getFirst().path("node").asString()).isEqualTo(TestNodes.id(6));
    put("all", "{'workflow':'" + noop + "','nodes':{'node.tags':'wanted'},'existing':true}");
    until(() -> showTrigger("all").path("begun").asInt() == 3);
    assertThat(showTrigger("first").path("begun").asInt()).isEqualTo(2);
  }

  @Test
  void whatFollowsItsOwnRunsBeginsNoEndlessCircle() {
    String noop = workflow("{'name':'a','type':'noop'}", "");
    put("circle", "{'workflow':'" + noop + "','event':{'type':'run.finished'}}");
    String run = run(noop, "");
    assertEnds(run, "succeeded");
    until(() -> !shots("circle").isEmpty());
    String second = shots("circle").getLast().path("run").asString();
    assertEnds(second, "succeeded");
    String third = run(noop, ",'inputs':{}");
    assertEnds(third, "succeeded");
    until(
        () ->
            shots("circle").stream()
                .anyMatch(
                    each -> Long.parseLong(each.path("run").asString()) > Long.parseLong(third)));
    long own =
        jdbi()
            .withHandle(
                handle ->
                    handle
                        .select(
                            "SELECT count(*) FROM trigger_shot s JOIN event e ON e.position ="
                                + " s.event JOIN run r ON r.id = e.type_id::bigint WHERE s.trigger"
                                + " = 'circle' AND r.created_by = 'trigger:circle'")
                        .mapTo(Long.class)
                        .one());
    assertThat(own).isZero();
    ok(server.post("/api/v1/triggers/circle/pause", null), 200);
    ok(server.delete("/api/v1/triggers/circle"), 204);
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    String noop = workflow("{'name':'a','type':'noop'}", "");
    for (List<String> each :
        List.of(
            List.of("", "schedule"),
            List.of(",'schedule':{'cron':'@daily'},'nodes':{}", "schedule"),
            List.of(",'schedule':{'cron':'99 * * * *'}", "schedule.cron"),
            List.of(",'schedule':{'cron':'@daily','zone':'Mars/Olympus'}", "schedule.zone"),
            List.of(",'event':{'type':'node.exploded'}", "event.type"),
            List.of(",'event':{'type':'node','severity':'bad'}", "event.severity"),
            List.of(",'event':{'type':'node','nodes':{'$bad':1}}", "event.nodes.$bad"),
            List.of(",'nodes':{'$bad':1}", "nodes.$bad"),
            List.of(",'nodes':{},'on':'all'", "on"),
            List.of(",'schedule':{'cron':'@daily'},'on':'what:x'", "on"),
            List.of(",'schedule':{'cron':'@daily'},'on':'all','fleet':{'wave':0}", "wave"),
            List.of(",'schedule':{'cron':'@daily'},'limit':{'most':0,'per':'1h'}", "limit.most"),
            List.of(",'schedule':{'cron':'@daily'},'limit':{'most':1,'per':'x'}", "limit.per"),
            List.of(",'schedule':{'cron':'@daily'},'inputs':{'x':1}", "inputs.x"),
            List.of(",'schedule':{'cron':'@daily'},'perNode':'1h'", "perNode"),
            List.of(",'event':{'type':'node'},'missed':'once'", "missed"))) {
      var answer =
          server.put(
              "/api/v1/triggers/bad", json("{'workflow':'" + noop + "'" + each.getFirst() + "}"));
      assertThat(answer.status()).as(each + answer.response().body()).isEqualTo(422);
      assertThat(answer.text("field")).as(each.getFirst()).isEqualTo(each.getLast());
    }
    var nowhere =
        server.put("/api/v1/triggers/bad", json("{'workflow':'no','schedule':{'cron':'@daily'}}"));
    assertThat(nowhere.text("field")).isEqualTo("workflow");
    ok(server.get("/api/v1/triggers/bad"), 404);
  }
}
