package dev.ingot.server.inventory.filter;

import java.util.List;

/**
 * What a document must be to match. {@code $nor} is a {@link Not} of an {@link Or}, {@code $ne} a
 * {@link Not} of an {@link Condition.Equal}: a condition that no value may meet.
 */
public sealed interface Filter {
  /** Matches every document. */
  Filter EVERYTHING = new And(List.of());

  /** All of the parts, or the one that there is. */
  static Filter all(List<Filter> parts) {
    return parts.size() == 1 ? parts.getFirst() : new And(parts);
  }

  /** Any of the parts, or the one that there is. */
  static Filter any(List<Filter> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Or(parts);
  }

  /** Every part matches. */
  record And(List<Filter> parts) implements Filter {
    public And {
      parts = List.copyOf(parts);
    }
  }

  /** At least one part matches. */
  record Or(List<Filter> parts) implements Filter {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  /** The part does not match. */
  record Not(Filter part) implements Filter {}

  /** At least one value at the path meets the condition. */
  record Field(FieldPath path, Condition condition) implements Filter {}
}
