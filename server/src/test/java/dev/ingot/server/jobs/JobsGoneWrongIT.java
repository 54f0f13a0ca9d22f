package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.EchoCapability;
import dev.ingot.agent.capability.Outcome;
import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.server.TestServer.Answer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Jobs whose nodes fail, vanish and come back, over real sockets between the whole server and real
 * agents.
 */
class JobsGoneWrongIT extends JobScene {
  @Test
  void whatFailsIsTriedAgainAsOftenAsTheJobAllowsAndEachAttemptIsKept() {
    AtomicInteger calls = new AtomicInteger();
    JobAgent agent =
        agent(
            new TestCapability(
                "flaky",
                invocation ->
                    calls.incrementAndGet() < 3 ? Outcome.failed("not yet") : Outcome.done(null)));
    String id = job("{'on':'" + agent.node + "','capability':'flaky','retries':2}");
    ended(id);
    JsonNode task = task(id, agent);
    assertThat(task.path("state").asString()).isEqualTo("succeeded");
    assertThat(task.path("attempt").asInt()).isEqualTo(3);
    assertThat(task.path("attempts").size()).isEqualTo(2);
    assertThat(task.path("attempts").get(0).path("reason").asString()).isEqualTo("not yet");
  }

  @Test
  void theCanaryGoesFirstAndTooManyFailuresStopTheRestUntilTheyAreTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    boolean[] broken = {true};
    TestCapability risky =
        new TestCapability(
            "risky",
            invocation -> {
              calls.incrementAndGet();
              return broken[0] ? Outcome.failed("broken") : Outcome.done(null);
            });
    JobAgent[] many = IntStream.range(0, 3).mapToObj(i -> agent(risky)).toArray(JobAgent[]::new);
    String on = on(many);
    String id = job("{" + on + ",'capability':'risky','canary':1,'stopAfter':{'failures':1}}");
    JsonNode job = ended(id);
    assertThat(job.path("state").asString()).isEqualTo("stopped");
    assertThat(job.path("reason").asString()).contains("1 failure");
    assertThat(job.path("counts").path("cancelled").asInt()).isEqualTo(2);
    assertThat(calls.get()).isEqualTo(1);
    broken[0] = false;
    Answer again = server.post("/api/v1/jobs/" + id + "/retry-failed", null);
    assertThat(again.status()).as(again.body().toString()).isEqualTo(201);
    assertThat(again.body().path("total").asInt()).isEqualTo(1);
    assertThat(ended(again.text("id")).path("counts").path("succeeded").asInt()).isEqualTo(1);
    broken[0] = true;
    JsonNode canary = ended(job("{" + on + ",'capability':'risky','canary':1}"));
    assertThat(canary.path("state").asString()).isEqualTo("stopped");
    assertThat(canary.path("reason").asString()).isEqualTo("stopped after 1 of 1 canaries failed");
    assertThat(canary.path("counts").path("cancelled").asInt()).isEqualTo(2);
    String anyhow = "{" + on + ",'capability':'risky','canary':1,'stopAfter':{'failures':3}}";
    assertThat(ended(job(anyhow)).path("counts").path("failed").asInt()).isEqualTo(3);
    broken[0] = false;
    // One more node, which cannot do it: it is refused, and no failure of what was tried.
    on(many[0], agent(new EchoCapability()));
    JsonNode well = ended(job("{" + on + ",'capability':'risky','canary':1}"));
    assertThat(well.path("state").asString()).isEqualTo("finished");
    assertThat(well.path("counts").path("succeeded").asInt()).isEqualTo(3);
    assertThat(well.path("counts").path("refused").asInt()).isEqualTo(1);
    String batches = job("{" + on + ",'capability':'risky','batch':1}");
    assertThat(ended(batches).path("counts").path("succeeded").asInt()).isEqualTo(3);
  }

  @Test
  void aNodeThatStaysAwayIsWaitedForAsLongAsTheJobSays() {
    JobAgent agent = agent(new EchoCapability());
    agent.vanish();
    until(
        () ->
            !server
                .get("/api/v1/nodes/" + agent.node)
                .body()
                .path("presence")
                .path("state")
                .asString()
                .equals("online"));
    String id =
        job(
            "{'on':'%s','capability':'echo','arguments':{'text':'x'},'expiry':'1s'}"
                .formatted(agent.node));
    JsonNode job = ended(id);
    assertThat(job.path("counts").path("timedOut").asInt()).isEqualTo(1);
    assertThat(task(id, agent).path("reason").asString()).contains("offline for 1 s");
  }

  @Test
  void whatANewProcessDoesNotKnowIsLostUnlessTheMachineWasToReboot() {
    TestCapability sleeper = sleeper();
    TestCapability reboot =
        new TestCapability(
            "reboot",
            "{}",
            true,
            true,
            null,
            invocation -> {
              TimeUnit.SECONDS.sleep(60);
              return Outcome.done(null);
            });
    int number = ++numbers;
    JobAgent first = agent(number, "boot-a", "one", sleeper, reboot);
    String lost = job("{'on':'" + first.node + "','capability':'sleep'}");
    String rebooted = job("{'on':'" + first.node + "','capability':'reboot'}");
    until(() -> state(lost, first).equals("running") && state(rebooted, first).equals("running"));
    first.vanish();
    JobAgent second = agent(number, "boot-b", "two", sleeper, reboot);
    ended(lost);
    ended(rebooted);
    assertThat(state(lost, second)).isEqualTo("lost");
    assertThat(task(lost, second).path("reason").asString()).contains("booted anew");
    assertThat(state(rebooted, second)).isEqualTo("succeeded");
    assertThat(sleeper.calls.get()).isEqualTo(1);
    assertThat(reboot.calls.get()).isEqualTo(1);
  }

  @Test
  void aRestartOfTheServerLosesNothingAndRunsNothingTwice() {
    CountDownLatch go = new CountDownLatch(1);
    TestCapability waiter =
        new TestCapability(
            "wait",
            invocation -> {
              invocation.write(OutputChunk.Stream.STDOUT, new byte[] {'a'}, 0, 1);
              go.await();
              invocation.write(OutputChunk.Stream.STDOUT, new byte[] {'b'}, 0, 1);
              return Outcome.done(Json.read("{\"a\":1}"));
            });
    JobAgent agent = agent(waiter);
    String id = job("{'on':'" + agent.node + "','capability':'wait'}");
    until(() -> task(id, agent).path("stdout").asString("").equals("a"));
    server.restartOnTheSamePort();
    go.countDown();
    assertThat(ended(id).path("counts").path("succeeded").asInt()).isEqualTo(1);
    assertThat(task(id, agent).path("stdout").asString()).isEqualTo("ab");
    assertThat(task(id, agent).path("result").path("a").asInt()).isEqualTo(1);
    assertThat(waiter.calls.get()).isEqualTo(1);
  }

  @Test
  void tasksOfADeletedNodeEndAndTheirJobToo() {
    JobAgent agent = agent(sleeper());
    String id = job("{'on':'" + agent.node + "','capability':'sleep'}");
    until(() -> state(id, agent).equals("running"));
    agent.vanish();
    assertThat(server.delete("/api/v1/nodes/" + agent.node).status()).isEqualTo(204);
    assertThat(ended(id).path("counts").path("lost").asInt()).isEqualTo(1);
    assertThat(task(id, agent).path("reason").asString()).contains("deleted");
  }
}
