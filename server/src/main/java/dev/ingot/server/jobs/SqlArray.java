package dev.ingot.server.jobs;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** An array as one parameter of a statement about many rows. */
record SqlArray(String type, @Nullable Object[] elements) implements Argument {
  static SqlArray longs(Collection<Long> values) {
    return new SqlArray("int8", values.toArray(new Long[0]));
  }

  static SqlArray texts(Collection<String> values) {
    return new SqlArray("text", values.toArray(new String[0]));
  }

  static SqlArray integers(int[] values) {
    return new SqlArray("int4", Arrays.stream(values).boxed().toArray(Integer[]::new));
  }

  static <T> SqlArray longs(Collection<T> rows, Function<T, @Nullable Long> value) {
    return new SqlArray("int8", rows.stream().map(value).toArray(Long[]::new));
  }

  static <T> SqlArray integers(Collection<T> rows, Function<T, @Nullable Integer> value) {
    return new SqlArray("int4", rows.stream().map(value).toArray(Integer[]::new));
  }

  static <T> SqlArray texts(Collection<T> rows, Function<T, @Nullable String> value) {
    return new SqlArray("text", rows.stream().map(value).toArray(String[]::new));
  }

  static <T> SqlArray booleans(Collection<T> rows, Function<T, Boolean> value) {
    return new SqlArray("bool", rows.stream().map(value).toArray(Boolean[]::new));
  }

  static <T> SqlArray bytes(Collection<T> rows, Function<T, byte[]> value) {
    return new SqlArray("bytea", rows.stream().map(value).toArray(byte[][]::new));
  }

  /** As microseconds since 1970, which is what PostgreSQL keeps. */
  static <T> SqlArray times(Collection<T> rows, Function<T, @Nullable Instant> value) {
    return longs(rows, row -> micros(value.apply(row)));
  }

  private static @Nullable Long micros(@Nullable Instant time) {
    return time == null
        ? null
        : Math.addExact(
            Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  static @Nullable OffsetDateTime time(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setArray(position, statement.getConnection().createArrayOf(type, elements));
  }
}
