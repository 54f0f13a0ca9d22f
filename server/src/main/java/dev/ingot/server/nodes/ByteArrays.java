package dev.ingot.server.nodes;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;

/** A {@code bytea[]} parameter, for statements about many rows at once. */
public record ByteArrays(Collection<byte[]> values) implements Argument {
  @Override
  public void apply(int position, PreparedStatement statement, StatementContext context)
      throws SQLException {
    statement.setArray(
        position, statement.getConnection().createArrayOf("bytea", values.toArray(new byte[0][])));
  }
}
