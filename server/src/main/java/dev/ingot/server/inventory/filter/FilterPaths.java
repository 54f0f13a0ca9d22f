package dev.ingot.server.inventory.filter;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The paths that a filter reads, in the order in which it names them: who may not read one of them
 * must not ask by it. A path is read with all that is below it. Indexes stand as they were written.
 */
public final class FilterPaths {
  private FilterPaths() {}

  public static Set<FieldPath> of(Filter filter) {
    Set<FieldPath> paths = new LinkedHashSet<>();
    collect(filter, FieldPath.ITSELF, paths);
    return paths;
  }

  private static void collect(Filter filter, FieldPath below, Set<FieldPath> paths) {
    switch (filter) {
      case Filter.And and -> and.parts().forEach(part -> collect(part, below, paths));
      case Filter.Or or -> or.parts().forEach(part -> collect(part, below, paths));
      case Filter.Not not -> collect(not.part(), below, paths);
      case Filter.Field(FieldPath path, Condition.Element(boolean ofObjects, Filter element)) -> {
        FieldPath array = below.then(path);
        if (!ofObjects || isEmpty(element)) {
          paths.add(array);
        }
        collect(element, array, paths);
      }
      case Filter.Field(FieldPath path, Condition _) -> paths.add(below.then(path));
    }
  }

  /** Whether it asks for no field at all. */
  private static boolean isEmpty(Filter filter) {
    Set<FieldPath> paths = new LinkedHashSet<>();
    collect(filter, FieldPath.ITSELF, paths);
    return paths.isEmpty();
  }
}
