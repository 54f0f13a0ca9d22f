package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.Filter;
import java.util.ArrayList;
import java.util.List;

/**
 * A pipeline that was read and checked.
 *
 * @param match what the database selects: the {@code $match} stages at the beginning
 * @param stages what follows
 */
record Pipeline(Filter match, List<Stage> stages) {
  Pipeline {
    stages = List.copyOf(stages);
  }

  static Pipeline of(List<Stage> stages) {
    List<Filter> first = new ArrayList<>();
    int at = 0;
    while (at < stages.size() && stages.get(at) instanceof Stage.Match match) {
      if (match.filter() instanceof Filter.And and) {
        first.addAll(and.parts());
      } else {
        first.add(match.filter());
      }
      at++;
    }
    Filter all = first.size() == 1 ? first.getFirst() : new Filter.And(first);
    return new Pipeline(all, bounded(stages.subList(at, stages.size())));
  }

  /** A sort that limits follow keeps no more than they let through. */
  private static List<Stage> bounded(List<Stage> stages) {
    List<Stage> bounded = new ArrayList<>(stages);
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i) instanceof Stage.Sort sort) {
        bounded.set(i, new Stage.Sort(sort.keys(), wanted(stages, i + 1), sort.place()));
      }
    }
    return bounded;
  }

  private static long wanted(List<Stage> stages, int from) {
    long skipped = 0;
    for (Stage stage : stages.subList(from, stages.size())) {
      switch (stage) {
        case Stage.Skip skip -> skipped += skip.count();
        case Stage.Limit limit -> {
          return skipped + limit.most();
        }
        case Stage.Project _ -> {}
        default -> {
          return Long.MAX_VALUE;
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /** Whether what is answered depends on the order in which documents come. */
  boolean isOrdered() {
    for (Stage stage : stages) {
      switch (stage) {
        case Stage.Group group -> {
          return group.fields().values().stream()
              .anyMatch(
                  field ->
                      switch (field.accumulator()) {
                        case FIRST, LAST, LIST -> true;
                        case SUM, AVERAGE, LEAST, GREATEST, SET -> false;
                      });
        }
        case Stage.Count _ -> {
          return false;
        }
        case Stage.Limit _, Stage.Skip _, Stage.Sort _ -> {
          return true;
        }
        case Stage.Match _, Stage.Project _, Stage.Unwind _ -> {}
      }
    }
    return true;
  }
}
