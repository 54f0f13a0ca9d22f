package dev.ingot.server.inventory;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.segment.PathAccess;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether somebody may write each of the places that an edit changes. */
final class WriteGrants {
  private WriteGrants() {}

  /**
   * Refuses an edit for what it names, whatever is there: else a value that nobody may read could
   * be found out by writing it until nothing changes.
   */
  static void check(PathAccess access, ImportEdit edit) {
    switch (edit) {
      case ImportEdit.Replace(var sections, var _) ->
          sections.keySet().forEach(section -> whole(access, section));
      case ImportEdit.Remove(String section) -> {
        if (access.mayReadSome(List.of(section))) {
          whole(access, section);
        }
      }
      case ImportEdit.Patch(ObjectNode patch) -> named(access, List.of(), patch);
    }
  }

  /** A section of which some is hidden can be patched, and not replaced or taken away. */
  private static void whole(PathAccess access, String section) {
    List<String> path = List.of(section);
    if (!access.may(path)) {
      access.requireWrite(new FieldPath(path), "inventory");
    }
  }

  private static void named(PathAccess access, List<String> path, ObjectNode patch) {
    patch.forEachEntry(
        (key, value) -> {
          List<String> at = new ArrayList<>(path);
          at.add(key);
          if (value instanceof ObjectNode below && !below.isEmpty()) {
            named(access, at, below);
          } else {
            access.requireWrite(new FieldPath(at), "inventory");
          }
        });
  }

  /** Refuses what is not granted, naming the path; the update is loaded and not yet applied. */
  static void check(PathAccess access, NodeUpdate update) {
    ObjectNode before = update.said();
    ObjectNode after = update.writtenContents();
    Set<String> names = new LinkedHashSet<>(update.written());
    names.addAll(update.removed());
    for (String name : names) {
      check(access, List.of(name), before.get(name), after.get(name));
    }
  }

  private static void check(
      PathAccess access, List<String> path, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (before != null && before.equals(after)) {
      return;
    }
    if (before != null && !before.isContainer() && !access.may(path)) {
      // A value where the path of a grant goes on: nobody sees it, so it gives way unseen.
      check(access, path, null, after);
      return;
    }
    boolean below =
        (before instanceof ObjectNode || after instanceof ObjectNode)
            && (before == null || before instanceof ObjectNode)
            && (after == null || after instanceof ObjectNode);
    Set<String> keys = new LinkedHashSet<>();
    if (below && before != null) {
      keys.addAll(before.propertyNames());
    }
    if (below && after != null) {
      keys.addAll(after.propertyNames());
    }
    if (before == null && after == null) {
      return;
    }
    if (keys.isEmpty() || access.principal().segment().write().covers(path)) {
      access.requireWrite(new FieldPath(path), "inventory");
      return;
    }
    for (String key : keys) {
      List<String> at = new ArrayList<>(path);
      at.add(key);
      check(
          access,
          at,
          before == null ? null : before.get(key),
          after == null ? null : after.get(key));
    }
  }
}
