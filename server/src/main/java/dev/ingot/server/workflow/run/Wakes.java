package dev.ingot.server.workflow.run;

import static java.util.Objects.requireNonNull;

import dev.ingot.server.store.Together;
import dev.ingot.server.workflow.machine.Input;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

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

  /** What was there for runs, as inputs in their order, and when it was taken. */
  record Taken(Map<Long, List<Input>> inputs, Moment moment) {}

  /** Takes what is there for runs that are locked. */
  static Taken take(Handle handle, Collection<Long> runs) {
    Map<Long, List<Input>> taken = new HashMap<>();
    Moment[] moment = new Moment[1];
    long since = System.nanoTime();
    Query query =
        handle
            .createQuery(
                """
                WITH gone AS (DELETE FROM run_wake WHERE run = ANY(:runs) RETURNING *)
                SELECT run, ask, max(reason) AS reason FROM gone GROUP BY run, ask
                 ORDER BY run, ask NULLS FIRST;
                SELECT clock_timestamp() AS now
                """)
            .bindArray("runs", Long.class, runs.toArray());
    Together.read(
        query,
        2,
        (statement, rows) -> {
          while (rows.next()) {
            if (statement == 0) {
              Input input =
                  CANCEL.equals(rows.getString("ask"))
                      ? new Input.Cancel(rows.getString("reason"))
                      : new Input.Woken();
              taken.computeIfAbsent(rows.getLong("run"), _ -> new ArrayList<>()).add(input);
            } else {
              moment[0] = new Moment(requireNonNull(RunTable.time(rows, "now")), since);
            }
          }
        });
    return new Taken(taken, requireNonNull(moment[0]));
  }
}
