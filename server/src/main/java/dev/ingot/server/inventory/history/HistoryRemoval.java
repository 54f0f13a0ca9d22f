package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.NodeRemoval;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of a history when its node goes. Of a deleted node nothing is kept. One that is
 * merged keeps its history, which ends with its last document whole; its parts are the other
 * node's, missed there until that node shows them.
 */
public final class HistoryRemoval implements NodeRemoval {
  @Override
  public void removing(Handle handle, String nodeId) {
    List<String> chains = Chains.of(handle, nodeId);
    for (String statement :
        List.of(
            "DELETE FROM inventory_history WHERE node = :node",
            "DELETE FROM inventory_ended WHERE node = :node",
            "DELETE FROM part WHERE node = :node")) {
      chains.forEach(chain -> handle.createUpdate(statement).bind("node", chain).execute());
    }
  }

  @Override
  public void merging(Handle handle, String from, String into) {
    handle
        .createQuery(
            "SELECT doc::text, changes, revision FROM inventory WHERE node = :node FOR UPDATE")
        .bind("node", from)
        .map(
            (row, _) ->
                new Last(
                    (ObjectNode) Json.read(row.getString("doc")),
                    row.getLong("changes"),
                    row.getLong("revision")))
        .findOne()
        .ifPresent(last -> end(handle, from, into, last));
    moveParts(handle, from, into);
  }

  private record Last(ObjectNode document, long changes, long revision) {}

  private static void end(Handle handle, String from, String into, Last last) {
    Finding finding = Finding.of(Change.INFORMATIONAL, "merged into node " + into, "");
    handle
        .createUpdate(
            """
            WITH moment AS (
              SELECT greatest(clock_timestamp(), changed + interval '1 microsecond') AS time
              FROM inventory WHERE node = :node),
            ended AS (
              INSERT INTO inventory_ended AS known (node, number, time)
              SELECT :node, :number, time FROM moment
              ON CONFLICT (node) DO UPDATE SET number = excluded.number, time = excluded.time)
            INSERT INTO inventory_history (time, node, number, revision, source, change, ended,
              sections, what, undo, keyframe)
            SELECT time, :node, :number, :revision, 'merge', 'informational', true, '{}',
              :what::jsonb, '[]', :keyframe::jsonb FROM moment
            """)
        .bind("node", from)
        .bind("number", last.changes + 1)
        .bind("revision", last.revision)
        .bind("what", Json.write(List.of(finding.toJson())))
        .bind("keyframe", Json.write(Timeline.stable(handle, from, last.document)))
        .execute();
  }

  private static void moveParts(Handle handle, String from, String into) {
    handle
        .createUpdate(
            """
            INSERT INTO part AS known (serial, kind, node, model, size, slot, path, first_seen,
              last_seen, gone)
            SELECT serial, kind, :into, model, size, slot, path, first_seen,
              coalesce(last_seen, clock_timestamp()), coalesce(gone, clock_timestamp())
            FROM part WHERE node = :from ORDER BY serial, kind
            ON CONFLICT (serial, kind, node) DO UPDATE
              SET first_seen = least(known.first_seen, excluded.first_seen)
            """)
        .bind("from", from)
        .bind("into", into)
        .execute();
    handle.createUpdate("DELETE FROM part WHERE node = :from").bind("from", from).execute();
  }
}
