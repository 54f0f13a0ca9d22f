package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.nodes.TextArray;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import tools.jackson.databind.JsonNode;

/** What agents are to do, from the task's acceptance until the job has its end. */
final class RequestTable {
  private static final String COLUMNS =
      """
      SELECT node, job, attempt, method, arguments::text, serial, sent IS NOT NULL AS sent,
             coalesce(extract(epoch FROM now() - sent) * 1000, 0)::bigint AS milliseconds,
             (SELECT m.id FROM mercury_job m WHERE m.job = mercury_request.job LIMIT 1) AS theirs
      FROM mercury_request
      """;

  private static final int AT_ONCE = 200;
  private static final int MOST_OF_NODE = 256;

  private static final RowMapper<Request> MAPPER =
      (row, _) ->
          new Request(
              new MercuryTask.Attempt(
                  row.getLong("job"), row.getInt("attempt"), row.getString("node")),
              row.getString("method"),
              Json.read(row.getString("arguments")),
              row.getBoolean("serial"),
              row.getBoolean("sent"),
              row.getLong("milliseconds"),
              row.getString("theirs"));

  private RequestTable() {}

  /** Keeps a request that is to be sent; one of the same attempt that is there stays. */
  static void add(
      Handle handle,
      MercuryTask.Attempt task,
      String method,
      JsonNode arguments,
      boolean serial,
      int timeout) {
    handle
        .createUpdate(
            """
            INSERT INTO mercury_request AS r
              (node, job, attempt, method, arguments, serial, timeout)
            VALUES (:node, :job, :attempt, :method, CAST(:arguments AS jsonb), :serial, :timeout)
            ON CONFLICT (node, job) DO UPDATE SET attempt = excluded.attempt,
              method = excluded.method, arguments = excluded.arguments, serial = excluded.serial,
              timeout = excluded.timeout, accepted = now(), sent = NULL
            WHERE r.attempt < excluded.attempt
            """)
        .bind("node", task.node())
        .bind("job", task.job())
        .bind("attempt", task.attempt())
        .bind("method", method)
        .bind("arguments", Json.write(arguments))
        .bind("serial", serial)
        .bind("timeout", timeout)
        .execute();
  }

  /** The acceptance is committed: it may be sent. */
  static void committed(Handle handle, MercuryTask.Attempt task) {
    handle
        .createUpdate(
            """
            UPDATE mercury_request SET committed = true
            WHERE node = :node AND job = :job AND attempt = :attempt
            """)
        .bind("node", task.node())
        .bind("job", task.job())
        .bind("attempt", task.attempt())
        .execute();
  }

  /**
   * Takes what may be sent to a node now, so that nobody else sends it: all that runs side by side,
   * and of those that run one at a time the first if none runs.
   */
  static List<Request> take(Handle handle, String node) {
    handle
        .createQuery("SELECT 1 FROM mercury_agent WHERE node = :node FOR UPDATE")
        .bind("node", node)
        .mapTo(Integer.class)
        .findOne();
    return handle
        .createQuery(
            """
            WITH mine AS (SELECT * FROM mercury_request WHERE node = :node),
            next AS (
              SELECT job FROM mine WHERE committed AND sent IS NULL AND NOT serial
              UNION ALL
              (SELECT job FROM mine WHERE committed AND sent IS NULL AND serial
                 AND NOT EXISTS (SELECT FROM mine WHERE serial AND sent IS NOT NULL)
               ORDER BY accepted, job LIMIT 1)),
            taken AS (
              UPDATE mercury_request r SET sent = now() FROM next
              WHERE r.node = :node AND r.job = next.job RETURNING r.*)
            SELECT node, job, attempt, method, arguments::text, serial, true AS sent,
                   0::bigint AS milliseconds,
                   (SELECT m.id FROM mercury_job m WHERE m.job = taken.job LIMIT 1) AS theirs
            FROM taken ORDER BY accepted, job
            """)
        .bind("node", node)
        .map(MAPPER)
        .list();
  }

  static Optional<Request> of(Handle handle, MercuryTask.Attempt task) {
    return handle
        .createQuery(COLUMNS + " WHERE node = :node AND job = :job AND attempt = :attempt")
        .bind("node", task.node())
        .bind("job", task.job())
        .bind("attempt", task.attempt())
        .map(MAPPER)
        .findOne();
  }

  /**
   * Whether the task has ended so, by the word of its agent.
   *
   * @param ends in one of these ways
   */
  static boolean isEnded(
      Handle handle, MercuryTask.Attempt task, Collection<TaskMessage.Status> ends) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT FROM task WHERE job = :job AND node = :node
              AND attempt = :attempt AND state = ANY(:states)
              AND coalesce(reason, '') NOT LIKE :untold)
            """)
        .bind("job", task.job())
        .bind("node", task.node())
        .bind("attempt", task.attempt())
        .bindArray("states", Integer.class, ends.stream().map(RequestTable::state).toList())
        .bind("untold", Ends.UNTOLD + "%")
        .mapTo(Boolean.class)
        .one();
  }

  private static int state(TaskMessage.Status end) {
    return (end == TaskMessage.Status.SUCCEEDED ? TaskState.SUCCEEDED : TaskState.FAILED).ordinal();
  }

  static List<Request> ofNodes(Handle handle, Collection<String> nodes) {
    return handle
        .createQuery(COLUMNS + " WHERE node = ANY(:nodes) ORDER BY job, node LIMIT :most")
        .bind("nodes", new TextArray(nodes))
        .bind("most", MOST_OF_NODE * nodes.size())
        .map(MAPPER)
        .list();
  }

  /** Those whose time is over. */
  static List<Request> overdue(Handle handle, Collection<String> nodes) {
    return handle
        .createQuery(
            COLUMNS
                + " WHERE sent < now() - timeout * interval '1 second' AND node = ANY(:nodes)"
                + " ORDER BY sent LIMIT "
                + AT_ONCE)
        .bind("nodes", new TextArray(nodes))
        .map(MAPPER)
        .list();
  }

  static void forget(Handle handle, MercuryTask.Attempt task) {
    handle
        .createUpdate(
            "DELETE FROM mercury_request WHERE node = :node AND job = :job AND attempt <= :attempt")
        .bind("node", task.node())
        .bind("job", task.job())
        .bind("attempt", task.attempt())
        .execute();
  }

  /** The agents are other ones, which know nothing of what those before were given. */
  static void forgetSent(Handle handle, Collection<String> nodes) {
    handle
        .createUpdate("DELETE FROM mercury_request WHERE node = ANY(:nodes) AND sent IS NOT NULL")
        .bind("nodes", new TextArray(nodes))
        .execute();
  }

  /** Those whose end nobody took. */
  static void tidy(Handle handle) {
    handle.execute(
        "DELETE FROM mercury_request WHERE sent < now() - (timeout + 86400) * interval '1 second'");
  }
}
