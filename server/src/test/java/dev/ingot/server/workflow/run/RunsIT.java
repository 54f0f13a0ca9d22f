package dev.ingot.server.workflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs over the whole server: what steps do, and what people do with runs. */
class RunsIT extends WorkflowScene {
  @Test
  void stepsGoOneAfterTheOtherAndSeeWhatCameBefore() {
    String run =
        run(
            workflow(
                "{'name':'a','type':'noop','options':{'result':{'x':[1,{'y':'{{ inputs.who"
                    + " }}'}]}}},{'name':'b','type':'noop','after':['a'],'options':{'result':'{{"
                    + " steps.a.result.x[1].y }}/{{ run.id }}'}},"
                    + "{'name':'c','type':'noop','after':'b','options':{'result':'{{"
                    + " steps.a.result.x }}'}}",
                ",'inputs':{'who':{'default':'nobody'}}"),
            ",'inputs':{'who':'me'}");
    assertEnds(run, "succeeded");
    assertThat(step(run, "b").path("result").asString()).isEqualTo("me/" + run);
    assertThat(step(run, "c").path("result")).isEqualTo(read("[1,{'y':'me'}]"));
    List<String> told =
        server
            .get("/api/v1/runs/" + run + "/timeline")
            .body()
            .path("items")
            .valueStream()
            .map(each -> each.path("step").asString("run") + " " + each.path("to").asString())
            .toList();
    assertThat(told)
        .containsSubsequence("a succeeded", "b succeeded", "c succeeded", "run succeeded");
  }

  @Test
  void aDecisionTakesOneWayAndTheOtherIsNotReached() {
    String workflow =
        workflow(
            "{'name':'big','type':'decide','options':{'that':'{{ inputs.size > 10 }}'}},"
                + "{'name':'yes','type':'noop','after':{'big':'succeeded'}},"
                + "{'name':'no','type':'noop','after':{'big':'failed'}},"
                + "{'name':'end','type':'noop','after':{'any':{'yes':'finished','no':'finished'}}}",
            ",'inputs':{'size':{'required':true,'schema':{'type':'integer'}}}");
    String small = run(workflow, ",'inputs':{'size':3}");
    assertEnds(small, "succeeded");
    assertThat(step(small, "yes").path("status").asString()).isEqualTo("unreached");
    assertThat(step(small, "end").path("status").asString()).isEqualTo("succeeded");
    String big = run(workflow, ",'inputs':{'size':30}");
    assertEnds(big, "succeeded");
    assertThat(step(big, "no").path("status").asString()).isEqualTo("unreached");
    var missing = server.post("/api/v1/runs", json("{'workflow':'" + workflow + "'}"));
    ok(missing, 422);
    assertThat(missing.text("field")).isEqualTo("inputs.size");
    var wrong =
        server.post("/api/v1/runs", json("{'workflow':'" + workflow + "','inputs':{'size':'x'}}"));
    assertThat(wrong.text("field")).isEqualTo("inputs.size");
  }

  @Test
  void whatNothingStandsForFailsTheStepAndIsNamed() {
    String run =
        run(
            workflow(
                "{'name':'a','type':'noop','options':{'result':{}}},{'name':'b','type':'noop','after':'a','options':{'result':'{{"
                    + " steps.a.result.z }}'}}",
                ""),
            "");
    assertEnds(run, "failed");
    assertThat(show(run).path("reason").asString())
        .contains("b: ")
        .contains("nothing stands for steps.a.result.z");
    String endless =
        run(
            workflow(
                "{'name':'a','type':'noop','options':{'result':'{{ options.a }}'}}",
                ",'options':{'a':'{{ options.b }}','b':'{{ options.a }}'}"),
            "");
    assertEnds(endless, "failed");
    assertThat(show(endless).path("reason").asString()).contains("refers to itself");
    String growing =
        run(
            workflow(
                "{'name':'a','type':'noop','options':{'result':'{{ options.a20 }}'}}",
                ",'options':{'a0':'xxxxxxxxxx'"
                    + java.util.stream.IntStream.rangeClosed(1, 20)
                        .mapToObj(
                            i ->
                                ",'a%d':'{{ options.a%d }}{{ options.a%d }}'"
                                    .formatted(i, i - 1, i - 1))
                        .collect(java.util.stream.Collectors.joining())
                    + "}"),
            "");
    assertEnds(growing, "failed");
    assertThat(show(growing).path("reason").asString()).contains("gives more than");
  }

  @Test
  void whatFailsIsTriedAgainAfterAPauseAndOnlyWhereItsConditionHolds() throws Exception {
    Map<String, List<String>> keys = new ConcurrentHashMap<>();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          List<String> seen =
              keys.computeIfAbsent(
                  exchange.getRequestURI().getPath(), _ -> new CopyOnWriteArrayList<>());
          seen.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          byte[] body = "{\"ok\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(seen.size() < 3 ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    try {
      String url = "http://127.0.0.1:" + other.getAddress().getPort();
      String step = "{'name':'ask','type':'http','options':{'url':'" + url;
      String retry = "'retry':{'times':5,'pause':'100ms','when':'result.status == ";
      String run = run(workflow(step + "/a'}," + retry + "503'}}", ""), "");
      assertEnds(run, "succeeded");
      assertThat(step(run, "ask").path("attempt").asInt()).isEqualTo(3);
      assertThat(step(run, "ask").path("result").path("body").path("ok").asBoolean()).isTrue();
      assertThat(keys.get("/a")).doesNotHaveDuplicates().hasSize(3);
      String once = run(workflow(step + "/b'}," + retry + "500'}}", ""), "");
      assertEnds(once, "failed");
      assertThat(keys.get("/b")).hasSize(1);
      assertThat(show(once).path("reason").asString()).isEqualTo("ask: answered 503");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void aCallbackWithItsTokenIsHeardOnceAndNobodyElses() {
    String workflow =
        workflow(
            "{'name':'say','type':'noop','options':{'result':'{{ callbacks.done.path }}'}},"
                + "{'name':'done','type':'wait-callback','after':'say','timeout':'5m'}",
            "");
    String run = run(workflow, "");
    String other = run(workflow, "");
    until(run, "done", "waiting");
    String path = step(run, "say").path("result").asString();
    String foreign = step(other, "say").path("result").asString();
    assertThat(path).isNotEqualTo(foreign);
    String forged = path.replaceFirst("callbacks/\\d+-", "callbacks/" + other + "-");
    ok(server.send("POST", forged, "{}", null), 404);
    ok(server.send("POST", path, "{\"a\":1}", null), 202);
    assertEnds(run, "succeeded");
    assertThat(step(run, "done").path("result").path("a").asInt()).isEqualTo(1);
    ok(server.send("POST", path, "{}", null), 409);
    assertThat(step(other, "done").path("status").asString()).isEqualTo("waiting");
    ok(server.post("/api/v1/runs/" + other + "/cancel", "{}"), 200);
    assertEnds(other, "cancelled");
  }

  @Test
  void anEventThatComesAfterItBeganEndsItsWait() {
    String waiting =
        run(
            workflow(
                "{'name':'w','type':'wait-event','options':{'event':'run.notice','data':{'message':'go'}}}",
                ""),
            "");
    until(waiting, "w", "waiting");
    String speak = "{'name':'n','type':'notify','options':{'message':'";
    assertEnds(run(workflow(speak + "stay'}}", ""), ""), "succeeded");
    assertEnds(run(workflow(speak + "go'}}", ""), ""), "succeeded");
    assertEnds(waiting, "succeeded");
    assertThat(step(waiting, "w").path("result").path("data").path("message").asString())
        .isEqualTo("go");
  }

  @Test
  void aWorkflowRunsAnotherAndHasItsResults() {
    String inner =
        workflow(
            "{'name':'i','type':'noop','options':{'result':'{{ inputs.n }}'}}",
            ",'inputs':{'n':{}}");
    String outer =
        run(
            workflow(
                "{'name':'sub','type':'workflow','options':{'workflow':'"
                    + inner
                    + "','inputs':{'n':7}}},"
                    + "{'name':'use','type':'noop','after':'sub','options':"
                    + "{'result':'{{ steps.sub.result.results.i }}'}}",
                ""),
            "");
    assertEnds(outer, "succeeded");
    assertThat(step(outer, "use").path("result").asInt()).isEqualTo(7);
    String self = "w-self";
    ok(
        server.put(
            "/api/v1/workflows/" + self,
            json("{'steps':[{'name':'s','type':'workflow','options':{'workflow':'w-self'}}]}")),
        201);
    String deep = run(self, "");
    assertEnds(deep, "failed");
    assertThat(show(deep).path("reason").asString()).contains("deeper than 8");
  }

  @Test
  void cancellingARunEndsWhatItBegan() {
    String inner = workflow("{'name':'i','type':'sleep','options':{'time':'1h'}}", "");
    String outer =
        run(
            workflow("{'name':'sub','type':'workflow','options':{'workflow':'" + inner + "'}}", ""),
            "");
    until(outer, "sub", "waiting");
    String child =
        server
            .get("/api/v1/runs?workflow=" + inner)
            .body()
            .path("items")
            .path(0)
            .path("id")
            .asString();
    until(child, "i", "waiting");
    ok(server.post("/api/v1/runs/" + outer + "/cancel", "{\"reason\":\"enough\"}"), 200);
    assertEnds(outer, "cancelled");
    assertEnds(child, "cancelled");
    assertThat(show(outer).path("reason").asString()).contains("enough");
    ok(server.post("/api/v1/runs/" + outer + "/cancel", "{}"), 409);
  }

  @Test
  void aPausedRunBeginsNothingUntilItGoesOn() {
    String run =
        run(
            workflow(
                "{'name':'a','type':'wait-callback'},{'name':'t','type':'noop','options':"
                    + "{'result':'{{ callbacks.a.path }}'}},{'name':'b','type':'noop','after':'a'}",
                ""),
            "");
    until(run, "a", "waiting");
    ok(server.post("/api/v1/runs/" + run + "/pause", "{}"), 200);
    ok(server.post("/api/v1/runs/" + run + "/pause", "{}"), 409);
    ok(server.send("POST", step(run, "t").path("result").asString(), "{}", null), 202);
    assertThat(server.get("/api/v1/runs/" + run + "/explain").text("sentence")).contains("paused");
    assertThat(step(run, "b").path("status").asString()).isEqualTo("pending");
    ok(server.post("/api/v1/runs/" + run + "/resume", "{}"), 200);
    assertEnds(run, "succeeded");
  }

  @Test
  void aFailedRunGoesOnFromTheStepThatFailedOrWithoutIt() {
    String workflow =
        workflow(
            "{'name':'a','type':'noop'},"
                + "{'name':'b','type':'assert','after':'a','options':{'that':'{{ inputs.fine }}'}},"
                + "{'name':'c','type':'noop','after':'b'}",
            ",'inputs':{'fine':{'default':false}}");
    String run = run(workflow, "");
    assertEnds(run, "failed");
    assertThat(step(run, "c").path("status").asString()).isEqualTo("unreached");
    ok(server.post("/api/v1/runs/" + run + "/retry", "{\"step\":\"a\"}"), 409);
    ok(server.post("/api/v1/runs/" + run + "/retry", "{\"step\":\"x\"}"), 422);
    String ended = server.get("/api/v1/runs/" + run).text("finished");
    ok(server.post("/api/v1/runs/" + run + "/retry", "{}"), 200);
    await().until(() -> step(run, "b").path("attempt").asInt() == 2);
    assertEnds(run, "failed");
    assertThat(server.get("/api/v1/runs/" + run).text("finished")).isGreaterThan(ended);
    ok(server.post("/api/v1/runs/" + run + "/skip", json("{'step':'b','reason':' '}")), 422);
    ok(server.post("/api/v1/runs/" + run + "/skip", json("{'step':'b','reason':'known'}")), 200);
    assertEnds(run, "succeeded");
    assertThat(step(run, "b").path("reason").asString()).contains("known");
    assertThat(step(run, "a").path("attempt").asInt()).isEqualTo(1);
    List<String> audited =
        server
            .get("/api/v1/audit?limit=50")
            .body()
            .path("items")
            .valueStream()
            .filter(each -> each.path("target").asString().equals("run:" + run))
            .map(each -> each.path("action").asString())
            .toList();
    assertThat(audited).contains("run.start", "run.retry", "run.skip");
  }

  @Test
  void aPassedDeadlineEscalatesStepByStepAndTheExplanationSaysSo() {
    String run =
        run(
            workflow(
                "{'name':'w','type':'wait-callback','deadline':{'after':'300ms','then':['alert','retry','skip']}}",
                ""),
            "");
    JsonNode first = server.get("/api/v1/runs/" + run + "/explain").body().path("steps").path(0);
    assertThat(first.path("type").asString()).isEqualTo("wait-callback");
    assertEnds(run, "succeeded");
    JsonNode step = step(run, "w");
    assertThat(step.path("status").asString()).isEqualTo("skipped");
    assertThat(step.path("attempt").asInt()).isEqualTo(2);
    assertThat(step.path("reason").asString()).contains("deadline");
    assertThat(server.get("/api/v1/runs/" + run + "/timeline").body().findValuesAsString("reason"))
        .containsSubsequence(
            "its deadline passed: alert",
            "its deadline passed: retry",
            "its deadline passed: skip");
    String slow = run(workflow("{'name':'w','type':'wait-callback','timeout':'200ms'}", ""), "");
    assertEnds(slow, "failed");
    assertThat(step(slow, "w").path("status").asString()).isEqualTo("timed-out");
    assertThat(show(slow).path("reason").asString()).contains("200 ms");
  }

  @Test
  void anExplanationNamesWhatIsWaitedForUntilWhenAndWhatThen() {
    String run =
        run(
            workflow(
                "{'name':'w','type':'wait-callback','timeout':'5m','retry':{'times':2}},"
                    + "{'name':'x','type':'noop','after':{'w':'failed'}}",
                ""),
            "");
    until(run, "w", "waiting");
    JsonNode told = server.get("/api/v1/runs/" + run + "/explain").body();
    assertThat(told.path("sentence").asString()).contains("w waits for a callback");
    JsonNode w = told.path("steps").path(0);
    assertThat(w.path("until").asString()).isNotEmpty();
    assertThat(w.path("then").asString()).isEqualTo("it is tried again, 2 times at most");
    assertThat(told.path("steps").path(1).path("waitsFor").asString())
        .isEqualTo("w to end failed or timed-out");
    ok(server.post("/api/v1/runs/" + run + "/cancel", "{}"), 200);
    String nap = run(workflow("{'name':'n','type':'sleep','options':{'time':'1h'}}", ""), "");
    until(nap, "n", "waiting");
    JsonNode n = server.get("/api/v1/runs/" + nap + "/explain").body().path("steps").path(0);
    assertThat(n.path("then").asString()).isEqualTo("it goes on");
    assertThat(
            Duration.between(
                Instant.parse(n.path("since").asString()),
                Instant.parse(n.path("until").asString())))
        .isEqualTo(Duration.ofHours(1));
    ok(server.post("/api/v1/runs/" + nap + "/cancel", "{}"), 200);
  }

  @Test
  void aGroupActsAFewAtATimeAndTheOthersAreToldWhy() {
    String workflow =
        workflow("{'name':'w','type':'wait-callback','group':{'name':'one','most':1}}", "");
    String first = run(workflow, "");
    until(first, "w", "waiting");
    String second = run(workflow, "");
    until(second, "w", "held");
    assertThat(step(second, "w").path("waitsFor").asString()).contains("group one");
    ok(server.post("/api/v1/runs/" + first + "/cancel", "{}"), 200);
    until(second, "w", "waiting");
    ok(server.post("/api/v1/runs/" + second + "/cancel", "{}"), 200);
  }

  @Test
  void aRunKeepsItsVersionWhenTheWorkflowChangesAndADryRunDoesNothing() {
    String name =
        workflow("{'name':'w','type':'wait-callback'},{'name':'b','type':'noop','after':'w'}", "");
    String run = run(name, "");
    until(run, "w", "waiting");
    var changed =
        server.put("/api/v1/workflows/" + name, json("{'steps':[{'name':'z','type':'noop'}]}"));
    ok(changed, 200);
    assertThat(changed.body().path("version").asInt()).isEqualTo(2);
    ok(server.post("/api/v1/runs/" + run + "/skip", json("{'step':'w','reason':'r'}")), 200);
    assertEnds(run, "succeeded");
    assertThat(show(run).path("version").asInt()).isEqualTo(1);
    assertThat(step(run, "b").path("status").asString()).isEqualTo("succeeded");
    String dry = run(name, ",'dryRun':true,'version':1");
    assertEnds(dry, "succeeded");
    assertThat(step(dry, "w").path("result").path("dryRun").asBoolean()).isTrue();
  }

  @Test
  void theSameKeyMakesOneRun() {
    String workflow = workflow("{'name':'a','type':'noop'}", "");
    var request =
        java.net.http.HttpRequest.newBuilder(server.uri("/api/v1/runs"))
            .POST(
                java.net.http.HttpRequest.BodyPublishers.ofString(
                    json("{'workflow':'" + workflow + "'}")))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Idempotency-Key", "k1")
            .build();
    String first = ok(server.send(request), 201).text("id");
    assertThat(ok(server.send(request), 200).text("id")).isEqualTo(first);
  }
}
