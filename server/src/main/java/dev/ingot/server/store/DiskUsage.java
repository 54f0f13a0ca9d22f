package dev.ingot.server.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What the database takes, table by table, largest first. */
public final class DiskUsage {
  private static final String SIZES =
      """
      SELECT root.relname AS name, sum(pg_total_relation_size(c.oid))::bigint AS bytes,
             sum(greatest(c.reltuples, s.n_live_tup, 0))::bigint AS rows
        FROM pg_class c
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
        JOIN pg_class root ON root.oid = coalesce(i.inhparent, c.oid)
        LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
       WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
       GROUP BY 1 ORDER BY 2 DESC, 1
      """;

  private DiskUsage() {}

  /**
   * One table.
   *
   * @param bytes indexes and TOAST included
   * @param rows an estimate
   * @param oldest time of about its oldest row, null when it is empty or does not only grow
   * @param age how long rows are kept, null when it does not only grow
   * @param budget how many bytes are kept, null when it does not only grow
   */
  public record Table(
      String name,
      long bytes,
      long rows,
      @Nullable Instant oldest,
      @Nullable Duration age,
      @Nullable Long budget) {}

  /**
   * All of it.
   *
   * @param disk the file system of the embedded database, null for an external one
   */
  public record Report(
      DiskPressure.Level pressure,
      DiskPressure.@Nullable Space disk,
      long databaseBytes,
      List<Table> tables) {}

  public static Report read(Store store, List<Retention.Kept> kept) {
    Map<String, Retention.Kept> budgets =
        kept.stream().collect(Collectors.toMap(k -> k.table().name(), Function.identity()));
    return store
        .api()
        .inTransaction(
            handle -> {
              handle.execute("SET LOCAL synchronize_seqscans = off"); // the first row first
              long all =
                  handle
                      .createQuery("SELECT pg_database_size(current_database())")
                      .mapTo(Long.class)
                      .one();
              DiskPressure pressure = store.diskPressure();
              return new Report(pressure.level(), pressure.space(), all, tables(handle, budgets));
            });
  }

  private static List<Table> tables(Handle handle, Map<String, Retention.Kept> budgets) {
    List<Table> sizes =
        handle
            .createQuery(SIZES)
            .map(
                (row, context) ->
                    new Table(
                        row.getString("name"),
                        row.getLong("bytes"),
                        row.getLong("rows"),
                        null,
                        null,
                        null))
            .list();
    return sizes.stream().map(table -> withBudget(handle, table, budgets)).toList();
  }

  private static Table withBudget(Handle handle, Table table, Map<String, Retention.Kept> budgets) {
    Retention.Kept kept = budgets.get(table.name());
    return kept == null
        ? table
        : new Table(
            table.name(),
            table.bytes(),
            table.rows(),
            oldest(handle, kept.table()),
            kept.budget().age(),
            kept.budget().bytes().bytes());
  }

  /** Rows are written in the order of their time, so the first row is about the oldest. */
  private static @Nullable Instant oldest(Handle handle, AppendOnlyTable table) {
    for (Partition partition : Partition.of(handle, table.name())) {
      OffsetDateTime first =
          handle
              .createQuery(
                  "SELECT %s FROM %s LIMIT 1".formatted(table.timeColumn(), partition.name()))
              .mapTo(OffsetDateTime.class)
              .findOne()
              .orElse(null);
      if (first != null && !partition.isDefault()) {
        return first.toInstant();
      }
    }
    return null;
  }
}
