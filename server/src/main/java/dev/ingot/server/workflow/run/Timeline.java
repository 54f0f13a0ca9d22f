package dev.ingot.server.workflow.run;

import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
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
    Rows<Entry> rows = new Rows<>(entries);
    Update insert =
        handle.createUpdate(
            "INSERT INTO run_timeline (run, step, was, now, attempt, reason) SELECT run, step, was,"
                + " now, attempt, reason FROM unnest(:run, :step, :was, :now, :attempt, :reason)"
                + " WITH ORDINALITY AS o (run, step, was, now, attempt, reason, place)"
                + " ORDER BY place");
    rows.longs(insert, "run", Entry::run);
    rows.texts(insert, "step", Entry::step);
    rows.texts(insert, "was", Entry::was);
    rows.texts(insert, "now", Entry::now);
    rows.integers(insert, "attempt", Entry::attempt);
    rows.texts(insert, "reason", each -> shortened(each.reason()));
    insert.execute();
  }

  private static @Nullable String shortened(@Nullable String reason) {
    return reason != null && reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
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
