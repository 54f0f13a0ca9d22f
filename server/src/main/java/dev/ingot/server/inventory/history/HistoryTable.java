package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.SqlArray;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Changes, the latest first. */
final class HistoryTable {
  private HistoryTable() {}

  /**
   * One change of a node's document.
   *
   * @param node the node, or one that was merged into it
   * @param first there was no document before
   * @param ended it was merged into another node
   * @param paths where it differs, without indexes
   * @param what what it means, the worst first
   * @param more how much of that was left out
   */
  record Entry(
      String node,
      long number,
      Instant time,
      String source,
      String change,
      String severity,
      boolean first,
      boolean ended,
      List<String> sections,
      List<String> paths,
      JsonNode what,
      int more) {}

  /**
   * Which changes.
   *
   * @param path what differs is there, above or below; without indexes
   * @param changes words of {@link Change}; empty for all
   */
  record Wanted(
      Collection<String> nodes,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable String path,
      Set<String> changes) {}

  /** Where a list goes on. */
  record After(Instant time, String node, long number) {}

  static List<Entry> list(Handle handle, Wanted wanted, @Nullable After after, int most) {
    StringBuilder where = new StringBuilder("node = ANY(:nodes)");
    if (wanted.since != null) {
      where.append(" AND time >= :since");
    }
    if (wanted.until != null) {
      where.append(" AND time <= :until");
    }
    if (wanted.path != null) {
      where.append(
          """
           AND EXISTS (SELECT 1 FROM unnest(paths) AS p WHERE p = :path
             OR starts_with(p, :path || '.') OR starts_with(:path, p || '.'))\
          """);
    }
    if (!wanted.changes.isEmpty()) {
      where.append(" AND change = ANY(:changes)");
    }
    if (after != null) {
      where.append(" AND time <= :time AND (time, node, number) < (:time, :node, :number)");
    }
    Query query =
        handle
            .createQuery(
                "SELECT node, number, time, source, change, severity, first, ended, sections,"
                    + " paths, what::text, more FROM inventory_history WHERE "
                    + where
                    + " ORDER BY time DESC, node DESC, number DESC LIMIT :most")
            .bind("nodes", SqlArray.texts(wanted.nodes))
            .bind("most", most);
    if (wanted.since != null) {
      query.bind("since", wanted.since.atOffset(ZoneOffset.UTC));
    }
    if (wanted.until != null) {
      query.bind("until", wanted.until.atOffset(ZoneOffset.UTC));
    }
    if (wanted.path != null) {
      query.bind("path", wanted.path);
    }
    if (!wanted.changes.isEmpty()) {
      query.bind("changes", SqlArray.texts(wanted.changes));
    }
    if (after != null) {
      query
          .bind("time", after.time.atOffset(ZoneOffset.UTC))
          .bind("node", after.node)
          .bind("number", after.number);
    }
    return query.map((row, _) -> entry(row)).list();
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getString("node"),
        row.getLong("number"),
        row.getObject("time", OffsetDateTime.class).toInstant(),
        row.getString("source"),
        row.getString("change"),
        row.getString("severity"),
        row.getBoolean("first"),
        row.getBoolean("ended"),
        texts(row.getArray("sections")),
        texts(row.getArray("paths")),
        Json.read(row.getString("what")),
        row.getInt("more"));
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
