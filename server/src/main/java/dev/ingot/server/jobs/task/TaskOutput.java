package dev.ingot.server.jobs.task;

import dev.ingot.protocol.OutputChunk;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which of the output that arrives is stored: each byte once, in order, within the bounds. */
public final class TaskOutput {
  /** A node that keeps to the rules never comes near it. */
  private static final long MOST = OutputChunk.HEAD + OutputChunk.TAIL + OutputChunk.MAX_BYTES;

  private TaskOutput() {}

  /**
   * What to store.
   *
   * @param gap bytes before it that will never come
   */
  public record Taken(OutputChunk chunk, long gap) {}

  /** Takes what of the chunk is new, and counts what was left out; null when nothing is new. */
  public static @Nullable Taken take(Task task, int attempt, OutputChunk chunk) {
    int stream = chunk.stream().ordinal();
    long have = task.stored[stream];
    if (attempt != task.attempt || task.accepted == null || chunk.end() <= have) {
      return null;
    }
    int known = (int) Math.max(0, have - chunk.offset());
    long gap = Math.max(0, chunk.offset() - have);
    task.stored[stream] = chunk.end();
    task.dropped[stream] += gap;
    task.changed = true;
    byte[] bytes =
        known == 0 ? chunk.bytes() : Arrays.copyOfRange(chunk.bytes(), known, chunk.bytes().length);
    if (task.stored[stream] - task.dropped[stream] > MOST) {
      task.dropped[stream] += bytes.length;
      return null;
    }
    return new Taken(new OutputChunk(chunk.stream(), chunk.offset() + known, bytes, gap), gap);
  }
}
