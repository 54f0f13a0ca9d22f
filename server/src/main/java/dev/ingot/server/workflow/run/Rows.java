package dev.ingot.server.workflow.run;

import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Rows for one statement, as an array for each column, for {@code unnest}: many rows cost one
 * statement. Times go as texts, for the statement to cast.
 */
final class Rows<T> {
  private final Collection<T> rows;

  Rows(Collection<T> rows) {
    this.rows = rows;
  }

  void longs(SqlStatement<?> statement, String name, ToLongFunction<T> value) {
    statement.bindArray(
        name, Long.class, rows.stream().map(each -> (Object) value.applyAsLong(each)).toArray());
  }

  void integers(SqlStatement<?> statement, String name, ToIntFunction<T> value) {
    statement.bindArray(
        name, Integer.class, rows.stream().map(each -> (Object) value.applyAsInt(each)).toArray());
  }

  void texts(SqlStatement<?> statement, String name, Function<T, @Nullable String> value) {
    statement.bindArray(name, String.class, rows.stream().map(value).toArray());
  }

  void times(SqlStatement<?> statement, String name, Function<T, @Nullable Instant> value) {
    texts(
        statement,
        name,
        each -> {
          Instant time = value.apply(each);
          return time == null ? null : time.toString();
        });
  }
}
