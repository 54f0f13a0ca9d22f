package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What is read of results, one node at a time. */
final class PluginRecords {
  private PluginRecords() {}

  /**
   * The last result of a plugin.
   *
   * @param time when it arrived
   * @param nodeTime when it ran, by the node's clock
   * @param raw the last output, where it is not of its format
   * @param value the last that there was
   * @param valueTime when that arrived
   */
  record Result(
      String name,
      Instant time,
      @Nullable Instant nodeTime,
      @Nullable Long milliseconds,
      @Nullable Integer exit,
      @Nullable String error,
      String format,
      String source,
      @Nullable Long job,
      @Nullable String raw,
      @Nullable JsonNode value,
      @Nullable Instant valueTime) {}

  /**
   * One run.
   *
   * @param number grows; not without gaps
   * @param changed whether its value was another than before
   * @param value null where it is the one before
   */
  record Run(
      long number,
      Instant time,
      @Nullable Instant nodeTime,
      @Nullable Long milliseconds,
      @Nullable Integer exit,
      @Nullable String error,
      String format,
      String source,
      @Nullable Long job,
      @Nullable String raw,
      boolean changed,
      @Nullable JsonNode value) {}

  private static final RowMapper<Result> RESULT =
      (row, _) ->
          new Result(
              row.getString("name"),
              row.getObject("time", OffsetDateTime.class).toInstant(),
              instant(row.getObject("node_time", OffsetDateTime.class)),
              row.getObject("milliseconds", Long.class),
              row.getObject("exit", Integer.class),
              row.getString("error"),
              row.getString("format"),
              row.getString("source"),
              row.getObject("job", Long.class),
              row.getString("raw"),
              json(row.getString("value")),
              instant(row.getObject("value_time", OffsetDateTime.class)));

  private static final RowMapper<Run> RUN =
      (row, _) ->
          new Run(
              row.getLong("number"),
              row.getObject("time", OffsetDateTime.class).toInstant(),
              instant(row.getObject("node_time", OffsetDateTime.class)),
              row.getObject("milliseconds", Long.class),
              row.getObject("exit", Integer.class),
              row.getString("error"),
              row.getString("format"),
              row.getString("source"),
              row.getObject("job", Long.class),
              row.getString("raw"),
              row.getBoolean("changed"),
              json(row.getString("value")));

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    return text == null ? null : Json.read(text);
  }

  static List<Result> of(Handle handle, String node) {
    return handle
        .createQuery("SELECT * FROM plugin_result WHERE node = :node ORDER BY name")
        .bind("node", node)
        .map(RESULT)
        .list();
  }

  static Optional<Result> of(Handle handle, String node, String name) {
    return handle
        .createQuery("SELECT * FROM plugin_result WHERE node = :node AND name = :name")
        .bind("node", node)
        .bind("name", name)
        .map(RESULT)
        .findOne();
  }

  /** The runs before a number, the last one first. */
  static List<Run> runs(Handle handle, String node, String name, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM plugin_history WHERE node = :node AND name = :name AND number < :before
            ORDER BY number DESC LIMIT :limit
            """)
        .bind("node", node)
        .bind("name", name)
        .bind("before", before)
        .bind("limit", limit)
        .map(RUN)
        .list();
  }
}
