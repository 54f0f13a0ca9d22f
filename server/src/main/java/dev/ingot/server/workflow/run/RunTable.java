package dev.ingot.server.workflow.run;

import dev.ingot.core.Json;
import dev.ingot.server.store.Together;
import dev.ingot.server.workflow.machine.RunMachine;
import dev.ingot.server.workflow.machine.RunState;
import dev.ingot.server.workflow.machine.RunStatus;
import dev.ingot.server.workflow.machine.StepState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Reads and writes runs. A run is changed only by whoever has locked its row. */
final class RunTable {
  private RunTable() {}

  /** A run and where it stands. */
  static final class Loaded {
    final RunRow row;
    RunState state;

    /** As it was read, so that only what changed is written. */
    final RunState before;

    private final @Nullable Instant due;

    Loaded(RunRow row, RunState state, @Nullable Instant due) {
      this.row = row;
      this.state = state;
      this.before = state;
      this.due = due;
    }

    private Loaded with(List<StepState> steps) {
      return new Loaded(
          row,
          new RunState(
              state.status(), steps, state.cancelReason(), state.pausedAt(), state.reason()),
          due);
    }

    /**
     * When it is looked at next. Each act has a lease, and the end of the first one is soon enough
     * for all that follow: a time that stays is not written, nor the index of times.
     */
    @Nullable Instant soon(@Nullable Instant wanted, Instant now) {
      boolean serves =
          due != null
              && wanted != null
              && due.isAfter(now)
              && !due.isAfter(wanted)
              && Duration.between(due, wanted).compareTo(RunMachine.LEASE) < 0;
      return serves ? due : wanted;
    }

    private boolean isChanged(@Nullable Instant next) {
      return row.trouble() != null
          || !Objects.equals(due, next)
          || state.status() != before.status()
          || (state.status().isFinal() && !state.steps().equals(before.steps())) // ended once more
          || !Objects.equals(state.cancelReason(), before.cancelReason())
          || !Objects.equals(state.pausedAt(), before.pausedAt())
          || !Objects.equals(state.reason(), before.reason());
    }
  }

  /** Locks runs in the order of their ids, waiting for those that others move. */
  static void lock(Handle handle, Collection<Long> ids) {
    if (!ids.isEmpty()) {
      handle
          .createQuery("SELECT id FROM run WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
          .bindArray("ids", Long.class, ids.toArray())
          .mapTo(Long.class)
          .list();
    }
  }

  /** Locks runs that are due or called for, and that nobody else moves. */
  static List<Long> take(Handle handle, int most) {
    return handle
        .createQuery(
            """
            WITH late AS (
              SELECT id FROM run WHERE due <= now() ORDER BY due LIMIT :most
              FOR NO KEY UPDATE SKIP LOCKED
            ), called AS (
              SELECT id FROM run
               WHERE id IN (SELECT run FROM run_wake ORDER BY id LIMIT :most)
              FOR NO KEY UPDATE SKIP LOCKED
            )
            SELECT id FROM late UNION SELECT id FROM called
            """)
        .bind("most", most)
        .mapTo(Long.class)
        .list();
  }

  /** Reads runs with all their steps; {@code steps} tells how many a version has. */
  static Map<Long, Loaded> load(Handle handle, Collection<Long> ids, ToIntFunction<Long> steps) {
    Map<Long, Loaded> found = new TreeMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    List<StepTable.Row> rows = new ArrayList<>();
    Query query =
        handle
            .createQuery(
                "SELECT * FROM run WHERE id = ANY(:ids);"
                    + " SELECT * FROM run_step WHERE run = ANY(:ids)")
            .bindArray("ids", Long.class, ids.toArray());
    Together.read(
        query,
        2,
        (statement, row) -> {
          while (row.next()) {
            if (statement == 0) {
              Loaded run = new Loaded(row(row), state(row), time(row, "due"));
              found.put(run.row.id(), run);
            } else {
              rows.add(StepTable.row(row));
            }
          }
        });
    Map<Long, StepState[]> states = new HashMap<>();
    for (Loaded each : found.values()) {
      StepState[] all = new StepState[steps.applyAsInt(each.row.version())];
      Arrays.fill(all, StepState.pending(each.row.created()));
      states.put(each.row.id(), all);
    }
    for (StepTable.Row each : rows) {
      StepState[] all = states.get(each.run());
      if (all != null && each.place() < all.length) {
        all[each.place()] = each.state();
      }
    }
    found.replaceAll((id, each) -> each.with(List.of(states.getOrDefault(id, NONE))));
    return found;
  }

  private static final StepState[] NONE = {};

  static Optional<Loaded> find(Handle handle, long id, ToIntFunction<Long> steps) {
    return Optional.ofNullable(load(handle, List.of(id), steps).get(id));
  }

  private static RunState state(ResultSet row) throws SQLException {
    return new RunState(
        RunStatus.values()[row.getInt("status")],
        List.of(),
        row.getString("cancel_reason"),
        time(row, "paused_at"),
        row.getString("reason"));
  }

  static RunRow row(ResultSet row) throws SQLException {
    return new RunRow(
        row.getLong("id"),
        row.getLong("version"),
        row.getString("node"),
        Json.read(row.getString("inputs")),
        Json.read(row.getString("options")),
        root(row),
        row.getObject("parent", Long.class),
        row.getObject("parent_step", Integer.class),
        row.getInt("depth"),
        row.getObject("escalation_of", Long.class),
        row.getObject("fleet", Long.class),
        row.getBoolean("dry"),
        row.getBytes("secret"),
        row.getString("trouble"),
        row.getLong("revision"),
        java.util.Objects.requireNonNull(time(row, "created")),
        row.getString("created_by"),
        time(row, "finished"));
  }

  /** Of a run that no other began it is itself, and not written. */
  private static long root(ResultSet row) throws SQLException {
    Long root = row.getObject("root", Long.class);
    return root == null ? row.getLong("id") : root;
  }

  static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  static @Nullable OffsetDateTime time(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  /** A run that is about to be written. */
  record NewRun(
      long version,
      @Nullable String node,
      String inputs,
      String options,
      @Nullable RunRow parent,
      @Nullable Integer parentStep,
      @Nullable RunRow escalationOf,
      @Nullable Long fleet,
      boolean dry,
      @Nullable String idempotencyKey,
      String createdBy) {}

  /** Writes it; empty when the same person has used the idempotency key before. */
  static Optional<Long> insert(Handle handle, NewRun run) {
    RunRow above = run.parent() != null ? run.parent() : run.escalationOf();
    return handle
        .createQuery(
            """
            WITH made AS (
              INSERT INTO run (version, node, inputs, options, root, parent, parent_step, depth,
                               escalation_of, fleet, dry, secret, created_by, idempotency_key)
              VALUES (:version, :node, :inputs, :options, :root, :parent, :parentStep, :depth,
                      :escalationOf, :fleet, :dry,
                      decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), :by, :key)
              ON CONFLICT (created_by, idempotency_key) WHERE idempotency_key IS NOT NULL
                DO NOTHING
              RETURNING id
            )
            SELECT id FROM made
            """)
        .bind("version", run.version())
        .bind("node", run.node())
        .bind("inputs", run.inputs())
        .bind("options", run.options())
        .bind("root", above == null ? null : above.root())
        .bind("parent", run.parent() == null ? null : run.parent().id())
        .bind("parentStep", run.parentStep())
        .bind("depth", above == null ? 0 : above.depth() + 1)
        .bind("escalationOf", run.escalationOf() == null ? null : run.escalationOf().id())
        .bind("fleet", run.fleet())
        .bind("dry", run.dry())
        .bind("by", run.createdBy())
        .bind("key", run.idempotencyKey())
        .mapTo(Long.class)
        .findOne();
  }

  /** Writes what changed of runs that are locked. */
  static void write(Handle handle, Collection<Changed> all) {
    List<Changed> runs = all.stream().filter(each -> each.run().isChanged(each.due())).toList();
    if (!runs.isEmpty()) {
      Rows<Changed> rows = new Rows<>(runs);
      Update update = handle.createUpdate(WRITE);
      rows.longs(update, "ids", each -> each.run().row.id());
      rows.integers(update, "statuses", each -> each.run().state.status().ordinal());
      rows.times(update, "dues", Changed::due);
      rows.texts(update, "cancelReasons", each -> each.run().state.cancelReason());
      rows.times(update, "pauses", each -> each.run().state.pausedAt());
      rows.texts(update, "reasons", each -> each.run().state.reason());
      update.execute();
    }
    StepTable.write(handle, all);
  }

  private static final String WRITE =
      """
      UPDATE run SET status = o.status, due = o.due, cancel_reason = o.cancel_reason,
        paused_at = o.paused_at, reason = o.reason, trouble = NULL, revision = revision + 1,
        finished = CASE WHEN o.status < 2 THEN NULL ELSE now() END
      FROM unnest(:ids, :statuses, :dues::timestamptz[], :cancelReasons, :pauses::timestamptz[],
          :reasons) AS o (id, status, due, cancel_reason, paused_at, reason)
      WHERE run.id = o.id
      """;

  /** A run that changed, and when it is to be looked at next. */
  record Changed(Loaded run, @Nullable Instant due, String owner) {}

  /** A run that could not be moved: why, and when it is tried again. */
  static void trouble(Handle handle, long id, String why, int seconds) {
    handle
        .createUpdate(
            "UPDATE run SET trouble = :why, due = now() + :seconds * interval '1 second'"
                + " WHERE id = :id AND status = 0")
        .bind("why", why.length() > 2000 ? why.substring(0, 2000) : why)
        .bind("seconds", seconds)
        .bind("id", id)
        .execute();
    handle.execute("DELETE FROM run_wake WHERE run = ?", id);
  }

  /** How long until the next one is due, in milliseconds; at most the given. */
  static long untilNext(Handle handle, long most) {
    return handle
        .createQuery(
            "SELECT greatest(0, least(:most, ceil(extract(epoch FROM min(due) - clock_timestamp())"
                + " * 1000)::bigint)) FROM run WHERE due IS NOT NULL")
        .bind("most", most)
        .mapTo(Long.class)
        .findOne()
        .orElse(most);
  }
}
