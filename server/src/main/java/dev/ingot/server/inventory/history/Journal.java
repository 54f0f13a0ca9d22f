package dev.ingot.server.inventory.history;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.inventory.SqlArray;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes what changed: the way back, what it means, the parts, and the event that tells it. */
public final class Journal {
  public static final AppendOnlyTable HISTORY =
      new AppendOnlyTable("inventory_history", "time", Duration.ofDays(730), 10L << 30);

  /** Each so manieth change keeps the document before it whole: no way back is longer. */
  static final int KEYFRAME_EVERY = 32;

  private static final int MAX_PATHS = 20;

  private final Outbox outbox;

  public Journal(Outbox outbox) {
    this.outbox = outbox;
  }

  /** In the transaction of the changes, which holds the nodes' rows. */
  public void write(Handle handle, List<Changed> changes) {
    if (changes.isEmpty()) {
      return;
    }
    Map<String, List<Finding>> parts = PartTable.settle(handle, changes);
    List<Told> all = new ArrayList<>();
    for (Changed change : changes) {
      List<Finding> found = parts.getOrDefault(change.node(), List.of());
      all.add(new Told(change, Meaning.of(change.first(), change.undo(), found)));
    }
    insert(handle, all);
    outbox.appendAll(handle, all.stream().map(Journal::event).toList());
  }

  private record Told(Changed change, Meaning meaning) {
    List<String> paths() {
      return change.undo().stream().map(JsonDifference.Operation::shape).distinct().toList();
    }
  }

  private static void insert(Handle handle, List<Told> all) {
    handle
        .createUpdate(
            """
            INSERT INTO inventory_history (time, node, number, revision, source, first, change,
              severity, sections, paths, what, more, undo, keyframe)
            SELECT time::timestamptz, node, number, revision, source, first, change, severity,
              string_to_array(sections, chr(31)), string_to_array(paths, chr(31)), what::jsonb,
              more, undo::jsonb, keyframe::jsonb
            FROM unnest(:times, :nodes, :numbers, :revisions, :sources, :firsts, :changes,
              :severities, :sections, :paths, :whats, :mores, :undo, :keyframes)
              AS sent (time, node, number, revision, source, first, change, severity, sections,
                paths, what, more, undo, keyframe)
            """)
        .bind("times", SqlArray.texts(all, told -> told.change.time().toString()))
        .bind("nodes", SqlArray.texts(all, told -> told.change.node()))
        .bind("numbers", SqlArray.longs(all, told -> told.change.number()))
        .bind("revisions", SqlArray.longs(all, told -> told.change.revision()))
        .bind("sources", SqlArray.texts(all, told -> told.change.source()))
        .bind("firsts", SqlArray.booleans(all, told -> told.change.first()))
        .bind("changes", SqlArray.texts(all, told -> told.meaning.change().word()))
        .bind("severities", SqlArray.texts(all, told -> told.meaning.severity().word()))
        .bind("sections", SqlArray.texts(all, told -> joined(told.change.sections())))
        .bind("paths", SqlArray.texts(all, told -> joined(told.paths())))
        .bind("whats", SqlArray.texts(all, told -> Json.write(told.meaning.toJson())))
        .bind("mores", SqlArray.integers(all, told -> told.meaning.more()))
        .bind("undo", SqlArray.texts(all, told -> Json.write(undo(told.change))))
        .bind("keyframes", SqlArray.texts(all, told -> keyframe(told.change)))
        .execute();
  }

  private static String joined(List<String> names) {
    return String.join("\u001f", names);
  }

  private static ArrayNode undo(Changed change) {
    ArrayNode operations = JsonNodeFactory.instance.arrayNode();
    change.undo().forEach(operation -> operations.add(operation.toJson()));
    return operations;
  }

  private static @Nullable String keyframe(Changed change) {
    return change.first() || change.number() % KEYFRAME_EVERY != 0
        ? null
        : Json.write(change.keyframe().get());
  }

  private static NewEvent event(Told told) {
    Changed change = told.change;
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("change", told.meaning.change().word());
    data.put("source", change.source());
    data.put("revision", change.revision());
    data.put("number", change.number());
    data.put("first", change.first());
    ArrayNode sections = data.putArray("sections");
    change.sections().forEach(sections::add);
    ArrayNode paths = data.putArray("paths");
    change.undo().stream().limit(MAX_PATHS).forEach(operation -> paths.add(operation.path()));
    data.put("morePaths", Math.max(0, change.undo().size() - MAX_PATHS));
    data.set("what", told.meaning.toJson());
    data.put("moreWhat", told.meaning.more());
    return new NewEvent(
        "inventory", "changed", told.meaning.severity(), change.node(), change.node(), data);
  }
}
