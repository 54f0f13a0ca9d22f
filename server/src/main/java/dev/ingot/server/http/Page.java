package dev.ingot.server.http;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next the cursor of the page that follows, null for the last one
 */
public record Page<T>(List<T> items, @Nullable String next) {
  /**
   * The page of a query that asked for one row more than the limit.
   *
   * @param cursor of the last item that is shown
   */
  public static <T> Page<T> of(List<T> oneMore, int limit, Function<T, Cursor> cursor) {
    if (oneMore.size() <= limit) {
      return new Page<>(oneMore, null);
    }
    List<T> items = List.copyOf(oneMore.subList(0, limit));
    return new Page<>(items, cursor.apply(items.getLast()).text());
  }
}
