package dev.ingot.server.logs;

import dev.ingot.core.Json;
import dev.ingot.server.store.AdvisoryLock;
import dev.ingot.server.store.AppendOnlyTable;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes records: many in one transaction, by COPY. */
public final class LogTable {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("log", "received", Duration.ofDays(14), 2L << 30);

  private static final String LOCK = "logs";
  private static final String COPY =
      "COPY log (time, node, job, task, source, severity, message, fields) FROM STDIN";
  private static final String NONE = "\\N";

  private LogTable() {}

  /** Stores batches, those that are not stored yet; how many records that were. */
  static long store(Handle handle, List<LogBatch> batches) {
    AdvisoryLock.awaitInTransaction(handle, LOCK);
    Set<String> fresh = fresh(handle, batches);
    List<LogRecord> records =
        batches.stream()
            .filter(batch -> batch.origin() == null || fresh.contains(batch.origin().node()))
            .flatMap(batch -> batch.records().stream())
            .toList();
    return records.isEmpty() ? 0 : copy(handle, records);
  }

  /** The nodes whose batch is new: each has one here at most. */
  private static Set<String> fresh(Handle handle, Collection<LogBatch> batches) {
    List<LogBatch.Origin> origins =
        batches.stream().map(LogBatch::origin).filter(Objects::nonNull).toList();
    if (origins.isEmpty()) {
      return Set.of();
    }
    return handle
        .createQuery(
            """
            INSERT INTO log_origin AS known (node, incarnation, sequence)
            SELECT * FROM unnest(:nodes, :incarnations, :sequences)
            ON CONFLICT (node) DO UPDATE
               SET incarnation = excluded.incarnation, sequence = excluded.sequence
             WHERE known.incarnation <> excluded.incarnation
                OR known.sequence < excluded.sequence
            RETURNING node
            """)
        .bindArray("nodes", String.class, origins.stream().map(LogBatch.Origin::node).toArray())
        .bindArray(
            "incarnations",
            String.class,
            origins.stream().map(LogBatch.Origin::incarnation).toArray())
        .bindArray(
            "sequences", Long.class, origins.stream().map(LogBatch.Origin::sequence).toArray())
        .mapTo(String.class)
        .set();
  }

  private static long copy(Handle handle, List<LogRecord> records) {
    try {
      CopyIn copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
      try {
        StringBuilder text = new StringBuilder();
        Instant time = null;
        String written = NONE;
        for (LogRecord record : records) {
          if (!Objects.equals(
              record.time(), time)) { // devices say many lines in a second: written once
            time = record.time();
            written = time == null ? NONE : time.toString();
          }
          append(text, written, record);
          if (text.length() > 64 << 10) {
            send(copy, text);
          }
        }
        send(copy, text);
        return copy.endCopy();
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    } catch (SQLException e) {
      throw new LogFailure(e);
    }
  }

  /** The database did not take records. */
  static final class LogFailure extends RuntimeException {
    LogFailure(SQLException cause) {
      super(cause.getMessage(), cause);
    }

    /** Whether it is what was said that it does not take, rather than anything. */
    boolean isOfContent() {
      return getCause() instanceof SQLException cause
          && String.valueOf(cause.getSQLState()).startsWith("22");
    }
  }

  private static void send(CopyIn copy, StringBuilder text) throws SQLException {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    text.setLength(0);
  }

  private static void append(StringBuilder text, String time, LogRecord record) {
    text.append(time).append('\t');
    column(text, record.node()).append('\t');
    column(text, record.job()).append('\t');
    column(text, record.task()).append('\t');
    column(text, record.source()).append('\t');
    column(text, record.severity().ordinal()).append('\t');
    column(text, record.message()).append('\t');
    column(text, record.fields() == null ? null : Json.write(record.fields())).append('\n');
  }

  /** PostgreSQL's manual, COPY, "Text Format". */
  private static StringBuilder column(StringBuilder text, @Nullable Object value) {
    if (value == null) {
      return text.append(NONE);
    }
    String written = value.toString();
    int from = 0;
    for (int at = 0; at < written.length(); at++) {
      char each = written.charAt(at);
      if (each > '\r' && each != '\\') {
        continue;
      }
      char escaped =
          switch (each) {
            case '\\' -> '\\';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
          };
      if (escaped != 0) {
        text.append(written, from, at).append('\\').append(escaped);
        from = at + 1;
      }
    }
    text.append(written, from, written.length());
    return text;
  }
}
