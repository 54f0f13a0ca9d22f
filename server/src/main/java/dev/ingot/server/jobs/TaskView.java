package dev.ingot.server.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.core.Json;
import dev.ingot.server.jobs.task.TaskState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A task as it is shown.
 *
 * @param reason why it ended so, or what it waits for
 * @param deadline when something happens to it if nothing else does
 * @param stdoutBytes how much it wrote, what was left out included
 * @param late an answer that came after the end: recorded, not applied
 * @param attempts former attempts
 * @param result what it returned, where it was asked for
 * @param stdout its output as text, where it was asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TaskView(
    String job,
    String node,
    @Nullable String hostname,
    TaskState state,
    int attempt,
    @Nullable String reason,
    @Nullable Integer exit,
    int timeoutSeconds,
    Instant created,
    @Nullable Instant offered,
    @Nullable Instant accepted,
    @Nullable Instant started,
    @Nullable Instant finished,
    @Nullable Instant deadline,
    @Nullable String cancelling,
    long stdoutBytes,
    long stderrBytes,
    long stdoutDropped,
    long stderrDropped,
    @Nullable JsonNode late,
    @Nullable JsonNode attempts,
    @Nullable JsonNode arguments,
    @Nullable JsonNode result,
    @Nullable String stdout,
    @Nullable String stderr) {

  /** Reads a row of task, with the node's hostname and the job's creation. */
  static TaskView of(ResultSet row) throws SQLException {
    TaskState state = TaskState.of(row.getInt("state"));
    String late = row.getString("late");
    String past = row.getString("past");
    return new TaskView(
        String.valueOf(row.getLong("job")),
        row.getString("node"),
        row.getString("hostname"),
        state,
        row.getInt("attempt"),
        state == TaskState.PENDING ? waits(row.getInt("wait")) : row.getString("reason"),
        row.getObject("exit", Integer.class),
        row.getInt("timeout_seconds"),
        Objects.requireNonNull(JobTable.time(row, "created")),
        JobTable.time(row, "offered"),
        JobTable.time(row, "accepted"),
        JobTable.time(row, "started"),
        JobTable.time(row, "finished"),
        JobTable.time(row, "deadline"),
        state.isFinal() ? null : row.getString("cancel_reason"),
        row.getLong("stdout"),
        row.getLong("stderr"),
        row.getLong("stdout_dropped"),
        row.getLong("stderr_dropped"),
        late == null ? null : Json.read(late),
        past == null ? null : Json.read(past),
        null,
        null,
        null,
        null);
  }

  private static String waits(int wait) {
    return switch (wait) {
      case 1 -> "waits for its node, which is offline";
      case 2 -> "waits for its node, which is busy";
      default -> "waits for its turn";
    };
  }

  TaskView with(
      @Nullable JsonNode itsArguments,
      @Nullable JsonNode itsResult,
      @Nullable String itsStdout,
      @Nullable String itsStderr) {
    return new TaskView(
        job,
        node,
        hostname,
        state,
        attempt,
        reason,
        exit,
        timeoutSeconds,
        created,
        offered,
        accepted,
        started,
        finished,
        deadline,
        cancelling,
        stdoutBytes,
        stderrBytes,
        stdoutDropped,
        stderrDropped,
        late,
        attempts,
        itsArguments,
        itsResult,
        itsStdout,
        itsStderr);
  }
}
