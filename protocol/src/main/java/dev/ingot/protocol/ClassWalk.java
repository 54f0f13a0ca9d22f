package dev.ingot.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk through a section stands among the patterns of its field classes: those that may
 * still fit below, and the class so far. A walk asks each pattern once per key on the way, not once
 * per field.
 */
record ClassWalk(List<Pattern> open, int depth, FieldClass found) {
  /**
   * Later ones win: longer ones, of equally long ones those with more keys, then the earlier key.
   */
  private static final Comparator<Pattern> BY_CLOSENESS =
      Comparator.comparingInt((Pattern pattern) -> pattern.keys.length)
          .thenComparingLong(pattern -> pattern.literals().size())
          .thenComparing(pattern -> pattern.literals().toString(), Comparator.reverseOrder());

  record Pattern(String[] keys, FieldClass fieldClass) {
    /** Places of the keys that are no star. */
    List<Integer> literals() {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < keys.length; i++) {
        if (!keys[i].equals("*")) {
          places.add(i);
        }
      }
      return places;
    }
  }

  static ClassWalk over(Map<String, FieldClass> byPattern) {
    List<Pattern> patterns = new ArrayList<>(byPattern.size());
    byPattern.forEach(
        (pattern, fieldClass) -> patterns.add(new Pattern(pattern.split("\\.", -1), fieldClass)));
    patterns.sort(BY_CLOSENESS);
    return new ClassWalk(patterns, 0, FieldClass.CONFIG);
  }

  /** One field deeper; a key with dots in it counts as the path that it looks like. */
  ClassWalk below(String key) {
    if (open.isEmpty()) {
      return this;
    }
    if (key.indexOf('.') < 0) {
      return step(key);
    }
    ClassWalk walk = this;
    for (String part : key.split("\\.", -1)) {
      walk = walk.step(part);
    }
    return walk;
  }

  private ClassWalk step(String key) {
    @Nullable List<Pattern> next = null;
    FieldClass last = found;
    for (Pattern pattern : open) {
      String asked = pattern.keys[depth];
      if (asked.equals(key) || asked.equals("*")) {
        if (pattern.keys.length == depth + 1) {
          last = pattern.fieldClass;
        } else {
          next = next == null ? new ArrayList<>() : next;
          next.add(pattern);
        }
      }
    }
    return new ClassWalk(next == null ? List.of() : next, depth + 1, last);
  }
}
