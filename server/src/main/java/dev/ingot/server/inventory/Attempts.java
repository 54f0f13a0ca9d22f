package dev.ingot.server.inventory;

import java.sql.SQLException;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Transactions that are tried again when the database gave another one precedence. */
final class Attempts {
  private static final int MOST = 3;

  /** Serialisation failure and deadlock: PostgreSQL, appendix A. */
  private static final Set<String> WORTH_ANOTHER_TRY = Set.of("40001", "40P01");

  private Attempts() {}

  static <T> T inTransaction(Jdbi jdbi, Function<Handle, T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return jdbi.inTransaction(work::apply);
      } catch (JdbiException e) {
        if (attempt == MOST || !WORTH_ANOTHER_TRY.contains(sqlState(e))) {
          throw e;
        }
      }
    }
  }

  /** Whether the fault is in what was to be stored: class 22, data exception. */
  static boolean isDataFault(JdbiException thrown) {
    return sqlState(thrown).startsWith("22");
  }

  private static String sqlState(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e && e.getSQLState() != null) {
        return e.getSQLState();
      }
    }
    return "";
  }
}
