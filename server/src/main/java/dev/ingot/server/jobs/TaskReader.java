package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.jobs.task.TaskState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads tasks for people. */
final class TaskReader {
  private static final String SELECT =
      """
      SELECT t.*, n.hostname, j.created FROM task t JOIN job j ON j.id = t.job
      LEFT JOIN node n ON n.id = t.node WHERE t.job = :job
      """;

  private TaskReader() {}

  /** By node id, those after the given. */
  static List<TaskView> page(
      Handle handle, long job, @Nullable TaskState state, String after, int limit) {
    Query query =
        handle
            .createQuery(
                SELECT
                    + (state == null ? "" : " AND t.state = :state")
                    + " AND t.node > :after ORDER BY t.node LIMIT :limit")
            .bind("job", job)
            .bind("after", after)
            .bind("limit", limit);
    if (state != null) {
      query.bind("state", state.ordinal());
    }
    return query.map((row, context) -> TaskView.of(row)).list();
  }

  static Optional<TaskView> find(Handle handle, long job, String node) {
    return handle
        .createQuery(SELECT + " AND t.node = :node")
        .bind("job", job)
        .bind("node", node)
        .map((row, context) -> TaskView.of(row))
        .findOne();
  }

  /**
   * Tasks that changed after a revision.
   *
   * @param revision of the change
   */
  record Changed(TaskView task, long revision) {}

  /** In the order of their changes; those of one revision together. */
  static List<Changed> changedAfter(
      Handle handle, long job, long revision, String node, int limit) {
    return handle
        .createQuery(
            SELECT
                + " AND (t.revision, t.node) > (:revision, :node)"
                + " ORDER BY t.revision, t.node LIMIT :limit")
        .bind("job", job)
        .bind("revision", revision)
        .bind("node", node)
        .bind("limit", limit)
        .map((row, context) -> new Changed(TaskView.of(row), row.getLong("revision")))
        .list();
  }

  /**
   * The tasks with what they returned and the beginning of what they wrote.
   *
   * @param most bytes of each stream
   */
  static List<TaskView> withOutput(Handle handle, long job, List<TaskView> tasks, int most) {
    List<String> nodes = tasks.stream().map(TaskView::node).toList();
    Map<String, String> arguments = ArgumentsTable.shown(handle, job, nodes);
    Map<String, List<OutputTable.Piece>> byNode = new HashMap<>();
    OutputTable.beginnings(handle, job, nodes, most)
        .forEach(
            piece ->
                byNode
                    .computeIfAbsent(piece.task().node(), unused -> new ArrayList<>())
                    .add(piece));
    List<TaskView> shown = new ArrayList<>();
    for (TaskView task : tasks) {
      List<OutputTable.Piece> pieces = byNode.getOrDefault(task.node(), List.of());
      String own = arguments.get(task.node());
      shown.add(
          task.with(
              own == null ? null : Json.read(own),
              result(task, pieces),
              text(task, pieces, 1, most),
              text(task, pieces, 2, most)));
    }
    return shown;
  }

  /** The tasks with what they returned. */
  static List<TaskView> withResults(Handle handle, long job, List<TaskView> tasks) {
    return withOutput(handle, job, tasks, 0).stream()
        .map(task -> task.with(task.arguments(), task.result(), null, null))
        .toList();
  }

  private static @Nullable JsonNode result(TaskView task, List<OutputTable.Piece> pieces) {
    for (OutputTable.Piece piece : pieces) {
      if (piece.stream() == OutputTable.RESULT && piece.attempt() == task.attempt()) {
        try {
          return Json.read(piece.bytes());
        } catch (JacksonException e) {
          throw new IllegalStateException("a stored result is JSON", e);
        }
      }
    }
    return null;
  }

  private static @Nullable String text(
      TaskView task, List<OutputTable.Piece> pieces, int stream, int most) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean any = false;
    for (OutputTable.Piece piece : pieces) {
      if (piece.stream() == stream && piece.attempt() == task.attempt()) {
        any = true;
        int left = most - bytes.size();
        bytes.write(piece.bytes(), 0, Math.min(left, piece.bytes().length));
      }
    }
    return any ? bytes.toString(StandardCharsets.UTF_8) : null;
  }
}
