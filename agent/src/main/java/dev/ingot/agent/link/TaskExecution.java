package dev.ingot.agent.link;

import dev.ingot.protocol.TaskMessage;

/**
 * Who executes tasks; it answers by {@link LinkRunner#tasks}. Calls come from the link's thread and
 * must not block.
 */
public interface TaskExecution {
  /** See {@link LinkAction.Offered}. */
  void offered(TaskMessage.Offer offer);

  /** See {@link LinkAction.Begin}. */
  void begin(long task, int attempt);

  /** See {@link LinkAction.CancelTask}. */
  void cancel(long task, int attempt, String reason);
}
