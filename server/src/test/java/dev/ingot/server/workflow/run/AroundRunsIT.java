package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.inventory.TestNodes;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** What runs may reach, what they leave alone, what they compare with, and what waits for them. */
class AroundRunsIT extends WorkflowScene {
  private static Jdbi jdbi() {
    return Jdbi.create(
        server.database().url(), server.database().user(), server.database().password());
  }

  @Test
  void aRequestGoesNowhereThatTheServerAloneMayReach() {
    for (String url :
        new String[] {"http://169.254.169.254/latest", "http://[fe80::1]/", "http://0.0.0.0:1/"}) {
      String run =
          run(workflow("{'name':'ask','type':'http','options':{'url':'" + url + "'}}", ""), "");
      assertEnds(run, "failed");
      assertThat(show(run).path("reason").asString())
          .contains("which workflow.targets (loopback) does not allow");
    }
  }

  @Test
  void aNodeIsComparedWithItsClassAndAProtectedOneIsNotSwitched() {
    TestNodes.make(jdbi(), 1, 5);
    jdbi()
        .useHandle(
            handle -> {
              for (int i = 1; i < 5; i++) {
                handle.execute(
                    "INSERT INTO inventory (node, doc, facet, revision, changed) VALUES (?,"
                        + " ?::jsonb, '{}', 1, now())",
                    TestNodes.id(i),
                    "{\"mem\":{\"total\":%d},\"cpu\":[{},{}]}".formatted(i == 4 ? 500 : 1000 + i));
                handle.execute(
                    "INSERT INTO node_in_class (node, class) VALUES (?, 'big') ON CONFLICT (node)"
                        + " DO UPDATE SET class = 'big'",
                    TestNodes.id(i));
              }
              handle.execute("UPDATE node SET protected = true WHERE id = ?", TestNodes.id(1));
            });
    String compare = workflow("{'name':'like','type':'compare'}", "");
    String good = run(compare, ",'node':'" + TestNodes.id(2) + "'");
    assertEnds(good, "succeeded");
    assertThat(step(good, "like").path("result").path("compared").asBoolean()).isTrue();
    String small = run(compare, ",'node':'" + TestNodes.id(4) + "'");
    assertEnds(small, "failed");
    assertThat(show(small).path("reason").asString())
        .isEqualTo("like: mem.total is 500, and 1002 in its class big");
    String off =
        run(
            workflow("{'name':'off','type':'power','options':{'action':'off'}}", ""),
            ",'node':'" + TestNodes.id(1) + "'");
    assertEnds(off, "failed");
    assertThat(show(off).path("reason").asString()).contains("the machine is protected");
  }

  @Test
  void whoWaitsForSomebodyThatIsJustDecidingAsksAgainSoon() {
    String group = workflow("{'name':'a','type':'noop','group':{'name':'deciding','most':1}}", "");
    String run =
        jdbi()
            .inTransaction(
                handle -> {
                  handle.execute(
                      "SELECT pg_advisory_xact_lock(hashtextextended("
                          + "'ingot.hold.group:deciding', 0))");
                  String begun = run(group, "");
                  until(begun, "a", "held");
                  assertThat(step(begun, "a").path("waitsFor").asString())
                      .isEqualTo("another that asks for the same now");
                  return begun;
                });
    await()
        .atMost(Duration.ofSeconds(15)) // and not half a minute
        .until(() -> show(run).path("status").asString().equals("succeeded"));
  }

  @Test
  void aRunIsOfTheOneNodeThatATargetMeansAndIsFoundByItToo() {
    TestNodes.make(jdbi(), 20, 22);
    jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE node SET tags = ARRAY['around'] WHERE id IN (?, ?)",
                    TestNodes.id(20),
                    TestNodes.id(21)));
    String noop = workflow("{'name':'a','type':'noop'}", "");
    String run = run(noop, ",'node':'" + TestNodes.id(20) + "'");
    assertEnds(run, "succeeded");
    jdbi()
        .useHandle(
            handle -> handle.execute("UPDATE node SET tags = '{}' WHERE id = ?", TestNodes.id(21)));
    String tagged = run(noop, ",'node':'tag:around'");
    assertThat(show(tagged).path("node").asString()).isEqualTo(TestNodes.id(20));
    assertThat(
            server.get("/api/v1/runs?workflow=" + noop + "&node=tag:around").body().path("items"))
        .hasSize(2);
    for (String wrong : new String[] {"nobody-8", "tag:nobody-8", "all"}) {
      Answer refused =
          server.post("/api/v1/runs", json("{'workflow':'" + noop + "','node':'" + wrong + "'}"));
      ok(refused, 422);
      assertThat(refused.text("field")).isEqualTo("node");
    }
  }

  @Test
  void whatIsReleasedIsFreeAgainWhenItsWorkflowHasSucceeded() {
    String erase =
        workflow(
            "{'name':'erase','type':'assert','options':{'that':'{{ inputs.resource != \\'bad\\'"
                + " }}'}}",
            ",'inputs':{'resource':{'required':true}}");
    ok(
        server.put(
            "/api/v1/resource-kinds/discs",
            json("{'key':'serial','release':{'reclaim':'" + erase + "'}}")),
        201);
    for (String serial : new String[] {"good", "bad"}) {
      ok(server.post("/api/v1/resources/discs", json("{'serial':'" + serial + "'}")), 201);
      String claim =
          ok(
                  server.post(
                      "/api/v1/resources/discs/claims",
                      json("{'owner':'tony','keys':['" + serial + "']}")),
                  201)
              .text("id");
      server.post("/api/v1/claims/" + claim + "/release", "{}");
      String wanted = serial.equals("good") ? "released" : "reclaiming";
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                var now = server.get("/api/v1/claims/" + claim).body();
                return now.path("state").asString().equals(wanted)
                    && (serial.equals("good") || now.toString().contains("erase: is not true"));
              });
    }
    assertThat(
            server
                .put(
                    "/api/v1/resource-kinds/others",
                    json("{'key':'serial','release':{'reclaim':'nowhere'}}"))
                .text("field"))
        .isEqualTo("release.reclaim");
  }
}
