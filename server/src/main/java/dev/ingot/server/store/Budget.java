package dev.ingot.server.store;

import dev.ingot.configuration.ByteSize;
import java.time.Duration;

/**
 * How much of an append-only table is kept: {@code retention.<table>} in the configuration.
 * Whichever limit is met first drops the oldest rows.
 */
public record Budget(Duration age, ByteSize bytes) {
  public Budget {
    if (age.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException("an age below 1h cannot be kept");
    }
    if (bytes.bytes() < 1 << 20) {
      throw new IllegalArgumentException("less than 1MiB cannot be kept");
    }
  }

  /** The table's own defaults. */
  public static Budget of(AppendOnlyTable table) {
    return new Budget(table.age(), new ByteSize(table.bytes()));
  }
}
