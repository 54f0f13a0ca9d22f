package dev.ingot.server.store;

import dev.ingot.core.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Writes everything that the database holds, as of one moment, while it goes on working. */
public final class Backup {
  private Backup() {}

  /** What was written or read. */
  public record Summary(int tables, long rows) {}

  /**
   * Writes a backup; the stream is flushed and stays open.
   *
   * @param ingot version of this program, stamped on it
   * @throws IOException when the stream takes no more
   */
  public static Summary write(Store store, String ingot, OutputStream target) throws IOException {
    try (Connection connection = store.direct("backup");
        Handle handle = Jdbi.create(connection).open()) {
      return handle.inTransaction(
          TransactionIsolationLevel.REPEATABLE_READ, snapshot -> write(snapshot, ingot, target));
    } catch (SQLException | JdbiException e) {
      throw new IOException("back up the database: " + e.getMessage(), e);
    }
  }

  private static Summary write(Handle handle, String ingot, OutputStream target)
      throws IOException {
    handle.execute("SET LOCAL TimeZone = 'UTC'");
    handle.execute("SET LOCAL DateStyle = 'ISO'");
    List<String> names = Schema.tables(handle);
    // dropping a partition is seen by old snapshots too: retention waits until we are through
    handle.execute(
        "LOCK TABLE "
            + String.join(", ", names.stream().map(Schema::quoted).toList())
            + " IN ACCESS SHARE MODE");
    BackupHeader header = header(handle, ingot, names);
    BackupFrames.Writer frames = new BackupFrames.Writer(target);
    frames.write(BackupFrames.HEADER, Json.bytes(header));
    long rows = 0;
    for (BackupHeader.Table table : header.tables()) {
      frames.write(BackupFrames.TABLE, table.name().getBytes(StandardCharsets.UTF_8));
      rows += copy(handle, table, frames);
    }
    frames.finish();
    target.flush();
    return new Summary(names.size(), rows);
  }

  private static long copy(Handle handle, BackupHeader.Table table, BackupFrames.Writer frames)
      throws IOException {
    String columns = String.join(", ", table.columns());
    try (Chunks chunks = new Chunks(frames)) {
      CopyManager copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
      return copy.copyOut(
          "COPY (SELECT %s FROM %s) TO STDOUT".formatted(columns, Schema.quoted(table.name())),
          chunks);
    } catch (SQLException e) {
      throw new IOException("back up the table " + table.name() + ": " + e.getMessage(), e);
    }
  }

  private static BackupHeader header(Handle handle, String ingot, List<String> names) {
    List<BackupHeader.Table> tables =
        names.stream()
            .map(
                name ->
                    new BackupHeader.Table(name, Columns.of(handle, name), ranges(handle, name)))
            .toList();
    return new BackupHeader(
        BackupHeader.FORMAT,
        ingot,
        handle.createQuery("SHOW server_version").mapTo(String.class).one(),
        DatabaseClock.now(handle),
        Schema.migrations(handle),
        tables,
        Schema.sequences(handle));
  }

  private static List<BackupHeader.Range> ranges(Handle handle, String table) {
    return Partition.of(handle, table).stream()
        .flatMap(partition -> partition.range().stream())
        .toList();
  }

  /** Rows come one by one; frames are larger. */
  private static final class Chunks extends OutputStream {
    private final BackupFrames.Writer frames;
    private final byte[] buffer = new byte[BackupFrames.CHUNK];
    private int used;

    Chunks(BackupFrames.Writer frames) {
      this.frames = frames;
    }

    @Override
    public void write(int oneByte) throws IOException {
      write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int from = offset;
      int left = length;
      while (left > 0) {
        int part = Math.min(left, buffer.length - used);
        System.arraycopy(bytes, from, buffer, used, part);
        used += part;
        from += part;
        left -= part;
        if (used == buffer.length) {
          send();
        }
      }
    }

    private void send() throws IOException {
      if (used > 0) {
        frames.write(BackupFrames.DATA, buffer, used);
        used = 0;
      }
    }

    @Override
    public void close() throws IOException {
      send();
    }
  }
}
