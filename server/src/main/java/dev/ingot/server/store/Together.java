package dev.ingot.server.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Several statements in the text of one query, divided by semicolons, that each answer rows: they
 * are one way to the database and back. Each sees what was committed before it began; outside of a
 * transaction they are one (PostgreSQL, 54.2.4 Pipelining: what comes before the Sync).
 */
public final class Together {
  private Together() {}

  /** Reads the answer of one of the statements, counted from 0. */
  public interface Reader {
    void read(int statement, ResultSet rows) throws SQLException;
  }

  /**
   * Sends them and hands their answers over, in order.
   *
   * @param statements how many there are
   */
  public static void read(Query query, int statements, Reader reader) {
    query.execute(
        (sent, context) -> {
          try (StatementContext _ = context) {
            PreparedStatement answers = sent.get();
            for (int i = 0; i < statements; i++) {
              if (i > 0 && !answers.getMoreResults()) {
                throw new SQLException(i + " of " + statements + " statements were answered");
              }
              try (ResultSet rows = answers.getResultSet()) {
                reader.read(i, rows);
              }
            }
            return true;
          }
        });
  }
}
