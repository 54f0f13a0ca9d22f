package dev.ingot.server.webhooks;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventCatalog;
import dev.ingot.server.events.EventFilter;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which events a webhook wants; an empty list means all.
 *
 * @param types e.g. {@code node}, or {@code node.lost} for one action
 * @param severity the least severity, null for any
 * @param typeIds globs over the type's id: {@code *} for any characters, {@code ?} for one
 */
record Wanted(
    @Nullable List<String> types, @Nullable Severity severity, @Nullable List<String> typeIds) {
  static final Wanted ALL = new Wanted(null, null, null);

  private static final int MOST = 100;
  private static final int LONGEST = 200;

  /** Refuses what can never match, so that nobody waits for it. */
  void check() {
    List<String> kinds = texts(types);
    bounded("events.types", kinds);
    Set<String> known = new TreeSet<>();
    for (EventCatalog.Kind kind : EventCatalog.KINDS) {
      known.add(kind.type());
      known.add(kind.type() + "." + kind.action());
    }
    for (int i = 0; i < kinds.size(); i++) {
      if (!known.contains(kinds.get(i))) {
        String nearest = Nearest.of(kinds.get(i), known);
        throw Problem.invalid(
            "events.types." + i,
            "no such type of event"
                + (nearest == null
                    ? "; docs/events.md lists them"
                    : "; did you mean " + nearest + "?"));
      }
    }
    List<String> globs = texts(typeIds);
    bounded("events.typeIds", globs);
    for (int i = 0; i < globs.size(); i++) {
      if (globs.get(i).isEmpty()) {
        throw Problem.invalid("events.typeIds." + i, "is empty; * is every id");
      }
    }
  }

  private static void bounded(String field, List<String> list) {
    if (list.size() > MOST) {
      throw Problem.invalid(field, "names more than " + MOST);
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).length() > LONGEST || list.get(i).indexOf('\0') >= 0) {
        throw Problem.invalid(field + "." + i, "is longer than " + LONGEST + " or has a NUL");
      }
    }
  }

  static List<String> texts(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  /** What the feed can leave out by itself. */
  EventFilter filter() {
    return new EventFilter(Set.copyOf(texts(types)), Set.of(), severity);
  }

  /** Decides on what the feed let through. */
  boolean admits(Event event) {
    List<String> globs = texts(typeIds);
    return globs.isEmpty() || globs.stream().anyMatch(glob -> Glob.matches(glob, event.typeId()));
  }
}
