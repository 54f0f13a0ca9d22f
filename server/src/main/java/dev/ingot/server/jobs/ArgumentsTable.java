package dev.ingot.server.jobs;

import dev.ingot.server.jobs.task.TaskKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Arguments of tasks that are not those of their job. */
final class ArgumentsTable {
  private ArgumentsTable() {}

  /**
   * One task's arguments.
   *
   * @param shown without secrets
   */
  record Rendered(String node, String arguments, String shown) {}

  static void store(Handle handle, long job, List<Rendered> rendered) {
    handle
        .createUpdate(
            """
            INSERT INTO task_arguments (job, node, arguments, shown)
            SELECT :job, u.node, u.arguments, u.shown
            FROM unnest(:nodes, :arguments, :shown) AS u (node, arguments, shown)
            """)
        .bind("job", job)
        .bind("nodes", SqlArray.texts(rendered, Rendered::node))
        .bind("arguments", SqlArray.texts(rendered, Rendered::arguments))
        .bind("shown", SqlArray.texts(rendered, Rendered::shown))
        .execute();
  }

  static Map<TaskKey, String> of(Handle handle, Collection<TaskKey> keys) {
    Map<TaskKey, String> arguments = new HashMap<>();
    if (!keys.isEmpty()) {
      handle
          .createQuery(
              """
              SELECT a.job, a.node, a.arguments FROM unnest(:jobs, :nodes) AS k (job, node)
              JOIN task_arguments a ON a.job = k.job AND a.node = k.node
              WHERE a.arguments IS NOT NULL
              """)
          .bind("jobs", SqlArray.longs(keys, TaskKey::job))
          .bind("nodes", SqlArray.texts(keys, TaskKey::node))
          .map(
              (row, context) ->
                  arguments.put(
                      new TaskKey(row.getLong("job"), row.getString("node")),
                      row.getString("arguments")))
          .list();
    }
    return arguments;
  }

  /** What may be shown of some tasks' arguments, by node. */
  static Map<String, String> shown(Handle handle, long job, Collection<String> nodes) {
    Map<String, String> shown = new HashMap<>();
    handle
        .createQuery(
            "SELECT node, shown FROM task_arguments WHERE job = :job AND node = ANY(:nodes)")
        .bind("job", job)
        .bind("nodes", SqlArray.texts(nodes))
        .map((row, context) -> shown.put(row.getString("node"), row.getString("shown")))
        .list();
    return shown;
  }

  /** Forgets the secrets of jobs that are over. */
  static int forgetSecrets(Handle handle) {
    return handle
        .createUpdate(
            """
            UPDATE task_arguments a SET arguments = NULL FROM job j
            WHERE j.id = a.job AND j.state <> 'running' AND a.arguments IS NOT NULL
              AND a.arguments <> a.shown
            """)
        .execute();
  }
}
