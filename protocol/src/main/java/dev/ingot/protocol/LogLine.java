package dev.ingot.protocol;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that was said on a node.
 *
 * @param time the node's clock: shown, never decided by
 * @param severity RFC 5424, 6.2.1: 0 emergency to 7 debug
 * @param source what it was said by, e.g. {@code agent}
 * @param job the job that it belongs to, null for none
 * @param task its task, null for none
 * @param fields further facts
 */
public record LogLine(
    Instant time,
    int severity,
    String source,
    @Nullable Long job,
    @Nullable Long task,
    String message,
    Map<String, String> fields) {
  /** Characters of a message. */
  public static final int MAX_MESSAGE = 16 << 10;

  static final int MAX_FIELDS = 32;
  static final int MAX_FIELD = 4096;

  public LogLine {
    fields = Map.copyOf(fields);
  }
}
