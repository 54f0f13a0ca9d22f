package dev.ingot.server.logs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that are stored together.
 *
 * @param origin of a sender that may send the batch again; null for one that does not
 * @param settled run when they are stored, or known to be stored already; must be quick
 */
public record LogBatch(List<LogRecord> records, @Nullable Origin origin, Runnable settled) {
  public LogBatch {
    records = List.copyOf(records);
  }

  /** Records that nobody sends again. */
  public static LogBatch of(List<LogRecord> records) {
    return new LogBatch(records, null, () -> {});
  }

  /**
   * Which batch of a node it is.
   *
   * @param sequence grows with each batch of one incarnation
   */
  public record Origin(String node, String incarnation, long sequence) {}

  long size() {
    return records.stream().mapToLong(LogRecord::size).sum();
  }
}
