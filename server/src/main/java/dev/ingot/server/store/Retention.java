package dev.ingot.server.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every table that only grows within its budget: makes partitions ahead, drops the oldest
 * ones by age and by bytes. One process does it at a time.
 */
public final class Retention implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);
  private static final Duration TURN = Duration.ofMinutes(1);
  private static final List<Duration> LENGTHS =
      List.of(Duration.ofDays(1), Duration.ofHours(6), Duration.ofHours(1), Duration.ofMinutes(10));

  /** An age is kept to within a seventh, a size to within an eighth. */
  private static final int PIECES_OF_AGE = 7;

  private static final int PIECES_OF_BYTES = 8;
  private static final int MOST_NEW = 50;

  /** A table and what is kept of it. */
  public record Kept(AppendOnlyTable table, Budget budget) {
    /** With the table's own budget. */
    public static Kept byDefault(AppendOnlyTable table) {
      return new Kept(table, Budget.of(table));
    }
  }

  private final Jdbi engine;
  private final List<Kept> kept;
  private final Repeating turns;

  private Retention(Jdbi engine, List<Kept> kept) {
    this.engine = engine;
    this.kept = kept;
    turn(); // no row of a new day has to wait in the default partition
    this.turns = Repeating.every(TURN, "retention", this::turn);
  }

  /** Does one turn, then one each minute until closed. */
  public static Retention start(Store store, List<Kept> kept) {
    return new Retention(store.engine(), List.copyOf(kept));
  }

  /** One turn over all tables, unless another process is at it. */
  private void turn() {
    engine.useHandle(
        handle -> {
          Optional<AdvisoryLock> lock = AdvisoryLock.ofSession(handle, "retention");
          if (lock.isPresent()) {
            try (AdvisoryLock _ = lock.get()) {
              kept.forEach(table -> tendCarefully(handle, table));
            }
          }
        });
  }

  private static void tendCarefully(Handle handle, Kept kept) {
    try {
      tend(handle, kept);
    } catch (JdbiException e) {
      log.warn("retention of {} is tried again later: {}", kept.table().name(), firstLine(e));
    }
  }

  private static String firstLine(JdbiException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  /** One turn of one table. */
  static void tend(Handle handle, Kept kept) {
    AppendOnlyTable table = kept.table();
    Instant now = DatabaseClock.now(handle);
    Instant oldest = now.minus(kept.budget().age());
    dropByAge(handle, table, oldest);
    dropByBytes(handle, kept, now);
    Duration length = length(kept.budget());
    makeAhead(handle, table, now, length);
    emptyDefault(handle, table, oldest, now, length);
    cutWhenLarge(handle, kept, now);
  }

  private static void dropByAge(Handle handle, AppendOnlyTable table, Instant oldest) {
    for (Partition partition : Partition.of(handle, table.name())) {
      if (partition.endsBy(oldest)) {
        Partitions.drop(handle, partition);
        log.info("dropped {}: past its age", partition.name());
      }
    }
  }

  private static void dropByBytes(Handle handle, Kept kept, Instant now) {
    List<Partition> partitions = Partition.of(handle, kept.table().name());
    long total = partitions.stream().mapToLong(Partition::bytes).sum();
    for (Partition partition : partitions) {
      if (total <= kept.budget().bytes().bytes()) {
        return;
      }
      if (partition.endsBy(now)) {
        Partitions.drop(handle, partition);
        total -= partition.bytes();
        log.info("dropped {}: the table is over its budget of bytes", partition.name());
      }
    }
  }

  private static Duration length(Budget budget) {
    return LENGTHS.stream()
        .filter(length -> length.multipliedBy(PIECES_OF_AGE).compareTo(budget.age()) <= 0)
        .findFirst()
        .orElse(LENGTHS.getLast());
  }

  /** Makes what is missing between the present piece and the one after the next. */
  private static void makeAhead(
      Handle handle, AppendOnlyTable table, Instant now, Duration length) {
    Instant end = now.plus(length.multipliedBy(2));
    for (Instant at = floor(now, length); at.isBefore(end); ) {
      at = ensure(handle, table, at, now, length);
    }
  }

  /** Makes the piece that holds this moment when there is none; the moment at which it ends. */
  private static Instant ensure(
      Handle handle, AppendOnlyTable table, Instant at, Instant now, Duration length) {
    List<Partition> partitions = Partition.of(handle, table.name());
    for (Partition partition : partitions) {
      Instant to = partition.to();
      if (partition.covers(at) && to != null) {
        return to;
      }
    }
    Instant from = floor(at, length);
    Instant to = from.plus(length);
    for (Partition partition : partitions) {
      Instant lower = partition.from();
      Instant upper = partition.to();
      if (lower != null && upper != null) {
        from = !upper.isAfter(at) && upper.isAfter(from) ? upper : from;
        to = lower.isAfter(at) && lower.isBefore(to) ? lower : to;
      }
    }
    Partitions.make(handle, table, from, to);
    log.debug("made a partition of {} from {} to {} at {}", table.name(), from, to, now);
    return to;
  }

  private static Instant floor(Instant time, Duration length) {
    long seconds = length.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /** Rows that found no partition go where they belong; those from the future wait for it. */
  private static void emptyDefault(
      Handle handle, AppendOnlyTable table, Instant oldest, Instant now, Duration length) {
    String name = table.name() + "_default";
    String time = table.timeColumn();
    handle.execute("DELETE FROM %s WHERE %s < ?".formatted(name, time), oldest);
    List<Instant> pieces =
        handle
            .createQuery(
                """
                SELECT DISTINCT floor(extract(epoch FROM %s) / :length)::bigint * :length
                  FROM %s WHERE %s < :end ORDER BY 1 LIMIT :most
                """
                    .formatted(time, name, time))
            .bind("length", length.toSeconds())
            .bind("end", now.plus(length.multipliedBy(2)))
            .bind("most", MOST_NEW)
            .mapTo(Long.class)
            .map(Instant::ofEpochSecond)
            .list();
    for (Instant piece : pieces) {
      Instant end = piece.plus(length);
      for (Instant at = piece; at.isBefore(end); ) {
        at = ensure(handle, table, at, now, length);
      }
    }
  }

  private static void cutWhenLarge(Handle handle, Kept kept, Instant now) {
    long piece = kept.budget().bytes().bytes() / PIECES_OF_BYTES;
    List<Partition> present = new ArrayList<>(Partition.of(handle, kept.table().name()));
    present.removeIf(partition -> !partition.covers(now) || partition.bytes() <= piece);
    present.sort(Comparator.comparing(Partition::name));
    for (Partition partition : present) {
      Partitions.cut(handle, kept.table(), partition);
    }
  }

  @Override
  public void close() {
    turns.close();
  }
}
