package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.machine.StepState;
import dev.ingot.server.workflow.machine.StepStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads and writes the steps of runs; one that is pending has no row. */
final class StepTable {
  private StepTable() {}

  /** A step that has a row. */
  record Row(long run, int place, StepState state) {}

  static Row row(ResultSet row) throws SQLException {
    return new Row(row.getLong("run"), row.getInt("step"), state(row));
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

  /** A step that is not as it was read. */
  private record Changed(long run, int place, StepState state, @Nullable String owner) {}

  /** Writes the steps that are not as they were read. */
  static void write(Handle handle, Collection<RunTable.Changed> runs) {
    List<Changed> changed = new ArrayList<>();
    for (RunTable.Changed each : runs) {
      List<StepState> before = each.run().before.steps();
      List<StepState> now = each.run().state.steps();
      for (int i = 0; i < now.size(); i++) {
        StepState step = now.get(i);
        if (!step.equals(before.get(i))) {
          String owner = step.status() == StepStatus.ACTING ? each.owner() : null;
          changed.add(new Changed(each.run().row.id(), i, step, owner));
        }
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    Rows<Changed> rows = new Rows<>(changed);
    Update update = handle.createUpdate(WRITE);
    rows.longs(update, "run", Changed::run);
    rows.integers(update, "step", Changed::place);
    rows.integers(update, "status", each -> each.state().status().ordinal());
    rows.integers(update, "attempt", each -> each.state().attempt());
    rows.integers(update, "base", each -> each.state().base());
    rows.longs(update, "fence", each -> each.state().fence());
    rows.times(update, "since", each -> each.state().since());
    rows.times(update, "began", each -> each.state().began());
    rows.times(update, "attemptBegan", each -> each.state().attemptBegan());
    rows.times(update, "due", each -> each.state().due());
    rows.times(update, "deadline", each -> each.state().deadline());
    rows.integers(update, "level", each -> each.state().level());
    rows.texts(update, "waitsFor", each -> each.state().waitsFor());
    rows.texts(update, "key", each -> each.state().key());
    rows.texts(update, "memory", each -> text(each.state().memory()));
    rows.texts(update, "result", each -> text(each.state().result()));
    rows.texts(update, "reason", each -> each.state().reason());
    rows.texts(update, "owner", Changed::owner);
    update.execute();
  }

  private static final String WRITE =
      """
      INSERT INTO run_step (run, step, status, attempt, base, fence, since, began,
        attempt_began, due, deadline, level, waits_for, key, memory, result, reason, owner)
      SELECT * FROM unnest(:run, :step, :status, :attempt, :base, :fence, :since::timestamptz[],
        :began::timestamptz[], :attemptBegan::timestamptz[], :due::timestamptz[],
        :deadline::timestamptz[], :level, :waitsFor, :key, :memory, :result, :reason, :owner)
      ON CONFLICT (run, step) DO UPDATE SET
        status = excluded.status, attempt = excluded.attempt, base = excluded.base,
        fence = excluded.fence, since = excluded.since, began = excluded.began,
        attempt_began = excluded.attempt_began, due = excluded.due,
        deadline = excluded.deadline, level = excluded.level,
        waits_for = excluded.waits_for, key = excluded.key, memory = excluded.memory,
        result = excluded.result, reason = excluded.reason, owner = excluded.owner
      """;

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
