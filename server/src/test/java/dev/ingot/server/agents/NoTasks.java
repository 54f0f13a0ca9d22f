package dev.ingot.server.agents;

import dev.ingot.agent.link.TaskExecution;
import dev.ingot.protocol.TaskMessage;

/** An agent that was never told what it can do. */
final class NoTasks implements TaskExecution {
  @Override
  public void offered(TaskMessage.Offer offer) {
    throw new AssertionError(offer);
  }

  @Override
  public void begin(long task, int attempt) {
    throw new AssertionError(task);
  }

  @Override
  public void cancel(long task, int attempt, String reason) {
    throw new AssertionError(task);
  }
}
