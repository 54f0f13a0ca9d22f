package dev.ingot.agent.capability;

import dev.ingot.protocol.OutputChunk;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** One call of a capability. */
public interface Invocation {
  /** The number of the job; with the node it names the task. */
  long task();

  JsonNode arguments();

  /** After which the call is interrupted. */
  Duration timeout();

  /**
   * Takes what the task writes; never blocks, keeps a copy within its bounds and counts the rest.
   */
  void write(OutputChunk.Stream stream, byte[] bytes, int offset, int length);
}
