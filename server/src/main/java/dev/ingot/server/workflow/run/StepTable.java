package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.StepState;
import dev.ingot.server.workflow.machine.StepStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads and writes the steps of runs; one that is pending has no row. */
final class StepTable {
  private StepTable() {}

  /** Fills in the steps that have a row. */
  static void load(Handle handle, Collection<Long> runs, Map<Long, StepState[]> into) {
    handle
        .createQuery("SELECT * FROM run_step WHERE run = ANY(:runs)")
        .bindArray("runs", Long.class, runs.toArray())
        .map(
            (row, _) -> {
              StepState[] steps = into.get(row.getLong("run"));
              int step = row.getInt("step");
              if (steps != null && step < steps.length) {
                steps[step] = state(row);
              }
              return step;
            })
        .list();
  }

  private static StepState state(ResultSet row) throws SQLException {
    return new StepState(
        StepStatus.values()[row.getInt("status")],
        row.getInt("attempt"),
        row.getInt("base"),
        row.getLong("fence"),
        Objects.requireNonNull(RunTable.time(row, "since")),
        RunTable.time(row, "began"),
        RunTable.time(row, "attempt_began"),
        RunTable.time(row, "due"),
        RunTable.time(row, "deadline"),
        row.getInt("level"),
        row.getString("waits_for"),
        row.getString("key"),
        json(row.getString("memory")),
        json(row.getString("result")),
        row.getString("reason"));
  }

  private static @Nullable JsonNode json(@Nullable String text) {
    return text == null ? null : Json.read(text);
  }

  private static @Nullable String text(@Nullable JsonNode json) {
    return json == null ? null : Json.write(json);
  }

  /** Writes the steps that are not as they were read. */
  static void write(Handle handle, Collection<RunTable.Changed> runs) {
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO run_step (run, step, status, attempt, base, fence, since, began,
              attempt_began, due, deadline, level, waits_for, key, memory, result, reason, owner)
            VALUES (:run, :step, :status, :attempt, :base, :fence, :since, :began, :attemptBegan,
              :due, :deadline, :level, :waitsFor, :key, :memory, :result, :reason, :owner)
            ON CONFLICT (run, step) DO UPDATE SET
              status = excluded.status, attempt = excluded.attempt, base = excluded.base,
              fence = excluded.fence, since = excluded.since, began = excluded.began,
              attempt_began = excluded.attempt_began, due = excluded.due,
              deadline = excluded.deadline, level = excluded.level,
              waits_for = excluded.waits_for, key = excluded.key, memory = excluded.memory,
              result = excluded.result, reason = excluded.reason, owner = excluded.owner
            """);
    for (RunTable.Changed each : runs) {
      for (int i = 0; i < each.run().state.steps().size(); i++) {
        StepState step = each.run().state.steps().get(i);
        if (!step.equals(each.run().before.steps().get(i))) {
          add(batch, each, i, step);
        }
      }
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  private static void add(PreparedBatch batch, RunTable.Changed each, int place, StepState step) {
    batch
        .bind("run", each.run().row.id())
        .bind("step", place)
        .bind("status", step.status().ordinal())
        .bind("attempt", step.attempt())
        .bind("base", step.base())
        .bind("fence", step.fence())
        .bind("since", RunTable.time(step.since()))
        .bind("began", RunTable.time(step.began()))
        .bind("attemptBegan", RunTable.time(step.attemptBegan()))
        .bind("due", RunTable.time(step.due()))
        .bind("deadline", RunTable.time(step.deadline()))
        .bind("level", step.level())
        .bind("waitsFor", step.waitsFor())
        .bind("key", step.key())
        .bind("memory", text(step.memory()))
        .bind("result", text(step.result()))
        .bind("reason", step.reason())
        .bind("owner", step.status() == StepStatus.ACTING ? each.owner() : null)
        .add();
  }

  /** Keeps acts ours for another while; those that no longer are are left out of the answer. */
  static boolean renew(Handle handle, long run, int step, long fence, Duration lease) {
    return handle
            .createUpdate(
                "UPDATE run_step SET due = now() + :lease * interval '1 ms'"
                    + " WHERE run = :run AND step = :step AND fence = :fence AND status = :acting")
            .bind("lease", lease.toMillis())
            .bind("run", run)
            .bind("step", step)
            .bind("fence", fence)
            .bind("acting", StepStatus.ACTING.ordinal())
            .execute()
        > 0;
  }
}
