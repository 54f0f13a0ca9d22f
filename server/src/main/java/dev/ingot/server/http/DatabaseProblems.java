package dev.ingot.server.http;

import dev.ingot.server.problem.Problem;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/**
 * What a failure of the database means to who asked. Classes of SQLState: PostgreSQL, appendix A.
 */
final class DatabaseProblems {
  private DatabaseProblems() {}

  /** The problem behind an exception of JDBC, empty when it is our own mistake. */
  static Optional<Problem> of(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        return of(e, thrown);
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> of(SQLException e, Throwable thrown) {
    String state = String.valueOf(e.getSQLState());
    if (e instanceof SQLTransientConnectionException) {
      return Optional.of(Problem.unavailable("the server is busy: no free connection", thrown));
    }
    if (state.startsWith("08") || state.startsWith("57P0")) {
      return Optional.of(Problem.unavailable("the database does not answer", thrown));
    }
    if (state.equals("53100")) {
      return Optional.of(Problem.unavailable("the database's disk is full", thrown));
    }
    if (state.startsWith("53")
        || state.equals("40001")
        || state.equals("40P01")
        || state.equals("55P03")) {
      return Optional.of(Problem.unavailable("the database is busy", thrown));
    }
    if (state.equals("57014")) {
      return Optional.of(Problem.unavailable("the database took too long", thrown));
    }
    if (state.equals("22021") || state.equals("22P05")) {
      return Optional.of(
          new Problem(Problem.Kind.INVALID, "the character U+0000 cannot be stored", null, thrown));
    }
    return Optional.empty();
  }
}
