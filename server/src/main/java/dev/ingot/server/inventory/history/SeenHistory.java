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
import tools.jackson.databind.node.ArrayNode;

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
      SeenFindings findings = findings(batch);
      for (Entry entry : batch) {
        Entry left = access.readsEverything() ? whole(entry, findings) : part(entry, findings);
        if (left != null && isWanted(left, wanted)) {
          seen.add(left);
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

  private static boolean isWanted(Entry entry, Wanted wanted) {
    String path = wanted.path();
    return (wanted.changes().isEmpty() || wanted.changes().contains(entry.change()))
        && (path == null
            || entry.paths().stream()
                .anyMatch(
                    at ->
                        at.equals(path) || at.startsWith(path + ".") || path.startsWith(at + ".")));
  }

  private SeenFindings findings(List<Entry> batch) {
    Set<String> named = new HashSet<>();
    batch.forEach(entry -> named.addAll(SeenFindings.nodes(entry.what())));
    return new SeenFindings(access, new HashSet<>(visible.of(handle, access.principal(), named)));
  }

  /** Of somebody who reads all of a node, and may not see the others that a finding names. */
  private static Entry whole(Entry entry, SeenFindings findings) {
    return with(
        entry,
        entry.first(),
        entry.paths(),
        findings.of(entry.what()),
        entry.severity(),
        entry.more());
  }

  /** As if the hidden parts before and after were not there; null when nothing is left. */
  private @Nullable Entry part(Entry entry, SeenFindings findings) {
    ArrayNode what = findings.of(entry.what());
    List<String> readable = entry.paths().stream().filter(this::maySome).toList();
    if (entry.ended() || readable.isEmpty()) {
      return entry.ended() ? with(entry, entry.first(), List.of(), what, severity(what), 0) : null;
    }
    // A whole section, or one of which some is hidden: only the documents say what is seen of it.
    if (readable.stream().allMatch(path -> path.contains(".") && may(section(path)))) {
      return with(entry, false, readable, what, severity(what), 0);
    }
    SeenChange change = SeenChange.of(handle, entry.node(), entry.number(), access::prune);
    if (change == null || change.back().isEmpty()) {
      return null;
    }
    what.addAll(change.meaning(section -> !may(section)));
    return with(entry, change.first(), change.shapes(), what, severity(what), 0);
  }

  private static Entry with(
      Entry entry, boolean first, List<String> paths, JsonNode what, String severity, int more) {
    return new Entry(
        entry.node(),
        entry.number(),
        entry.time(),
        entry.source(),
        SeenFindings.change(what),
        severity,
        first,
        entry.ended(),
        paths.stream().map(SeenHistory::section).distinct().toList(),
        paths,
        what,
        more);
  }

  private static String severity(JsonNode what) {
    String change = SeenFindings.change(what);
    return change.equals("lost") || change.equals("degraded") ? "warning" : "information";
  }

  private static String section(String path) {
    return path.split("\\.", 2)[0];
  }

  private boolean may(String path) {
    return access.may(List.of(path.split("\\.", -1)));
  }

  private boolean maySome(String path) {
    return access.mayReadSome(List.of(path.split("\\.", -1)));
  }
}
