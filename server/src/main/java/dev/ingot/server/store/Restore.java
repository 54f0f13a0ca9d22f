package dev.ingot.server.store;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Replaces everything that the database holds by a backup, in one transaction: all of it or, if
 * anything is wrong with the file, nothing. Readers and writers wait meanwhile.
 */
public final class Restore {
  private static final Logger log = LoggerFactory.getLogger(Restore.class);

  private Restore() {}

  /**
   * Reads a backup and runs what {@link Store#afterRestore} was given.
   *
   * @throws Problem malformed when the file is no whole backup, conflict when its schema is not
   *     ours
   */
  public static Backup.Summary read(Store store, InputStream source) {
    BackupFrames.Reader frames;
    BackupHeader header;
    try {
      frames = new BackupFrames.Reader(source);
      header = header(frames.next());
    } catch (IOException e) {
      throw damaged(e);
    }
    Backup.Summary summary;
    try (Connection connection = store.direct("restore");
        Handle handle = Jdbi.create(connection).open()) {
      checkSchema(header, Schema.migrations(handle));
      summary = handle.inTransaction(transaction -> load(transaction, header, frames));
      store.restored();
      handle.execute("ANALYZE");
    } catch (IOException e) {
      throw damaged(e);
    } catch (SQLException | JdbiException | StoreException e) {
      throw refused(e);
    }
    log.info("restored {} rows of {} tables", summary.rows(), summary.tables());
    return summary;
  }

  private static Problem damaged(IOException e) {
    String why = e.getMessage() == null ? "it ends too early" : e.getMessage();
    return new Problem(
        Problem.Kind.MALFORMED,
        "this is no whole Ingot backup (" + why + "); nothing was changed",
        null,
        e);
  }

  private static Problem refused(Exception e) {
    Throwable cause = e.getCause() instanceof SQLException sql ? sql : e;
    String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    boolean busy = cause instanceof SQLException failure && "55P03".equals(failure.getSQLState());
    return new Problem(
        busy ? Problem.Kind.UNAVAILABLE : Problem.Kind.CONFLICT,
        "the backup cannot be loaded (" + why + "); nothing was changed",
        null,
        e);
  }

  private static BackupHeader header(BackupFrames.Frame frame) throws IOException {
    if (frame.kind() != BackupFrames.HEADER) {
      throw new IOException("it has no header");
    }
    try {
      int format = Json.read(frame.bytes()).path("format").asInt(0);
      if (format > BackupHeader.FORMAT) {
        throw Problem.conflict(
            "the backup is of format %d; this Ingot reads up to %d: restore it with a newer Ingot"
                .formatted(format, BackupHeader.FORMAT));
      }
      return Json.MAPPER.readValue(frame.bytes(), BackupHeader.class);
    } catch (JacksonException e) {
      throw new IOException("its header cannot be read", e);
    }
  }

  private static void checkSchema(BackupHeader header, List<String> ours) {
    Set<String> unknown = new HashSet<>(header.migrations());
    ours.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw Problem.conflict(
          "the backup was made by a newer Ingot (%s, its schema has %s): restore it with that version"
              .formatted(header.ingot(), unknown.stream().sorted().toList()));
    }
    List<String> missing = new ArrayList<>(ours);
    missing.removeAll(header.migrations());
    if (!missing.isEmpty()) {
      throw Problem.conflict(
          "the backup was made by an older Ingot (%s, its schema lacks %s): restore it with that version, then start this one on it"
              .formatted(header.ingot(), missing));
    }
  }

  private static Backup.Summary load(Handle handle, BackupHeader header, BackupFrames.Reader frames)
      throws IOException {
    handle.execute("SET LOCAL lock_timeout = '30s'");
    handle.execute("SET LOCAL statement_timeout = 0");
    handle.execute("SET LOCAL TimeZone = 'UTC'");
    handle.execute("SET LOCAL DateStyle = 'ISO'");
    List<String> names = header.tables().stream().map(BackupHeader.Table::name).toList();
    if (!Set.copyOf(names).equals(Set.copyOf(Schema.tables(handle)))) {
      throw Problem.conflict("the tables of the backup are not the tables of this database");
    }
    handle.execute("TRUNCATE " + String.join(", ", names.stream().map(Schema::quoted).toList()));
    header.tables().forEach(table -> Partitions.replace(handle, table));
    long rows = copy(handle, header, frames);
    header.sequences().forEach((name, last) -> restart(handle, name, last));
    return new Backup.Summary(names.size(), rows);
  }

  private static long copy(Handle handle, BackupHeader header, BackupFrames.Reader frames)
      throws IOException {
    long rows = 0;
    BackupFrames.Frame frame = frames.next();
    for (BackupHeader.Table table : header.tables()) {
      if (frame.kind() != BackupFrames.TABLE
          || !table.name().equals(new String(frame.bytes(), StandardCharsets.UTF_8))) {
        throw new IOException("the table " + table.name() + " is not where it should be");
      }
      try (TableLoader loader = TableLoader.into(handle, table)) {
        for (frame = frames.next(); frame.kind() == BackupFrames.DATA; frame = frames.next()) {
          loader.add(frame.bytes());
        }
        rows += loader.finish();
      } catch (SQLException e) {
        throw new StoreException("load the table " + table.name(), e);
      }
    }
    if (frame.kind() != BackupFrames.END) {
      throw new IOException("its end is missing");
    }
    return rows;
  }

  /** Unlike setval this is undone when the transaction is. */
  private static void restart(Handle handle, String sequence, long last) {
    handle.execute(
        "ALTER SEQUENCE %s RESTART WITH %d".formatted(Schema.quoted(sequence), last + 1));
  }
}
