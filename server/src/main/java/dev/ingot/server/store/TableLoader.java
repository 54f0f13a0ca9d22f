package dev.ingot.server.store;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** One table of a restore: COPY from the client. */
final class TableLoader implements AutoCloseable {
  private final CopyIn copy;

  private TableLoader(CopyIn copy) {
    this.copy = copy;
  }

  static TableLoader into(Handle handle, BackupHeader.Table table) throws SQLException {
    return new TableLoader(
        handle
            .getConnection()
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                "COPY %s (%s) FROM STDIN"
                    .formatted(Schema.quoted(table.name()), String.join(", ", table.columns()))));
  }

  void add(byte[] bytes) throws SQLException {
    copy.writeToCopy(bytes, 0, bytes.length);
  }

  /** How many rows came. */
  long finish() throws SQLException {
    return copy.endCopy();
  }

  @Override
  public void close() throws SQLException {
    if (copy.isActive()) {
      copy.cancelCopy();
    }
  }
}
