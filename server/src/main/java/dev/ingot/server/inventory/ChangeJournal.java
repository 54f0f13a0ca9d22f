package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes what changed: what was before, and the event, with the change itself. */
final class ChangeJournal {
  static final AppendOnlyTable HISTORY =
      new AppendOnlyTable("inventory_history", "time", Duration.ofDays(730), 10L << 30);

  private static final String INFORMATIONAL = "informational";
  private static final int MAX_PATHS = 20;

  private final Outbox outbox;

  ChangeJournal(Outbox outbox) {
    this.outbox = outbox;
  }

  void write(Handle handle, List<NodeUpdate> changes) {
    if (changes.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            INSERT INTO inventory_history (node, revision, source, change, sections, undo)
            SELECT node, revision, source, :change, string_to_array(sections, chr(31)), undo::jsonb
            FROM unnest(:nodes, :revisions, :sources, :sections, :undo)
              AS sent (node, revision, source, sections, undo)
            """)
        .bind("change", INFORMATIONAL)
        .bind("nodes", SqlArray.texts(changes, change -> change.nodeId))
        .bind("revisions", SqlArray.longs(changes, NodeUpdate::revision))
        .bind("sources", SqlArray.texts(changes, change -> change.source().word()))
        .bind(
            "sections",
            SqlArray.texts(changes, change -> String.join("\u001f", change.changedSections())))
        .bind("undo", SqlArray.texts(changes, change -> Json.write(undo(change))))
        .execute();
    outbox.appendAll(handle, changes.stream().map(ChangeJournal::event).toList());
  }

  private static ArrayNode undo(NodeUpdate change) {
    ArrayNode operations = JsonNodeFactory.instance.arrayNode();
    change.undo().forEach(operation -> operations.add(operation.toJson()));
    return operations;
  }

  private static NewEvent event(NodeUpdate change) {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("change", INFORMATIONAL);
    data.put("source", change.source().word());
    data.put("revision", change.revision());
    data.put("first", change.isFirst());
    ArrayNode sections = data.putArray("sections");
    change.changedSections().forEach(sections::add);
    ArrayNode paths = data.putArray("paths");
    change.undo().stream().limit(MAX_PATHS).forEach(operation -> paths.add(operation.path()));
    data.put("morePaths", Math.max(0, change.undo().size() - MAX_PATHS));
    return new NewEvent(
        "inventory", "changed", Severity.INFORMATION, change.nodeId, change.nodeId, data);
  }
}
