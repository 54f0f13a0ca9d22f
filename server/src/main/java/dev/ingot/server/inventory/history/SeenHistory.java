package dev.ingot.server.inventory.history;

import dev.ingot.server.inventory.history.HistoryTable.After;
import dev.ingot.server.inventory.history.HistoryTable.Entry;
import dev.ingot.server.inventory.history.HistoryTable.Wanted;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.inventory.segment.SeenFindings;
import dev.ingot.server.nodes.VisibleNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A node's history as somebody may read it: of each change the paths that are granted, and a change
 * of which nothing is left is not there. The numbers of changes count hidden ones, so they are
 * shown to nobody else than who reads everything.
 */
final class SeenHistory {
  private static final int BATCH = 500;

  private final Handle handle;
  private final PathAccess access;
  private final VisibleNodes visible;

  SeenHistory(Handle handle, PathAccess access, VisibleNodes visible) {
    this.handle = handle;
    this.access = access;
    this.visible = visible;
  }

  List<Entry> list(Wanted wanted, @Nullable After after, int most) {
    if (access.readsEverything() && access.seesAllNodes()) {
      return HistoryTable.list(handle, wanted, after, most);
    }
    Wanted any =
        new Wanted(wanted.nodes(), wanted.since(), wanted.until(), wanted.path(), Set.of());
    List<Entry> seen = new ArrayList<>();
    After from = after;
    while (true) {
      List<Entry> batch = HistoryTable.list(handle, any, from, BATCH);
      for (Entry entry : seen(batch)) {
        if (wanted.changes().isEmpty() || wanted.changes().contains(entry.change())) {
          seen.add(entry);
        }
        if (seen.size() == most) {
          return seen;
        }
      }
      if (batch.size() < BATCH) {
        return seen;
      }
      Entry last = batch.getLast();
      from = new After(last.time(), last.node(), last.number());
    }
  }

  private List<Entry> seen(List<Entry> batch) {
    Set<String> named = new HashSet<>();
    batch.forEach(entry -> named.addAll(SeenFindings.nodes(entry.what())));
    Set<String> nodes = new HashSet<>(visible.of(handle, access.principal(), named));
    SeenFindings findings = new SeenFindings(access, nodes);
    List<Entry> seen = new ArrayList<>();
    for (Entry entry : batch) {
      List<String> paths = entry.paths().stream().filter(this::may).toList();
      if (!paths.isEmpty() || entry.ended()) {
        JsonNode what = findings.of(entry.what());
        seen.add(
            new Entry(
                entry.node(),
                entry.number(),
                entry.time(),
                entry.source(),
                SeenFindings.change(what),
                access.readsEverything() ? entry.severity() : severity(what),
                entry.first(),
                entry.ended(),
                entry.sections().stream().filter(this::may).toList(),
                paths,
                what,
                access.readsEverything() ? entry.more() : 0));
      }
    }
    return seen;
  }

  private static String severity(JsonNode what) {
    String change = SeenFindings.change(what);
    return change.equals("lost") || change.equals("degraded") ? "warning" : "information";
  }

  private boolean may(String path) {
    return access.may(List.of(path.split("\\.", -1)));
  }
}
