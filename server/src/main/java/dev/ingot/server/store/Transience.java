package dev.ingot.server.store;

import dev.ingot.server.problem.Problem;
import java.sql.SQLException;
import java.sql.SQLTransientException;

/** Tells what waiting helps against from what it does not. */
public final class Transience {
  private Transience() {}

  /** The database is away, busy or full, or two transactions met: the work is not to blame. */
  public static boolean passes(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE) {
        return true;
      }
      if (e instanceof SQLTransientException) {
        return true;
      }
      if (e instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        // PostgreSQL appendix A: connection, transaction rollback, resources, operator
        // intervention.
        if (state.startsWith("08")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("55P03")
            || state.startsWith("57")) {
          return true;
        }
      }
    }
    return false;
  }

  /** The deepest cause's message, or what it is when it has none. */
  public static String cause(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
  }
}
