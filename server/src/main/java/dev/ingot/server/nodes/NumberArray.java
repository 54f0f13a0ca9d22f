package dev.ingot.server.nodes;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;

/** A {@code bigint[]} parameter, for statements about many rows at once. */
public record NumberArray(Long[] values) implements Argument {
  /** What a function says of each. */
  public <T> NumberArray(Collection<T> each, ToLongFunction<? super T> number) {
    this(each.stream().mapToLong(number).boxed().toArray(Long[]::new));
  }

  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setArray(position, statement.getConnection().createArrayOf("int8", values));
  }
}
