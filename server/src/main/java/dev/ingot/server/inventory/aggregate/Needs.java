package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.inventory.segment.PathAccess;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a pipeline reads of the documents.
 *
 * @param everything whether whole documents are answered or handed on
 * @param compared paths whose values decide or are worked with, with everything below them
 * @param shown paths that are only handed on
 */
record Needs(boolean everything, Set<FieldPath> compared, Set<FieldPath> shown) {
  private static final Set<String> IDS = Set.of("mercury_id");

  static Needs of(FieldPath path) {
    return new Needs(false, Set.of(path), Set.of());
  }

  static Needs of(Pipeline pipeline) {
    Collector collector = new Collector();
    boolean everything = true;
    for (Stage stage : pipeline.stages()) {
      if (!collector.reachesOn(stage)) {
        everything = false;
        break;
      }
    }
    return new Needs(everything || collector.whole, collector.compared, collector.shown);
  }

  /**
   * Refuses what may not be read.
   *
   * @param field where it was sent
   */
  void check(PathAccess access, String field) {
    compared.forEach(path -> access.require(path, field));
    shown.forEach(path -> access.requireSome(path, field));
  }

  /** The first keys, where paths suffice. */
  Set<String> sections() {
    Set<String> sections = new LinkedHashSet<>();
    compared.forEach(path -> sections.add(path.first()));
    shown.forEach(path -> sections.add(path.first()));
    sections.removeAll(IDS);
    return sections;
  }

  private static final class Collector {
    private final Set<FieldPath> compared = new LinkedHashSet<>();
    private final Set<FieldPath> shown = new LinkedHashSet<>();
    private boolean whole;

    /** Takes what a stage reads; false if what follows sees only what this one made. */
    boolean reachesOn(Stage stage) {
      switch (stage) {
        case Stage.Match match -> compared.addAll(FilterPaths.of(match.filter()));
        case Stage.Sort sort -> sort.keys().forEach(key -> compared.add(key.path()));
        case Stage.Unwind unwind -> compared.add(unwind.path());
        case Stage.Limit _, Stage.Skip _ -> {}
        case Stage.Project project -> {
          if (project.shape().including()) {
            shape(project.shape().root(), List.of());
            return false;
          }
        }
        case Stage.Group group -> {
          expression(group.id());
          group.fields().values().forEach(field -> expression(field.of()));
          return false;
        }
        case Stage.Count _ -> {
          return false;
        }
      }
      return true;
    }

    private void shape(Shape.Branch branch, List<String> above) {
      branch
          .parts()
          .forEach(
              (name, part) -> {
                FieldPath path = new FieldPath(above).then(new FieldPath(List.of(name)));
                switch (part) {
                  case Shape.Leaf _ -> shown.add(path);
                  // What stands at the path decides whether the field goes into its elements.
                  case Shape.Branch below -> {
                    if (below.computes()) {
                      compared.add(path);
                    }
                    shape(below, path.keys());
                  }
                  case Shape.Computed(Expression expression) -> expression(expression);
                }
              });
    }

    private void expression(Expression expression) {
      switch (expression) {
        case Expression.Path(List<String> keys) -> {
          if (keys.isEmpty()) {
            whole = true;
          } else {
            compared.add(new FieldPath(keys));
          }
        }
        case Expression.Literal _ -> {}
        case Expression.ObjectOf object -> object.fields().values().forEach(this::expression);
        case Expression.ArrayOf array -> array.elements().forEach(this::expression);
        case Expression.Call call -> call.arguments().forEach(this::expression);
      }
    }
  }
}
