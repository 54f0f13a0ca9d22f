package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Numbers;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The kernel's lists of processors: {@code 0-3,8,10-11}. */
final class CpuLists {
  private static final int MOST = 16_384;

  private CpuLists() {}

  /** The processors in a list, sorted; parts that are no range are left out. */
  static Set<Integer> parse(@Nullable String list) {
    Set<Integer> numbers = new TreeSet<>();
    if (list == null) {
      return numbers;
    }
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      Long first = Numbers.parse(dash < 0 ? range : range.substring(0, dash));
      Long last = dash < 0 ? first : Numbers.parse(range.substring(dash + 1));
      if (first != null && last != null && first >= 0 && last < MOST) {
        for (long number = first; number <= last; number++) {
          numbers.add((int) number);
        }
      }
    }
    return numbers;
  }
}
