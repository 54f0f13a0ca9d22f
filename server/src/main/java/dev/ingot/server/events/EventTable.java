package dev.ingot.server.events;

import dev.ingot.core.Json;
import dev.ingot.server.store.AppendOnlyTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Numbered events in PostgreSQL. */
public final class EventTable {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("event", "published", Duration.ofDays(30), 2L << 30);

  private EventTable() {}

  /** The last position that was given. */
  static long last(Handle handle) {
    return handle.createQuery("select last from event_position").mapTo(Long.class).one();
  }

  /** The first position that is still kept beyond the given one, null when there is none. */
  static @Nullable Long firstKept(Handle handle, long after) {
    return handle
        .createQuery("select position from event where position > :after order by position limit 1")
        .bind("after", after)
        .mapTo(Long.class)
        .findOne()
        .orElse(null);
  }

  /** Events in ({@code after}, {@code upTo}] that the filter wants, in order. */
  static List<Event> between(Handle handle, long after, long upTo, EventFilter filter, int limit) {
    StringBuilder where = new StringBuilder("position > :after and position <= :upTo");
    if (!filter.types().isEmpty()) {
      where.append(" and (type = any(:types) or type || '.' || action = any(:types))");
    }
    if (!filter.nodes().isEmpty()) {
      where.append(" and node_id = any(:nodes)");
    }
    if (filter.least() != null) {
      where.append(" and severity = any(:severities)");
    }
    Query query =
        handle
            .createQuery(
                "select position, time, type, action, severity, type_id, node_id, data from event"
                    + " where "
                    + where
                    + " order by position limit :limit")
            .bind("after", after)
            .bind("upTo", upTo)
            .bind("limit", limit);
    if (!filter.types().isEmpty()) {
      query.bindArray("types", String.class, filter.types().toArray());
    }
    if (!filter.nodes().isEmpty()) {
      query.bindArray("nodes", String.class, filter.nodes().toArray());
    }
    if (filter.least() != null) {
      query.bindArray("severities", String.class, atLeast(filter.least()).toArray());
    }
    return query.map((row, context) -> event(row)).list();
  }

  private static Set<String> atLeast(Severity least) {
    return Arrays.stream(Severity.values())
        .filter(severity -> severity.compareTo(least) >= 0)
        .map(Severity::word)
        .collect(Collectors.toSet());
  }

  private static Event event(ResultSet row) throws SQLException {
    return new Event(
        row.getString("position"),
        row.getTimestamp("time").toInstant(),
        row.getString("type"),
        row.getString("action"),
        row.getString("severity"),
        row.getString("type_id"),
        row.getString("node_id"),
        Json.read(row.getString("data")));
  }
}
