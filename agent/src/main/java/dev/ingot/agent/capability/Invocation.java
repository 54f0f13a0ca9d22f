package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** One call of a capability. */
public interface Invocation {
  /** The number of the job; with the node it names the task. */
  long task();

  /** Names this call on this machine: no other that runs has it. Letters, digits, hyphens. */
  String name();

  JsonNode arguments();

  /** After which the call is interrupted. */
  Duration timeout();

  /**
   * Takes a copy of what the task writes, within its bounds, and counts the rest. Makes a writer
   * that is faster than the link's bookkeeping wait.
   */
  void write(OutputChunk.Stream stream, byte[] bytes, int offset, int length);
}
