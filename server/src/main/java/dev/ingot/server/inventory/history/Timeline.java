package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.KeptClasses;
import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node's document as it stood at a time, without counters and readings: those are not kept. From
 * the nearest whole document after that time back, at most {@link Journal#KEYFRAME_EVERY} steps.
 * All reads of one answer belong into one repeatable-read transaction.
 */
public final class Timeline {
  private Timeline() {}

  /**
   * A document of the past.
   *
   * @param node whose history it is from; an id that was merged since is its own until then
   * @param recorded when it became so, null when that is no longer kept
   */
  public record Past(String node, ObjectNode document, Instant asOf, @Nullable Instant recorded) {}

  private record Row(
      long number, boolean first, Instant time, JsonNode undo, @Nullable ObjectNode keyframe) {
    static Row of(ResultSet row) throws SQLException {
      String keyframe = row.getString("keyframe");
      return new Row(
          row.getLong("number"),
          row.getBoolean("first"),
          row.getObject("time", OffsetDateTime.class).toInstant(),
          Json.read(row.getString("undo")),
          keyframe == null ? null : (ObjectNode) Json.read(keyframe));
    }
  }

  private record Current(ObjectNode document, long changes, Instant changed) {}

  /**
   * The document.
   *
   * @param node a node's id, or one that was merged into another
   * @throws Problem if there was none then, or its history is no longer kept
   */
  static Past asOf(Handle handle, String node, Instant time, String field) {
    List<Row> rows = after(handle, node, time);
    if (rows.isEmpty()) {
      Current current =
          current(handle, node)
              .orElseThrow(() -> Problem.notFound("node " + node + " has no inventory yet"));
      return new Past(node, current.document, time, current.changed);
    }
    Row next = rows.getFirst();
    Instant recorded = before(handle, node, time);
    if (next.first) {
      throw Problem.notFound(
          recorded == null
              ? "node " + node + " was first seen at " + next.time
              : "node " + node + " had no inventory between its merge and " + next.time);
    }
    if (recorded == null) {
      Instant kept = Journal.HISTORY.keptSince(handle).orElse(next.time);
      if (time.isBefore(kept)) {
        throw Problem.invalid(
            field,
            "the history of node "
                + node
                + " before "
                + kept
                + " is no longer kept: that is the oldest time that can be answered");
      }
    }
    return new Past(node, walk(handle, node, rows), time, recorded);
  }

  /**
   * The documents on both sides of a change.
   *
   * @param before null when there was none
   */
  record Around(@Nullable ObjectNode before, ObjectNode after) {}

  /** The documents around the change of that number, null when it is no longer kept. */
  static @Nullable Around around(Handle handle, String node, long number) {
    List<Row> rows =
        handle
            .createQuery(
                """
                SELECT number, first, time, undo::text, keyframe::text FROM inventory_history
                WHERE node = :node AND number >= :number ORDER BY number LIMIT :most
                """)
            .bind("node", node)
            .bind("number", number)
            .bind("most", Journal.KEYFRAME_EVERY + 2)
            .map((row, _) -> Row.of(row))
            .list();
    if (rows.isEmpty() || rows.getFirst().number != number) {
      return null;
    }
    Row change = rows.getFirst();
    List<Row> later = rows.subList(1, rows.size());
    ObjectNode after =
        later.isEmpty()
            ? current(handle, node).map(Current::document).orElse(null)
            : later.getFirst().first ? null : walk(handle, node, later);
    if (after == null) {
      return null;
    }
    if (change.first) {
      return new Around(null, after);
    }
    ObjectNode before = after.deepCopy();
    JsonPatch.apply(before, change.undo);
    return new Around(before, after);
  }

  /** Whether the node had a document then. */
  static boolean begins(Handle handle, String node, Instant time) {
    List<Row> rows = after(handle, node, time);
    return !rows.isEmpty() && !rows.getFirst().first;
  }

  private static ObjectNode walk(Handle handle, String node, List<Row> rows) {
    long expected = rows.getFirst().number;
    List<Row> steps = new ArrayList<>();
    ObjectNode document = null;
    for (Row row : rows) {
      if (row.number != expected++) {
        throw new IllegalStateException(
            "the history of node " + node + " lacks its change " + (expected - 1));
      }
      if (row.keyframe != null) {
        document = row.keyframe;
        break;
      }
      steps.add(row);
    }
    if (document == null) {
      Current current =
          current(handle, node)
              .orElseThrow(() -> new IllegalStateException("node " + node + " has no document"));
      if (current.changes != expected - 1) {
        throw new IllegalStateException(
            "the history of node " + node + " ends before its change " + current.changes);
      }
      document = current.document;
    }
    for (Row step : steps.reversed()) {
      JsonPatch.apply(document, step.undo);
    }
    return document;
  }

  /** The changes after a time, the earliest first: as many as lead to a whole document. */
  private static List<Row> after(Handle handle, String node, Instant time) {
    return handle
        .createQuery(
            """
            SELECT number, first, time, undo::text, keyframe::text FROM inventory_history
            WHERE node = :node AND time > :time ORDER BY time, number LIMIT :most
            """)
        .bind("node", node)
        .bind("time", time.atOffset(ZoneOffset.UTC))
        .bind("most", Journal.KEYFRAME_EVERY + 1)
        .map((row, _) -> Row.of(row))
        .list();
  }

  /** When the last change until then was, null if none is kept. */
  private static @Nullable Instant before(Handle handle, String node, Instant time) {
    return handle
        .createQuery(
            """
            SELECT time FROM inventory_history WHERE node = :node AND time <= :time
            ORDER BY time DESC LIMIT 1
            """)
        .bind("node", node)
        .bind("time", time.atOffset(ZoneOffset.UTC))
        .mapTo(OffsetDateTime.class)
        .map(OffsetDateTime::toInstant)
        .findOne()
        .orElse(null);
  }

  private static Optional<Current> current(Handle handle, String node) {
    return handle
        .createQuery("SELECT doc::text, changes, changed FROM inventory WHERE node = :node")
        .bind("node", node)
        .map(
            (row, _) ->
                new Current(
                    stable(handle, node, (ObjectNode) Json.read(row.getString("doc"))),
                    row.getLong("changes"),
                    row.getObject("changed", OffsetDateTime.class).toInstant()))
        .findOne();
  }

  /** The document without counters and readings. */
  static ObjectNode stable(Handle handle, String node, ObjectNode document) {
    Map<String, String> classes = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT name, classes FROM inventory_section
            WHERE node = :node AND NOT aside AND content_hash IS NOT NULL AND classes IS NOT NULL
            """)
        .bind("node", node)
        .map((row, _) -> Map.entry(row.getString("name"), row.getString("classes")))
        .forEach(entry -> classes.put(entry.getKey(), entry.getValue()));
    ObjectNode stable = JsonNodeFactory.instance.objectNode();
    document.forEachEntry(
        (name, content) -> stable.set(name, KeptClasses.of(classes.get(name)).stable(content)));
    return stable;
  }
}
