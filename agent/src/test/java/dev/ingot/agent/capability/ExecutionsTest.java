package dev.ingot.agent.capability;

import static dev.ingot.agent.capability.Heard.give;
import static dev.ingot.agent.capability.Heard.offer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.TaskMessage.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExecutionsTest {
  private final Heard heard = new Heard();
  private final Map<Long, CountDownLatch> doors = new ConcurrentHashMap<>();
  private final Executions executions =
      new Executions(
          List.of(
              new Gate("free", null, null),
              new Gate("locked", "one", null),
              new Gate("also", "one", null),
              new Gate("missing", null, "the tool is not installed")),
          heard);

  /** Ends when its door is opened. */
  private final class Gate implements Capability {
    private final CapabilitySignature signature;

    Gate(String name, @Nullable String lock, @Nullable String unavailable) {
      signature =
          new CapabilitySignature(
              name,
              "Waits.",
              "",
              Json.read("{}"),
              null,
              lock,
              60,
              false,
              false,
              false,
              unavailable);
    }

    @Override
    public CapabilitySignature signature() {
      return signature;
    }

    @Override
    public Outcome call(Invocation invocation) throws InterruptedException {
      door(invocation.task()).await();
      return Outcome.done(null);
    }
  }

  private CountDownLatch door(long task) {
    return doors.computeIfAbsent(task, _ -> new CountDownLatch(1));
  }

  @AfterEach
  void stop() {
    executions.close();
  }

  @Test
  void thoseOfOneLockRunOneAfterTheOtherAndTheOthersBesideThem() {
    give(executions, offer(1, "locked", "{}", 60));
    give(executions, offer(2, "also", "{}", 60));
    give(executions, offer(3, "locked", "{}", 60));
    give(executions, offer(4, "free", "{}", 60));
    heard.awaitStart(4);
    heard.awaitStart(1);
    assertThat(heard.order()).doesNotContain("started 2", "started 3");
    door(1).countDown();
    heard.awaitStart(2);
    assertThat(heard.order())
        .containsSubsequence("finished 1", "started 2")
        .doesNotContain("started 3");
    door(2).countDown();
    heard.awaitStart(3);
    door(3).countDown();
    assertThat(heard.end(3).status()).isEqualTo(Status.SUCCEEDED);
    door(4).countDown();
    heard.end(4);
  }

  @Test
  void oneThatWaitsForItsLockIsCancelledAtOnceAndTheNextStillRuns() {
    give(executions, offer(1, "locked", "{}", 60));
    give(executions, offer(2, "locked", "{}", 60));
    give(executions, offer(3, "locked", "{}", 60));
    executions.cancel(2, 1, "cancelled by alice");
    assertThat(heard.end(2).status()).isEqualTo(Status.CANCELLED);
    door(1).countDown();
    door(3).countDown();
    assertThat(heard.end(3).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(heard.order()).doesNotContain("started 2");
  }

  @Test
  void oneThatWaitsForAThreadIsCancelledAtOnceAndHoldsNobodyBack() {
    for (long task = 1; task <= Executions.AT_ONCE; task++) {
      give(executions, offer(task, "free", "{}", 60));
      heard.awaitStart(task);
    }
    long locked = Executions.AT_ONCE + 1;
    give(executions, offer(locked, "locked", "{}", 60));
    give(executions, offer(locked + 1, "locked", "{}", 60));
    executions.cancel(locked, 1, "cancelled by alice");
    assertThat(heard.end(locked).status()).isEqualTo(Status.CANCELLED);
    assertThat(heard.end(locked).detail()).isEqualTo("cancelled by alice");
    for (long task = 1; task <= locked + 1; task++) {
      door(task).countDown();
    }
    assertThat(heard.end(locked + 1).status()).isEqualTo(Status.SUCCEEDED);
    assertThat(heard.order())
        .doesNotContain("started " + locked)
        .containsOnlyOnce("finished " + locked);
  }

  @Test
  void whatCannotBeDoneIsRefusedWithTheReason() {
    executions.offered(offer(1, "unknown", "{}", 60));
    executions.offered(offer(2, "missing", "{}", 60));
    assertThat(heard.refusal(1))
        .isEqualTo("unknown-capability: this agent has no capability unknown");
    assertThat(heard.refusal(2)).isEqualTo("unavailable: the tool is not installed");
  }

  @Test
  void moreThanMayWaitAreRefusedAsBusyAndAllOthersEnd() {
    for (long task = 1; task <= Executions.MOST + 5; task++) {
      give(executions, offer(task, "free", "{}", 60));
    }
    List<Long> refused = new ArrayList<>();
    for (long task = 1; task <= Executions.MOST + 5; task++) {
      if (heard.refusal(task).startsWith("busy")) {
        refused.add(task);
      }
    }
    assertThat(refused).hasSize(5).allMatch(task -> task > Executions.MOST);
    for (long task = 1; task <= Executions.MOST; task++) {
      door(task).countDown();
    }
    for (long task = 1; task <= Executions.MOST; task++) {
      assertThat(heard.end(task).status()).isEqualTo(Status.SUCCEEDED);
    }
  }

  @Test
  void nothingStartsBeforeItsAcceptanceIsCommittedAndAnotherAttemptIsNotMeant() {
    executions.offered(offer(1, "free", "{}", 60));
    executions.begin(1, 2);
    executions.cancel(1, 2, "another attempt");
    assertThat(heard.order()).containsExactly("accepted 1");
    executions.cancel(1, 1, "not needed");
    executions.begin(1, 1);
    assertThat(heard.order()).containsExactly("accepted 1");
  }
}
