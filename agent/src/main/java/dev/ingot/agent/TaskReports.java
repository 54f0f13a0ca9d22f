package dev.ingot.agent;

import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.Executions;
import dev.ingot.agent.capability.TaskListener;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.LinkTasks;
import dev.ingot.agent.link.TaskExecution;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Between the link, which hears of tasks, and their execution, which reports to it. */
final class TaskReports implements TaskExecution, TaskListener, AutoCloseable {
  /** Bytes of output that may wait for the link's thread: who writes faster waits. */
  private static final int MOST_UNDER_WAY = 1 << 20;

  private final Executions executions;
  private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
  private volatile @Nullable LinkRunner link;

  TaskReports(List<Capability> capabilities) {
    executions = new Executions(capabilities, this);
  }

  /** Before the link starts. */
  void reportTo(LinkRunner runner) {
    link = runner;
    publish();
  }

  /** Looks again at what can be done; only what differs is said. */
  void publish() {
    var signatures = executions.signatures();
    tell(tasks -> tasks.capabilitiesAre(signatures));
  }

  private void tell(Consumer<LinkTasks> event) {
    LinkRunner runner = link;
    if (runner != null) {
      runner.tasks(event);
    }
  }

  @Override
  public void offered(TaskMessage.Offer offer) {
    executions.offered(offer);
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
    underWay.acquireUninterruptibly(bytes.length);
    tell(
        tasks -> {
          underWay.release(bytes.length);
          tasks.output(task, attempt, stream, bytes);
        });
  }

  @Override
  public void finished(long task, int attempt, TaskEnd end) {
    tell(tasks -> tasks.finished(task, attempt, end));
  }

  @Override
  public void close() {
    executions.close();
  }
}
