package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.EchoCapability;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.server.TestServer.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs over real sockets between the whole server and real agents. */
class JobsIT extends JobScene {
  @Test
  void aCallReachesTheNodeAndItsResultComesBack() {
    JobAgent agent = agent(new EchoCapability());
    String id = job("{'on':'" + agent.node + "','capability':'echo','arguments':{'text':'hello'}}");
    JsonNode job = ended(id);
    assertThat(job.path("state").asString()).isEqualTo("finished");
    assertThat(job.path("counts").path("succeeded").asInt()).isEqualTo(1);
    JsonNode task = task(id, agent);
    assertThat(task.path("state").asString()).isEqualTo("succeeded");
    assertThat(task.path("result").path("text").asString()).isEqualTo("hello");
    assertThat(task.path("stdout").asString()).isEqualTo("hello\n");
    for (String stamp : List.of("created", "offered", "accepted", "started", "finished")) {
      assertThat(task.path(stamp).asString("")).as(stamp).isNotBlank();
    }
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsSentAndTheReasonNamed() {
    TestCapability missing =
        new TestCapability("stress", "{}", false, false, "stress-ng is not installed", null);
    JobAgent able = agent(new EchoCapability(), missing);
    JobAgent unable = agent(sleeper());
    String both = on(able, unable);
    String one = "'on':'" + able.node + "'";
    for (String[] row :
        new String[][] {
          {"{" + one + ",'capability':'fly'}", "capability", "no node publishes fly"},
          {"{" + one + ",'capability':'sleep'}", "on", "has no capability sleep"},
          {"{" + one + ",'capability':'echo'}", "arguments", "text"},
          {
            "{" + one + ",'capability':'echo','arguments':{'text':7}}",
            "arguments",
            "arguments.text"
          },
          {"{" + one + ",'capability':'echo','arguments':{'text':'a','x':1}}", "arguments", "x"},
          {"{" + one + ",'capability':'echo','arguments':[]}", "arguments", "an object"},
          {"{" + one + ",'capability':'stress'}", "on", "stress-ng is not installed"},
          {"{'on':'tag:nobody','capability':'echo'}", "on", "no node matches"},
          {"{" + one + ",'capability':'echo','timeout':'soon'}", "timeout", "90s"},
          {"{" + one + ",'capability':'echo','concurrency':0}", "concurrency", "at least 1"},
          {
            "{" + one + ",'capability':'echo','stopAfter':{'percent':101}}",
            "stopAfter.percent",
            "100"
          },
          {"{" + one + ",'capability':'echo','retires':1}", "retires", "did you mean retries"},
          {"{" + one + ",'capability':'echo','instruction':'x'}", "preprocessor", "is missing"},
          {
            "{" + one + ",'capability':'echo','preprocessor':'no','instruction':''}",
            "preprocessor",
            ""
          },
        }) {
      Answer answer = post(row[0]);
      assertThat(answer.status()).as(row[0]).isEqualTo(422);
      assertThat(answer.text("field")).as(row[0]).isEqualTo(row[1]);
      assertThat(answer.text("detail")).as(row[0]).contains(row[2]);
    }
    Answer made = post("{" + both + ",'capability':'echo','arguments':{'text':'x'}}");
    assertThat(made.body().path("refusals").get(0).path("nodes").asInt()).isEqualTo(1);
    JsonNode job = ended(made.text("id"));
    assertThat(job.path("counts").path("succeeded").asInt()).isEqualTo(1);
    assertThat(job.path("counts").path("refused").asInt()).isEqualTo(1);
    assertThat(task(made.text("id"), unable).path("reason").asString())
        .contains("no capability echo");
  }

  @Test
  void whatIsSecretInAJobIsShownToNobody() {
    JobAgent agent = agent(new EchoCapability(), sleeper());
    String on = "{'on':'" + agent.node + "',";
    String rendered =
        job(on + "'capability':'echo','preprocessor':'asking','instruction':'of assets'}");
    assertThat(ended(rendered).toString()).contains("asking").doesNotContain("of assets");
    assertThat(state(rendered, agent)).isEqualTo("succeeded");
    String plain = job(on + "'capability':'sleep','arguments':{'a':{'db_password':'geheim'}}}");
    assertThat(show(plain).toString()).contains("db_password").doesNotContain("geheim");
    assertThat(server.get("/api/v1/audit?limit=20").body().toString())
        .contains("db_password")
        .doesNotContain("geheim");
    server.post("/api/v1/jobs/" + plain + "/cancel", null);
    ended(plain);
  }

  @Test
  void aDryRunSaysWhatWouldBeAndDoesNothing() {
    JobAgent agent = agent(new EchoCapability());
    int before = server.get("/api/v1/jobs?limit=1000").body().path("items").size();
    Answer plan =
        post(
            "{'on':'%s','capability':'echo','arguments':{'text':'x'},'dryRun':true}"
                .formatted(agent.node));
    assertThat(plan.status()).isEqualTo(200);
    assertThat(plan.body().path("runnable").asInt()).isEqualTo(1);
    assertThat(plan.body().path("nodes").get(0).path("node").asString()).isEqualTo(agent.node);
    assertThat(server.get("/api/v1/jobs?limit=1000").body().path("items").size()).isEqualTo(before);
  }

  @Test
  void theSameRequestSaidTwiceMakesOneJob() throws Exception {
    JobAgent agent = agent(new EchoCapability());
    String body =
        "{\"on\":\"%s\",\"capability\":\"echo\",\"arguments\":{\"text\":\"x\"}}"
            .formatted(agent.node);
    Answer first = keyed(body);
    Answer second = keyed(body);
    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.text("id")).isEqualTo(first.text("id"));
    Answer other = keyed(body.replace("\"x\"", "\"y\""));
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.text("field")).isEqualTo("Idempotency-Key");
  }

  private static Answer keyed(String body) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/api/v1/jobs"))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "once")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  @Test
  void ofMuchOutputTheBeginningAndTheEndAreKeptWhateverTheBytes() throws Exception {
    byte[] written = new byte[2_000_000];
    for (int i = 0; i < written.length; i++) {
      written[i] = (byte) (i * 31 + i / 251);
    }
    JobAgent agent =
        agent(
            new TestCapability(
                "spill",
                invocation -> {
                  for (int at = 0; at < written.length; at += 10_000) {
                    invocation.write(OutputChunk.Stream.STDOUT, written, at, 10_000);
                  }
                  return new Outcome(false, 3, null, "exit status 3");
                }));
    String id = job("{'on':'" + agent.node + "','capability':'spill'}");
    ended(id);
    JsonNode task = task(id, agent);
    assertThat(task.path("state").asString()).isEqualTo("failed");
    assertThat(task.path("exit").asInt()).isEqualTo(3);
    assertThat(task.path("reason").asString()).isEqualTo("exit status 3");
    assertThat(task.path("stdoutBytes").asInt()).isEqualTo(written.length);
    int kept = OutputChunk.HEAD + OutputChunk.TAIL;
    assertThat(task.path("stdoutDropped").asInt()).isEqualTo(written.length - kept);
    byte[] expected = new byte[kept];
    System.arraycopy(written, 0, expected, 0, OutputChunk.HEAD);
    System.arraycopy(
        written, written.length - OutputChunk.TAIL, expected, OutputChunk.HEAD, OutputChunk.TAIL);
    String path = "/api/v1/jobs/" + id + "/tasks/" + agent.node + "/output";
    assertThat(bytes(path, null).body()).isEqualTo(expected);
    HttpResponse<byte[]> part = bytes(path, "bytes=5-9");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(expected, 5, 10));
    assertThat(bytes(path, "bytes=99999999-").statusCode()).isEqualTo(416);
    assertThat(bytes(path + "?stream=stderr", null).body()).isEmpty();
  }

  private static HttpResponse<byte[]> bytes(String path, String range) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", "Bearer " + server.adminToken());
    if (range != null) {
      request.header("Range", range);
    }
    return server.client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void aCancelledJobEndsOnItsNodesAndWhatWaitsNeverRuns() {
    TestCapability sleeper = sleeper();
    JobAgent one = agent(sleeper);
    JobAgent two = agent(sleeper);
    String id = job("{" + on(one, two) + ",'capability':'sleep','concurrency':1}");
    until(() -> sleeper.calls.get() == 1);
    Answer cancelled = server.post("/api/v1/jobs/" + id + "/cancel", "{\"reason\":\"wrong rack\"}");
    assertThat(cancelled.status()).isEqualTo(202);
    JsonNode job = ended(id);
    assertThat(job.path("state").asString()).isEqualTo("cancelled");
    assertThat(job.path("counts").path("cancelled").asInt()).isEqualTo(2);
    assertThat(sleeper.calls.get()).isEqualTo(1);
    assertThat(task(id, one).path("reason").asString()).contains("wrong rack");
    assertThat(server.post("/api/v1/jobs/" + id + "/cancel", "{}").status()).isEqualTo(409);
  }

  @Test
  void oneTaskIsCancelledAndTheOthersGoOn() {
    CountDownLatch go = new CountDownLatch(1);
    TestCapability waiter =
        new TestCapability(
            "wait",
            invocation -> {
              go.await();
              return Outcome.done(null);
            });
    JobAgent one = agent(waiter);
    JobAgent two = agent(waiter);
    String id = job("{" + on(one, two) + ",'capability':'wait'}");
    until(() -> waiter.calls.get() == 2);
    assertThat(server.post("/api/v1/jobs/" + id + "/tasks/" + one.node + "/cancel", "{}").status())
        .isEqualTo(202);
    until(() -> state(id, one).equals("cancelled"));
    go.countDown();
    assertThat(ended(id).path("state").asString()).isEqualTo("finished");
    assertThat(state(id, two)).isEqualTo("succeeded");
  }

  @Test
  void aStreamTellsEveryChangeAndTheOutputUntilTheEnd() throws Exception {
    JobAgent agent = agent(new EchoCapability());
    String id =
        job("{'on':'" + agent.node + "','capability':'echo','arguments':{'text':'streamed'}}");
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/jobs/" + id + "/stream?output=true"))
            .header("Authorization", "Bearer " + server.adminToken())
            .timeout(Duration.ofSeconds(30))
            .build();
    String text = server.client().send(request, HttpResponse.BodyHandlers.ofString()).body();
    assertThat(text).contains("event: task\n", "event: output\n", "event: job\n");
    assertThat(text).contains("\"state\":\"succeeded\"");
    assertThat(text).endsWith("event: end\ndata: {\"state\":\"finished\"}\n\n");
  }
}
