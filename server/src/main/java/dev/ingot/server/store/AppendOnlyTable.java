package dev.ingot.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * A table that only grows: partitioned by range of its time column (timestamptz), kept within a
 * budget by dropping whole partitions, oldest first.
 *
 * @param name the table, also its key under {@code retention} in the configuration
 * @param age how long a row is kept by default
 * @param bytes how large the table may grow by default, indexes included
 */
public record AppendOnlyTable(String name, String timeColumn, Duration age, long bytes) {
  /** How far back it goes: the first moment of its oldest partition, empty if there is none. */
  public Optional<Instant> keptSince(Handle handle) {
    return Partition.of(handle, name).stream()
        .map(Partition::from)
        .filter(Objects::nonNull)
        .findFirst();
  }
}
