package dev.ingot.server.workflow.fleet;

import dev.ingot.core.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads and writes fleet runs. One is changed only by whoever has locked its row. */
final class FleetTable {
  private FleetTable() {}

  /** Those that something is to be done about, or that something may have happened to. */
  static List<Long> open(Handle handle, int most) {
    return handle
        .createQuery("SELECT id FROM fleet WHERE status < 4 ORDER BY id LIMIT :most")
        .bind("most", most)
        .mapTo(Long.class)
        .list();
  }

  /** Locks it; empty when another has it, or it is gone. */
  static Optional<Fleet> tryLock(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM fleet WHERE id = :id FOR NO KEY UPDATE SKIP LOCKED")
        .bind("id", id)
        .map((row, _) -> fleet(row))
        .findOne();
  }

  static Optional<Fleet> lock(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM fleet WHERE id = :id FOR NO KEY UPDATE")
        .bind("id", id)
        .map((row, _) -> fleet(row))
        .findOne();
  }

  static Optional<Fleet> find(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM fleet WHERE id = :id")
        .bind("id", id)
        .map((row, _) -> fleet(row))
        .findOne();
  }

  static List<Fleet> page(Handle handle, long before, @Nullable String workflow, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM fleet WHERE id < :before AND (:workflow::text IS NULL OR workflow ="
                + " :workflow) ORDER BY id DESC LIMIT :limit")
        .bind("before", before)
        .bind("workflow", workflow)
        .bind("limit", limit)
        .map((row, _) -> fleet(row))
        .list();
  }

  static Fleet fleet(ResultSet row) throws SQLException {
    return new Fleet(
        row.getLong("id"),
        row.getString("workflow"),
        row.getInt("version"),
        row.getString("target"),
        Json.read(row.getString("inputs")),
        Json.read(row.getString("options")),
        row.getBoolean("dry"),
        Arrays.asList((Integer[]) row.getArray("waves").getArray()),
        row.getInt("halt"),
        Duration.ofSeconds(row.getInt("pause_seconds")),
        row.getInt("at_once"),
        FleetStatus.values()[row.getInt("status")],
        row.getInt("wave"),
        time(row, "not_before"),
        row.getInt("forgiven"),
        row.getString("reason"),
        Objects.requireNonNull(time(row, "created")),
        row.getString("created_by"),
        time(row, "finished"));
  }

  private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** Writes where it stands; what it is stays. */
  static void write(
      Handle handle,
      Fleet fleet,
      FleetStatus status,
      int wave,
      @Nullable Instant notBefore,
      int forgiven,
      @Nullable String reason) {
    handle
        .createUpdate(
            """
            UPDATE fleet SET status = :status, wave = :wave, not_before = :notBefore,
              forgiven = :forgiven, reason = :reason,
              finished = CASE WHEN :status < 4 THEN NULL ELSE now() END
            WHERE id = :id
            """)
        .bind("id", fleet.id())
        .bind("status", status.ordinal())
        .bind("wave", wave)
        .bind("notBefore", notBefore == null ? null : notBefore.atOffset(ZoneOffset.UTC))
        .bind("forgiven", forgiven)
        .bind("reason", reason)
        .execute();
  }

  /** The nodes by wave; 0 is what was left out from the beginning. */
  static Map<Integer, Counts> counts(Handle handle, long fleet) {
    Map<Integer, Map<NodeOutcome, Integer>> counts = new TreeMap<>();
    handle
        .createQuery(
            "SELECT wave, outcome, count(*)::int AS count FROM fleet_node WHERE fleet = :fleet"
                + " GROUP BY wave, outcome")
        .bind("fleet", fleet)
        .map(
            (row, _) -> {
              counts
                  .computeIfAbsent(row.getInt("wave"), _ -> new EnumMap<>(NodeOutcome.class))
                  .put(NodeOutcome.values()[row.getInt("outcome")], row.getInt("count"));
              return row.getInt("wave");
            })
        .list();
    Map<Integer, Counts> read = new TreeMap<>();
    counts.forEach((wave, by) -> read.put(wave, new Counts(by)));
    return read;
  }

  static Counts all(Map<Integer, Counts> counts) {
    return counts.values().stream().reduce(Counts.NONE, Counts::plus);
  }
}
