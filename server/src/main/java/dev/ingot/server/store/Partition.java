package dev.ingot.server.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a table that only grows.
 *
 * @param from its first moment, null for the default partition
 * @param to the moment after its last, null for the default partition
 * @param bytes on disk, indexes and TOAST included
 * @param rows PostgreSQL's estimate
 */
record Partition(String name, @Nullable Instant from, @Nullable Instant to, long bytes, long rows) {

  private static final String LIST =
      """
      SELECT c.relname AS name, pg_total_relation_size(c.oid) AS bytes,
             greatest(c.reltuples, 0)::bigint AS rows,
             (regexp_match(b.bound, 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS lower,
             (regexp_match(b.bound, 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS upper
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b
       WHERE i.inhparent = to_regclass(:table)
       ORDER BY lower NULLS FIRST
      """;

  /** The table's partitions, the default one first, then oldest first. */
  static List<Partition> of(Handle handle, String table) {
    return handle
        .createQuery(LIST)
        .bind("table", table)
        .map(
            (row, context) ->
                new Partition(
                    row.getString("name"),
                    instant(row.getObject("lower", OffsetDateTime.class)),
                    instant(row.getObject("upper", OffsetDateTime.class)),
                    row.getLong("bytes"),
                    row.getLong("rows")))
        .list();
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  /** Its bounds; none for the default partition. */
  Optional<BackupHeader.Range> range() {
    return from == null || to == null
        ? Optional.empty()
        : Optional.of(new BackupHeader.Range(name, from, to));
  }

  boolean isDefault() {
    return from == null;
  }

  boolean covers(Instant time) {
    return from != null && to != null && !time.isBefore(from) && time.isBefore(to);
  }

  boolean endsBy(Instant time) {
    return to != null && !to.isAfter(time);
  }
}
