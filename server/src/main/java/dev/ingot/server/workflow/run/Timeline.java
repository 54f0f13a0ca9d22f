package dev.ingot.server.workflow.run;

import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Every change of a step or run, in order. */
public final class Timeline {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("run_timeline", "time", Duration.ofDays(90), 2L << 30);

  private static final int LONGEST = 2000;

  private Timeline() {}

  /**
   * One change.
   *
   * @param step null for the run itself
   */
  record Entry(
      long run,
      @Nullable String step,
      String was,
      String now,
      int attempt,
      @Nullable String reason) {}

  /** One change as it is shown. */
  record Shown(
      String number,
      Instant time,
      @Nullable String step,
      String from,
      String to,
      int attempt,
      @Nullable String reason) {}

  static void write(Handle handle, Collection<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO run_timeline (run, step, was, now, attempt, reason)"
                + " VALUES (:run, :step, :was, :now, :attempt, :reason)");
    for (Entry each : entries) {
      String reason = each.reason();
      batch
          .bind("run", each.run())
          .bind("step", each.step())
          .bind("was", each.was())
          .bind("now", each.now())
          .bind("attempt", each.attempt())
          .bind(
              "reason",
              reason != null && reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason)
          .add();
    }
    batch.execute();
  }

  /** What came after that number, oldest first. */
  static List<Shown> after(Handle handle, long run, long number, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM run_timeline WHERE run = :run AND number > :number"
                + " ORDER BY number LIMIT :limit")
        .bind("run", run)
        .bind("number", number)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Shown(
                    row.getString("number"),
                    Objects.requireNonNull(RunTable.time(row, "time")),
                    row.getString("step"),
                    row.getString("was"),
                    row.getString("now"),
                    row.getInt("attempt"),
                    row.getString("reason")))
        .list();
  }
}
