package dev.ingot.server.workflow.run;

import dev.ingot.server.workflow.machine.Input;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Tells runs that something happened, without waiting for whoever moves them. */
final class Wakes {
  private static final String CANCEL = "cancel";

  private Wakes() {}

  /** Has a run looked at once this is committed. */
  static void look(Handle handle, long run) {
    handle.execute("INSERT INTO run_wake (run) VALUES (?)", run);
  }

  /** Ends a run once this is committed. */
  static void cancel(Handle handle, long run, String reason) {
    handle.execute("INSERT INTO run_wake (run, ask, reason) VALUES (?, ?, ?)", run, CANCEL, reason);
  }

  /** Has the runs looked at that wait for one of the keys; returns how many. */
  static int keys(Handle handle, Collection<String> keys, int most) {
    if (keys.isEmpty()) {
      return 0;
    }
    return handle
        .createUpdate(
            """
            INSERT INTO run_wake (run)
            SELECT run FROM run_step WHERE key = ANY(:keys) ORDER BY since LIMIT :most
            """)
        .bindArray("keys", String.class, keys.toArray())
        .bind("most", most)
        .execute();
  }

  /** Takes what is there for runs that are locked, as inputs in their order. */
  static Map<Long, List<Input>> take(Handle handle, Collection<Long> runs) {
    Map<Long, List<Input>> taken = new HashMap<>();
    if (runs.isEmpty()) {
      return taken;
    }
    handle
        .createQuery(
            """
            WITH gone AS (DELETE FROM run_wake WHERE run = ANY(:runs) RETURNING *)
            SELECT run, ask, max(reason) AS reason FROM gone GROUP BY run, ask
             ORDER BY run, ask NULLS FIRST
            """)
        .bindArray("runs", Long.class, runs.toArray())
        .map(
            (row, _) -> {
              Input input =
                  CANCEL.equals(row.getString("ask"))
                      ? new Input.Cancel(row.getString("reason"))
                      : new Input.Woken();
              return Map.entry(row.getLong("run"), input);
            })
        .forEach(
            each ->
                taken
                    .computeIfAbsent(each.getKey(), _ -> new java.util.ArrayList<>())
                    .add(each.getValue()));
    return taken;
  }
}
