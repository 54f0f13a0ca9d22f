package dev.ingot.server.inventory.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What came, went and moved between two documents of one machine. */
final class PartChanges {
  private PartChanges() {}

  /**
   * Compares.
   *
   * @param before null if there was no document
   */
  static List<PartChange> between(@Nullable ObjectNode before, ObjectNode after) {
    if (before != null && showsNone(before, after) && showsNone(after, before)) {
      return List.of();
    }
    Map<String, Part> gone = before == null ? new LinkedHashMap<>() : Parts.of(before);
    // Of a first document only what can be followed counts: nothing else came from anywhere.
    Map<String, Part> come = before == null ? Parts.numbered(after) : Parts.of(after);
    List<PartChange> changes = new ArrayList<>();
    for (Part part : List.copyOf(gone.values())) {
      Part now = come.get(part.id());
      if (now != null) {
        gone.remove(part.id());
        come.remove(part.id());
        same(changes, part, now);
      }
    }
    pairUnnumbered(gone, come, changes);
    Map<String, Part> inPlace = new HashMap<>();
    come.values().forEach(part -> inPlace.putIfAbsent(place(part), part));
    for (Part part : gone.values()) {
      boolean withdrawn = !after.has(section(part));
      changes.add(new PartChange(PartChange.What.GONE, part, inPlace.get(place(part)), withdrawn));
    }
    for (Part part : come.values()) {
      boolean first = before == null || !before.has(section(part));
      changes.add(new PartChange(PartChange.What.NEW, part, null, first));
    }
    return changes;
  }

  /** Whether no part is shown in those sections of one document that the other has otherwise. */
  private static boolean showsNone(ObjectNode one, ObjectNode other) {
    ObjectNode differing = JsonNodeFactory.instance.objectNode();
    one.forEachEntry(
        (section, content) -> {
          if (!content.equals(other.get(section))) {
            differing.set(section, content);
          }
        });
    return Parts.of(differing).isEmpty();
  }

  private static String section(Part part) {
    int dot = part.path().indexOf('.');
    return dot < 0 ? part.path() : part.path().substring(0, dot);
  }

  private static void same(List<PartChange> changes, Part was, Part now) {
    if (was.slot() != null && now.slot() != null && !was.slot().equals(now.slot())) {
      changes.add(new PartChange(PartChange.What.MOVED, was, now, false));
    } else if (!Objects.equals(was.place(), now.place())
        || !Objects.equals(was.model(), now.model())
        || !Objects.equals(was.size(), now.size())) {
      changes.add(new PartChange(PartChange.What.SAME, was, now, false));
    }
  }

  /**
   * A part whose serial number is said on one side only is the one in the same place; one that
   * never had any and is of the same model is the one that is elsewhere now.
   */
  private static void pairUnnumbered(
      Map<String, Part> gone, Map<String, Part> come, List<PartChange> changes) {
    Map<String, Part> byPlace = new HashMap<>();
    Map<String, List<Part>> byModel = new HashMap<>();
    come.values()
        .forEach(
            part -> {
              byPlace.putIfAbsent(place(part), part);
              if (part.serial() == null && part.model() != null) {
                byModel.computeIfAbsent(looks(part), _ -> new ArrayList<>()).add(part);
              }
            });
    for (Part part : List.copyOf(gone.values())) {
      Part there = byPlace.get(place(part));
      if (there != null
          && come.containsKey(there.id())
          && (part.serial() == null || there.serial() == null)
          && (part.serial() != null
              || there.serial() != null
              || looks(part).equals(looks(there)))) {
        gone.remove(part.id());
        come.remove(there.id());
        if (part.serial() == null && there.serial() != null) {
          changes.add(new PartChange(PartChange.What.NEW, there, null, true));
        }
      }
    }
    for (Part part : List.copyOf(gone.values())) {
      List<Part> alike = part.serial() == null ? byModel.get(looks(part)) : null;
      Part now = alike == null || alike.isEmpty() ? null : alike.removeFirst();
      if (now != null && come.remove(now.id()) != null) {
        gone.remove(part.id());
        changes.add(new PartChange(PartChange.What.MOVED, part, now, false));
      }
    }
  }

  private static String place(Part part) {
    return part.place() == null ? part.id() : part.kind() + "|" + part.scope() + "@" + part.place();
  }

  private static String looks(Part part) {
    return part.kind() + "|" + part.model() + "|" + part.size();
  }
}
