package dev.ingot.server.inventory;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** An array as one parameter of a statement, sent in PostgreSQL's binary form. */
public record SqlArray(String type, @Nullable Object[] elements) implements Argument {
  public static SqlArray texts(Collection<String> values) {
    return new SqlArray("text", values.toArray(new String[0]));
  }

  public static <T> SqlArray texts(Collection<T> rows, Function<T, @Nullable String> value) {
    return new SqlArray("text", rows.stream().map(value).toArray(String[]::new));
  }

  public static <T> SqlArray longs(Collection<T> rows, Function<T, @Nullable Long> value) {
    return new SqlArray("int8", rows.stream().map(value).toArray(Long[]::new));
  }

  public static <T> SqlArray integers(Collection<T> rows, Function<T, @Nullable Integer> value) {
    return new SqlArray("int4", rows.stream().map(value).toArray(Integer[]::new));
  }

  public static <T> SqlArray booleans(Collection<T> rows, Function<T, Boolean> value) {
    return new SqlArray("bool", rows.stream().map(value).toArray(Boolean[]::new));
  }

  public static <T> SqlArray bytes(Collection<T> rows, Function<T, byte @Nullable []> value) {
    return new SqlArray("bytea", rows.stream().map(value).toArray(byte[][]::new));
  }

  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setArray(position, statement.getConnection().createArrayOf(type, elements));
  }
}
