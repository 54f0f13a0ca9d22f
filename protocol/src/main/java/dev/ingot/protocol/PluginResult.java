package dev.ingot.protocol;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a plugin came to.
 *
 * @param id made once, by the node: the same result said twice has the same id
 * @param origin the store on the node that it waited in, made once with that store
 * @param format what its output is: {@code output}, {@code json}, {@code yaml}, {@code pylist},
 *     {@code pydict}, {@code raw} or {@code string}
 * @param task the number of the job that asked for it, null when its schedule did
 * @param time when it began, by the node's clock: shown, never decided by
 * @param exit exit status, 128 + n when signal n ended it; null when it did not run to its end
 * @param error why there is no output, for people; null when there is
 * @param output everything that it wrote to standard output
 * @param lost how many results before this one there was no room for on the node
 */
@SuppressWarnings("ArrayRecordComponent")
public record PluginResult(
    String id,
    String origin,
    String plugin,
    String format,
    @Nullable Long task,
    Instant time,
    long milliseconds,
    @Nullable Integer exit,
    @Nullable String error,
    byte[] output,
    long lost) {
  /** The most output that a plugin may write; of more nothing is taken, rather than a part. */
  public static final int MOST_OUTPUT = 1 << 20;

  /** The longest name of a plugin. */
  public static final int LONGEST_NAME = 64;

  /** What a name may be: one key of a dotted path. */
  public static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_-]{0,63}";

  @Override
  public boolean equals(Object other) {
    return other instanceof PluginResult result
        && id.equals(result.id)
        && origin.equals(result.origin)
        && plugin.equals(result.plugin)
        && format.equals(result.format)
        && Objects.equals(task, result.task)
        && time.equals(result.time)
        && milliseconds == result.milliseconds
        && Objects.equals(exit, result.exit)
        && Objects.equals(error, result.error)
        && Arrays.equals(output, result.output)
        && lost == result.lost;
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "%s of plugin %s (%d bytes)".formatted(id, plugin, output.length);
  }
}
