package dev.ingot.server.jobs;

import dev.ingot.server.jobs.task.Task;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.jobs.task.Waiting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Reads and writes tasks, many at a time. */
final class TaskTable {
  static final RowMapper<Task> MAPPER = (row, context) -> task(row);
  private static final RowMapper<TaskKey> KEY =
      (row, context) -> new TaskKey(row.getLong("job"), row.getString("node"));

  private TaskTable() {}

  /** Tasks of these nodes that have not ended. */
  static List<TaskKey> openOf(Handle handle, Collection<String> nodes) {
    return handle
        .createQuery("SELECT job, node FROM task WHERE state < 4 AND node = ANY(:nodes)")
        .bind("nodes", SqlArray.texts(nodes))
        .map(KEY)
        .list();
  }

  /** Tasks whose deadline has come. */
  static List<TaskKey> overdue(Handle handle, int limit) {
    return handle
        .createQuery(
            "SELECT job, node FROM task WHERE state < 4 AND deadline <= now() LIMIT :limit")
        .bind("limit", limit)
        .map(KEY)
        .list();
  }

  /** Tasks that wait for a node that is connected, which can be when it came at that moment. */
  static List<TaskKey> awaited(Handle handle, String server, int limit) {
    return handle
        .createQuery(
            """
            SELECT t.job, t.node FROM task t JOIN agent_session s ON s.node = t.node
            WHERE t.state < 4 AND t.wait = 1 AND s.online AND s.server = :server LIMIT :limit
            """)
        .bind("server", server)
        .bind("limit", limit)
        .map(KEY)
        .list();
  }

  /** Nodes where a job failed. */
  static List<String> failed(Handle handle, long job) {
    return handle
        .createQuery(
            "SELECT node FROM task WHERE job = :job AND state IN (5, 6, 8, 9) ORDER BY node")
        .bind("job", job)
        .mapTo(String.class)
        .list();
  }

  /** Tasks of a job that a node has and was not told to end. */
  static List<TaskKey> toCancel(Handle handle, String server, long job, int limit) {
    return handle
        .createQuery(
            """
            SELECT t.job, t.node FROM task t LEFT JOIN agent_session s ON s.node = t.node
            WHERE t.job = :job AND t.state BETWEEN 1 AND 3 AND t.cancel_reason IS NULL
              AND (s.server = :server OR NOT coalesce(s.online, false))
            LIMIT :limit
            """)
        .bind("job", job)
        .bind("server", server)
        .bind("limit", limit)
        .map(KEY)
        .list();
  }

  /** Asks whoever drives the tasks to end one. */
  static void askToCancel(Handle handle, long job, String node, String reason) {
    handle
        .createUpdate(
            """
            INSERT INTO task_cancel (job, node, reason) VALUES (:job, :node, :reason)
            ON CONFLICT DO NOTHING
            """)
        .bind("job", job)
        .bind("node", node)
        .bind("reason", reason)
        .execute();
  }

  /** Takes what {@link #askToCancel} asked for, where the node is this server's or nobody's. */
  static Map<TaskKey, String> takeCancels(Handle handle, String server, int limit) {
    Map<TaskKey, String> asked = new TreeMap<>();
    handle
        .createQuery(
            """
            DELETE FROM task_cancel WHERE (job, node) IN (
              SELECT c.job, c.node FROM task_cancel c
              LEFT JOIN agent_session s ON s.node = c.node
              WHERE s.server = :server OR NOT coalesce(s.online, false)
              ORDER BY c.job, c.node LIMIT :limit FOR UPDATE OF c SKIP LOCKED)
            RETURNING job, node, reason
            """)
        .bind("server", server)
        .bind("limit", limit)
        .map(
            (row, context) ->
                asked.put(
                    new TaskKey(row.getLong("job"), row.getString("node")),
                    row.getString("reason")))
        .list();
    return asked;
  }

  /** Those of the tasks that there are, locked. */
  static List<Task> lock(Handle handle, Collection<TaskKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return handle
        .createQuery(
            """
            SELECT t.* FROM unnest(:jobs, :nodes) AS k (job, node)
            JOIN task t ON t.job = k.job AND t.node = k.node
            ORDER BY t.job, t.node FOR NO KEY UPDATE OF t
            """)
        .bind("jobs", SqlArray.longs(keys, TaskKey::job))
        .bind("nodes", SqlArray.texts(keys, TaskKey::node))
        .map(MAPPER)
        .list();
  }

  /** A task whose turn it is, and where its node is. */
  record Next(Task task, boolean online) {}

  /** The next tasks of a job that are this server's to offer, or nobody's; locked. */
  static List<Next> next(Handle handle, String server, Job job, int limit) {
    return handle
        .createQuery(
            """
            SELECT t.*, coalesce(s.online, false) AS online
            FROM task t LEFT JOIN agent_session s ON s.node = t.node
            WHERE t.job = :job AND t.wait = 0 AND t.position < :end
              AND (s.server = :server OR NOT coalesce(s.online, false))
            ORDER BY t.position LIMIT :limit FOR NO KEY UPDATE OF t
            """)
        .bind("job", job.id())
        .bind("end", job.windowEnd)
        .bind("server", server)
        .bind("limit", limit)
        .map((row, context) -> new Next(task(row), row.getBoolean("online")))
        .list();
  }

  /** Ends all tasks of a job that nobody has; returns those that waited, by {@link Waiting}. */
  static int[] cancelPending(Handle handle, Job job, String reason) {
    int[] ended = new int[Waiting.values().length + 1];
    handle
        .createQuery(
            """
            WITH gone AS (
              SELECT node, wait, position FROM task WHERE job = :job AND state = 0
              FOR NO KEY UPDATE),
            written AS (
              UPDATE task t SET state = 7, wait = NULL, deadline = NULL, finished = now(),
                reason = :reason, revision = :revision
              FROM gone WHERE t.job = :job AND t.node = gone.node)
            SELECT coalesce(wait, 0) AS wait, count(*) AS many,
                   count(*) FILTER (WHERE position < :end) AS inside
            FROM gone GROUP BY 1
            """)
        .bind("job", job.id())
        .bind("reason", reason)
        .bind("revision", job.revision)
        .bind("end", job.windowEnd)
        .map(
            (row, context) -> {
              ended[row.getInt("wait")] = row.getInt("many");
              ended[ended.length - 1] += row.getInt("inside");
              return row.getInt("many");
            })
        .list();
    return ended;
  }

  /** How many tasks of a job at positions from the first to before the last have not ended. */
  static int openBetween(Handle handle, long job, int first, int last) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM task
            WHERE job = :job AND position >= :first AND position < :last AND state < 4
            """)
        .bind("job", job)
        .bind("first", first)
        .bind("last", last)
        .mapTo(Integer.class)
        .one();
  }

  static void write(Handle handle, List<Task> tasks, ToLongFunction<Task> revision) {
    if (tasks.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            UPDATE task t SET state = u.state, wait = u.wait, attempt = u.attempt,
              offers = u.offers, deadline = %s, since = %s, epoch = u.epoch,
              incarnation = u.incarnation, boot_id = u.boot, cancel_reason = u.cancel,
              reason = u.reason, exit = u.exit, answered = u.answered,
              stdout = u.stdout, stderr = u.stderr, stdout_dropped = u.out_dropped,
              stderr_dropped = u.err_dropped, offered = %s, accepted = %s, started = %s,
              finished = %s, late = u.late, past = u.past, revision = u.revision
            FROM unnest(:jobs, :nodes, :states, :waits, :attempts, :offers, :deadlines, :sinces,
              :epochs, :incarnations, :boots, :cancels, :reasons, :exits, :answered, :stdouts,
              :stderrs, :outDropped, :errDropped, :offered, :accepted, :started, :finished, :lates,
              :pasts, :revisions)
              AS u (job, node, state, wait, attempt, offers, deadline, since, epoch, incarnation,
                boot, cancel, reason, exit, answered, stdout, stderr, out_dropped, err_dropped,
                offered, accepted, started, finished, late, past, revision)
            WHERE t.job = u.job AND t.node = u.node
            """
                .formatted(
                    time("deadline"),
                    time("since"),
                    time("offered"),
                    time("accepted"),
                    time("started"),
                    time("finished")))
        .bind("jobs", SqlArray.longs(tasks, task -> task.key.job()))
        .bind("nodes", SqlArray.texts(tasks, task -> task.key.node()))
        .bind("states", SqlArray.integers(tasks, task -> task.state.ordinal()))
        .bind("waits", SqlArray.integers(tasks, TaskTable::wait))
        .bind("attempts", SqlArray.integers(tasks, task -> task.attempt))
        .bind("offers", SqlArray.integers(tasks, task -> task.offers))
        .bind("deadlines", SqlArray.times(tasks, task -> task.deadline))
        .bind("sinces", SqlArray.times(tasks, task -> task.since))
        .bind("epochs", SqlArray.longs(tasks, task -> task.epoch))
        .bind("incarnations", SqlArray.texts(tasks, task -> task.incarnation))
        .bind("boots", SqlArray.texts(tasks, task -> task.bootId))
        .bind("cancels", SqlArray.texts(tasks, task -> task.cancelReason))
        .bind("reasons", SqlArray.texts(tasks, task -> task.reason))
        .bind("exits", SqlArray.integers(tasks, task -> task.exit))
        .bind("answered", SqlArray.booleans(tasks, task -> task.answered))
        .bind("stdouts", SqlArray.longs(tasks, task -> task.stored[0]))
        .bind("stderrs", SqlArray.longs(tasks, task -> task.stored[1]))
        .bind("outDropped", SqlArray.longs(tasks, task -> task.dropped[0]))
        .bind("errDropped", SqlArray.longs(tasks, task -> task.dropped[1]))
        .bind("offered", SqlArray.times(tasks, task -> task.offered))
        .bind("accepted", SqlArray.times(tasks, task -> task.accepted))
        .bind("started", SqlArray.times(tasks, task -> task.started))
        .bind("finished", SqlArray.times(tasks, task -> task.finished))
        .bind("lates", SqlArray.texts(tasks, task -> task.late))
        .bind("pasts", SqlArray.texts(tasks, task -> task.past))
        .bind("revisions", SqlArray.longs(tasks, revision::applyAsLong))
        .execute();
  }

  private static @Nullable Integer wait(Task task) {
    return task.wait == null ? null : task.wait.ordinal();
  }

  private static String time(String column) {
    return "timestamptz 'epoch' + u.%s * interval '1 microsecond'".formatted(column);
  }

  private static Task task(ResultSet row) throws SQLException {
    Task task =
        new Task(
            new TaskKey(row.getLong("job"), row.getString("node")),
            row.getInt("position"),
            row.getInt("timeout_seconds"));
    task.state = TaskState.of(row.getInt("state"));
    Integer wait = row.getObject("wait", Integer.class);
    task.wait = wait == null ? null : Waiting.of(wait);
    task.attempt = row.getInt("attempt");
    task.offers = row.getInt("offers");
    task.deadline = JobTable.time(row, "deadline");
    task.since = Objects.requireNonNull(JobTable.time(row, "since"));
    task.epoch = row.getLong("epoch");
    task.incarnation = row.getString("incarnation");
    task.bootId = row.getString("boot_id");
    task.cancelReason = row.getString("cancel_reason");
    task.reason = row.getString("reason");
    task.exit = row.getObject("exit", Integer.class);
    task.answered = row.getBoolean("answered");
    task.stored[0] = row.getLong("stdout");
    task.stored[1] = row.getLong("stderr");
    task.dropped[0] = row.getLong("stdout_dropped");
    task.dropped[1] = row.getLong("stderr_dropped");
    task.offered = JobTable.time(row, "offered");
    task.accepted = JobTable.time(row, "accepted");
    task.started = JobTable.time(row, "started");
    task.finished = JobTable.time(row, "finished");
    task.late = row.getString("late");
    task.past = row.getString("past");
    return task;
  }
}
