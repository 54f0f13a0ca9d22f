package dev.ingot.server.jobs;

import dev.ingot.protocol.OutputChunk;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.store.AppendOnlyTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What tasks wrote and returned. */
final class OutputTable {
  static final AppendOnlyTable TABLE =
      new AppendOnlyTable("task_output", "time", Duration.ofDays(30), 4L << 30);

  static final int RESULT = 3;

  private OutputTable() {}

  /**
   * A stored piece.
   *
   * @param stream 1 stdout, 2 stderr, 3 the result
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Piece(
      TaskKey task,
      int attempt,
      int stream,
      long start,
      long dropped,
      byte[] bytes,
      long revision) {
    static Piece of(TaskKey task, int attempt, OutputChunk chunk, long gap, long revision) {
      return new Piece(
          task, attempt, number(chunk.stream()), chunk.offset(), gap, chunk.bytes(), revision);
    }

    OutputChunk chunk() {
      return new OutputChunk(
          stream == 1 ? OutputChunk.Stream.STDOUT : OutputChunk.Stream.STDERR,
          start,
          bytes,
          dropped);
    }
  }

  static int number(OutputChunk.Stream stream) {
    return stream.ordinal() + 1;
  }

  static void append(Handle handle, List<Piece> pieces) {
    if (pieces.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            INSERT INTO task_output (job, node, attempt, stream, start, dropped, bytes, revision)
            SELECT * FROM unnest(:jobs, :nodes, :attempts, :streams, :starts, :dropped, :bytes,
              :revisions)
            """)
        .bind("jobs", SqlArray.longs(pieces, piece -> piece.task().job()))
        .bind("nodes", SqlArray.texts(pieces, piece -> piece.task().node()))
        .bind("attempts", SqlArray.integers(pieces, Piece::attempt))
        .bind("streams", SqlArray.integers(pieces, Piece::stream))
        .bind("starts", SqlArray.longs(pieces, Piece::start))
        .bind("dropped", SqlArray.longs(pieces, Piece::dropped))
        .bind("bytes", SqlArray.bytes(pieces, Piece::bytes))
        .bind("revisions", SqlArray.longs(pieces, Piece::revision))
        .execute();
  }

  /** Everything of some tasks of a job that was stored after a revision, in order. */
  static List<Piece> of(Handle handle, long job, Collection<String> nodes, long after) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_output
            WHERE job = :job AND node = ANY(:nodes) AND revision > :after
            ORDER BY node, attempt, stream, start
            """)
        .bind("job", job)
        .bind("nodes", SqlArray.texts(nodes))
        .bind("after", after)
        .map((row, context) -> piece(row))
        .list();
  }

  /** The results of some tasks, and each stream's pieces that begin within so many bytes. */
  static List<Piece> beginnings(Handle handle, long job, Collection<String> nodes, int bytes) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_output
            WHERE job = :job AND node = ANY(:nodes) AND (stream = 3 OR start < :bytes)
            ORDER BY node, attempt, stream, start
            """)
        .bind("job", job)
        .bind("nodes", SqlArray.texts(nodes))
        .bind("bytes", bytes)
        .map((row, context) -> piece(row))
        .list();
  }

  /** One stream of one attempt, in order. */
  static List<Piece> of(Handle handle, TaskKey task, int attempt, int stream) {
    return handle
        .createQuery(
            """
            SELECT * FROM task_output
            WHERE job = :job AND node = :node AND attempt = :attempt AND stream = :stream
            ORDER BY start
            """)
        .bind("job", task.job())
        .bind("node", task.node())
        .bind("attempt", attempt)
        .bind("stream", stream)
        .map((row, context) -> piece(row))
        .list();
  }

  private static Piece piece(ResultSet row) throws SQLException {
    return new Piece(
        new TaskKey(row.getLong("job"), row.getString("node")),
        row.getInt("attempt"),
        row.getInt("stream"),
        row.getLong("start"),
        row.getLong("dropped"),
        row.getBytes("bytes"),
        row.getLong("revision"));
  }
}
