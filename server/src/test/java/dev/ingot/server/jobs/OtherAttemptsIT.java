package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.Outcome;
import dev.ingot.core.Json;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What an agent says of another attempt than the present one is recorded and changes nothing. */
class OtherAttemptsIT extends JobScene {
  @Test
  void neitherBeforeItsAcceptanceNorWhileItRunsNorAfterItsEnd() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    TestCapability waiter =
        new TestCapability(
            "wait",
            invocation -> {
              if (calls.incrementAndGet() == 1) {
                return Outcome.failed("the first attempt");
              }
              invocation.write(OutputChunk.Stream.STDOUT, new byte[] {'a'}, 0, 1);
              go.await();
              invocation.write(OutputChunk.Stream.STDOUT, new byte[] {'b'}, 0, 1);
              return Outcome.done(Json.read("{\"true\":1}"));
            });
    JobAgent agent = agent(waiter);
    agent.keepOffers();
    String id = job("{'on':'" + agent.node + "','capability':'wait','retries':1}");
    agent.answer(agent.kept());
    TaskMessage.Offer second = agent.kept();
    assertThat(second.attempt()).isEqualTo(2);

    for (int other : new int[] {1, 3}) {
      lie(id, agent, second.task(), other, "before it was accepted " + other);
      JsonNode offered = task(id, agent);
      assertThat(offered.path("state").asString()).as("%s", offered).isEqualTo("offered");
      assertThat(offered.has("stdout")).as("%s", offered).isFalse();
    }
    agent.answer(second);
    until(() -> task(id, agent).path("stdout").asString("").equals("a"));
    for (int other : new int[] {1, 3}) {
      lie(id, agent, second.task(), other, "while it runs " + other);
      JsonNode runs = task(id, agent);
      assertThat(runs.path("state").asString()).as("%s", runs).isEqualTo("running");
      assertThat(runs.path("stdout").asString()).isEqualTo("a");
    }
    go.countDown();
    ended(id);
    lie(id, agent, second.task(), 3, "after its end");
    JsonNode ended = task(id, agent);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("succeeded");
    assertThat(ended.path("stdout").asString()).isEqualTo("ab");
    assertThat(ended.path("result")).isEqualTo(Json.read("{\"true\":1}"));
    assertThat(ended.path("attempts").size()).isEqualTo(1);
    assertThat(calls.get()).isEqualTo(2);
  }

  /** Everything that can be said of an attempt; returns when the last of it was recorded. */
  private static void lie(String id, JobAgent agent, long task, int attempt, String what) {
    byte[] bytes = "a lie that is longer".getBytes(StandardCharsets.UTF_8);
    OutputChunk chunk = new OutputChunk(OutputChunk.Stream.STDOUT, 0, bytes, 0);
    agent.claims(new TaskMessage.Accept(task, attempt));
    agent.claims(new TaskMessage.Started(task, attempt));
    agent.claims(new TaskMessage.Output(task, attempt, chunk));
    agent.claims(new TaskMessage.Refuse(task, attempt, "unknown-task", "a lie"));
    agent.claims(
        new TaskMessage.Finished(
            task,
            attempt,
            TaskMessage.Status.FAILED,
            1,
            Json.read("{\"lie\":1}"),
            what,
            0,
            List.of(chunk),
            false));
    until(() -> task(id, agent).path("late").toString().contains(what));
  }
}
