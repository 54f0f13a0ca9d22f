package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stage of a pipeline; {@code place} is where it was sent, for problems. */
sealed interface Stage {
  String place();

  record Match(Filter filter, String place) implements Stage {}

  /** One accumulator of a group. */
  record Gathering(Accumulator accumulator, Expression of) {}

  record Group(Expression id, Map<String, Gathering> fields, String place) implements Stage {}

  /** One key of a sort. */
  record SortKey(FieldPath path, boolean descending) {}

  /**
   * @param most how many documents of the order are wanted: what the limits behind it say
   */
  record Sort(List<SortKey> keys, long most, String place) implements Stage {
    public Sort {
      keys = List.copyOf(keys);
    }
  }

  record Limit(long most, String place) implements Stage {}

  record Skip(long count, String place) implements Stage {}

  record Project(Shape shape, String place) implements Stage {}

  /**
   * @param index the field that receives the element's index, null for none
   * @param keepEmpty whether documents without an element stay
   */
  record Unwind(FieldPath path, @Nullable FieldPath index, boolean keepEmpty, String place)
      implements Stage {}

  record Count(String field, String place) implements Stage {}
}
