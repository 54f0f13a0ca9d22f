package dev.ingot.server.inventory.query;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Together;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * How long a statement may take, which the database itself watches. Plans are made for the
 * parameters as they are: an index serves a jsonpath only where it is a constant.
 */
record TimeLimit(Duration limit) {
  private static final String SETTINGS =
      "SELECT set_config('statement_timeout', ?, true),"
          + " set_config('plan_cache_mode', 'force_custom_plan', true)";

  /** Works in a transaction. */
  <T> T transaction(Handle handle, String field, Supplier<T> work) {
    try {
      return handle.inTransaction(
          transaction -> {
            transaction.createQuery(SETTINGS).bind(0, milliseconds()).mapTo(String.class).list();
            return work.get();
          });
    } catch (JdbiException e) {
      throw problem(e, field);
    }
  }

  /**
   * Sends the limit and the statements {@linkplain Together together}, outside of a transaction:
   * the limit ends with them.
   */
  void together(Handle handle, String field, List<Sql> statements, Together.Reader reader) {
    StringBuilder text = new StringBuilder(SETTINGS);
    List<Object> parameters = new ArrayList<>();
    parameters.add(milliseconds());
    for (Sql statement : statements) {
      text.append("; ").append(statement.text());
      parameters.addAll(statement.parameters());
    }
    try {
      Together.read(
          Queries.bound(handle.createQuery(text.toString()), parameters),
          statements.size() + 1,
          (place, rows) -> {
            if (place > 0) {
              reader.read(place - 1, rows);
            }
          });
    } catch (JdbiException e) {
      throw problem(e, field);
    }
  }

  private String milliseconds() {
    return Long.toString(limit.toMillis());
  }

  private RuntimeException problem(JdbiException thrown, String field) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String state = cause instanceof SQLException e ? String.valueOf(e.getSQLState()) : "";
      if (state.equals("57014")) {
        return new Problem(
            Problem.Kind.INVALID,
            "the query was stopped: it takes longer than %s s; narrow it by an equality on a declared path, or declare the path that it asks for (ingot inventory indexes)"
                .formatted(limit.toMillis() / 1000.0),
            field,
            thrown);
      }
      // Invalid regular expression; statement too complex.
      if (state.equals("2201B") || state.startsWith("54")) {
        return new Problem(
            Problem.Kind.INVALID, "the filter is too complex for the database", field, thrown);
      }
    }
    return thrown;
  }
}
