package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.TaskEnd;

/** Hears what becomes of tasks: the link, for the server. Calls come from any thread. */
public interface TaskListener {
  void accepted(long task, int attempt);

  /**
   * It cannot be done.
   *
   * @param reason one of the words of docs/link.md
   */
  void refused(long task, int attempt, String reason, String detail);

  void started(long task, int attempt);

  /** Bytes that nobody changes any more. */
  void output(long task, int attempt, OutputChunk.Stream stream, byte[] bytes);

  void finished(long task, int attempt, TaskEnd end);
}
