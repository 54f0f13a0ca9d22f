package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Executions;
import dev.ingot.agent.capability.TaskListener;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.LinkTasks;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.agent.link.TaskExecution;
import dev.ingot.agent.link.WebSocketCarrier;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An agent without a machine: the real link and the real execution of capabilities. */
final class JobAgent implements TaskExecution, TaskListener, AutoCloseable {
  private final Executions executions;
  private final LinkRunner link;
  private final BlockingQueue<TaskMessage.Offer> kept = new LinkedBlockingQueue<>();
  private volatile boolean keeps;
  final String node;

  /** Agent n is node 0f…n, of a boot and a process of these names. */
  JobAgent(
      URI server,
      String token,
      int number,
      String boot,
      String incarnation,
      List<Capability> capabilities) {
    node = "0f" + "%040x".formatted(number);
    executions = new Executions(capabilities, this);
    LinkMachine machine =
        new LinkMachine(
            new Myself(
                "test",
                new IdentityFacts(
                    null, null, null, null, null, null, List.of(), "%040x".formatted(number)),
                boot,
                incarnation,
                "host-" + number),
            "%064x".formatted(number),
            new Proof.Voucher(Proof.Kind.TOKEN, token),
            Sections.NONE,
            InstantSource.fixed(Instant.parse("2010-01-01T00:00:00Z")),
            new Random(number));
    link =
        new LinkRunner(
            machine,
            new WebSocketCarrier(server, null),
            news -> {},
            asked -> {},
            this,
            () -> "%064x".formatted(number),
            () -> System.nanoTime() / 1_000_000);
    link.tasks(tasks -> tasks.capabilitiesAre(executions.signatures()));
    link.start();
  }

  private void tell(Consumer<LinkTasks> event) {
    link.tasks(event);
  }

  @Override
  public void offered(TaskMessage.Offer offer) {
    if (keeps) {
      kept.add(offer);
    } else {
      executions.offered(offer);
    }
  }

  /** From now on offers stay unanswered until {@link #answer}. */
  void keepOffers() {
    keeps = true;
  }

  /** An offer that is not answered. */
  TaskMessage.Offer kept() throws InterruptedException {
    TaskMessage.Offer offer = kept.poll(30, TimeUnit.SECONDS);
    assertThat(offer).isNotNull();
    return offer;
  }

  void answer(TaskMessage.Offer offer) {
    executions.offered(offer);
  }

  /** Says it, whatever it holds. */
  void claims(TaskMessage message) {
    link.tasks(tasks -> tasks.claims(message));
  }

  @Override
  public void begin(long task, int attempt) {
    executions.begin(task, attempt);
  }

  @Override
  public void cancel(long task, int attempt, String reason) {
    executions.cancel(task, attempt, reason);
  }

  @Override
  public void accepted(long task, int attempt) {
    tell(tasks -> tasks.accept(task, attempt));
  }

  @Override
  public void refused(long task, int attempt, String reason, String detail) {
    tell(tasks -> tasks.refuse(task, attempt, reason, detail));
  }

  @Override
  public void started(long task, int attempt) {
    tell(tasks -> tasks.started(task, attempt));
  }

  @Override
  public void output(long task, int attempt, OutputChunk.Stream stream, byte[] bytes) {
    tell(tasks -> tasks.output(task, attempt, stream, bytes));
  }

  @Override
  public void finished(long task, int attempt, TaskEnd end) {
    tell(tasks -> tasks.finished(task, attempt, end));
  }

  /** Leaves as a machine does that loses power: what runs is not heard of any more. */
  void vanish() {
    link.close();
    executions.close();
  }

  @Override
  public void close() {
    vanish();
  }
}
