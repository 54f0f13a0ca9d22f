package dev.ingot.server.jobs;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Reads and writes jobs. */
final class JobTable {
  private static final RowMapper<Job> MAPPER = (row, context) -> job(row);

  private JobTable() {}

  static Optional<Job> find(Handle handle, long id) {
    return handle
        .createQuery("SELECT * FROM job WHERE id = :id")
        .bind("id", id)
        .map(MAPPER)
        .findOne();
  }

  static Optional<Job> byIdempotency(Handle handle, String principal, String key) {
    return handle
        .createQuery("SELECT * FROM job WHERE created_by = :by AND idempotency_key = :key")
        .bind("by", principal)
        .bind("key", key)
        .map(MAPPER)
        .findOne();
  }

  static byte @Nullable [] requestDigest(Handle handle, long id) {
    return handle
        .createQuery("SELECT request_digest FROM job WHERE id = :id")
        .bind("id", id)
        .mapTo(byte[].class)
        .findOne()
        .orElse(null);
  }

  /** Newest first, those with an id before the given. */
  static List<Job> page(
      Handle handle, @Nullable String state, @Nullable String by, long before, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM job WHERE id < :before"
                + (state == null ? "" : " AND state = :state")
                + (by == null ? "" : " AND created_by = :by")
                + " ORDER BY id DESC LIMIT :limit")
        .bind("before", before)
        .bindMap(bindings(state, by))
        .bind("limit", limit)
        .map(MAPPER)
        .list();
  }

  private static Map<String, String> bindings(@Nullable String state, @Nullable String by) {
    Map<String, String> bindings = new TreeMap<>();
    if (state != null) {
      bindings.put("state", state);
    }
    if (by != null) {
      bindings.put("by", by);
    }
    return bindings;
  }

  /** The jobs that have not ended, for whoever drives them. */
  static List<Job> running(Handle handle, int limit) {
    return handle
        .createQuery("SELECT * FROM job WHERE state = 'running' ORDER BY id LIMIT :limit")
        .bind("limit", limit)
        .map(MAPPER)
        .list();
  }

  static int countRunning(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM job WHERE state = 'running'")
        .mapTo(Integer.class)
        .one();
  }

  /** Locked in the order of their ids until the transaction ends. */
  static TreeMap<Long, Job> lock(Handle handle, Collection<Long> ids) {
    TreeMap<Long, Job> jobs = new TreeMap<>();
    if (!ids.isEmpty()) {
      handle
          .createQuery("SELECT * FROM job WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
          .bind("ids", SqlArray.longs(ids))
          .map(MAPPER)
          .forEach(job -> jobs.put(job.id(), job));
    }
    return jobs;
  }

  static void write(Handle handle, Collection<Job> jobs) {
    for (Job job : jobs) {
      handle
          .createUpdate(
              """
              UPDATE job SET state = :state, counts = :counts, window_end = :windowEnd,
                window_open = :windowOpen, revision = :revision, finished = :finished,
                stop_reason = :stopReason, told = :told, progress_told = :progressTold
              WHERE id = :id
              """)
          .bind("state", job.state.word())
          .bind("counts", SqlArray.integers(job.counts.array()))
          .bind("windowEnd", job.windowEnd)
          .bind("windowOpen", job.windowOpen)
          .bind("revision", job.revision)
          .bind("finished", SqlArray.time(job.finished))
          .bind("stopReason", job.stopReason)
          .bind("told", job.told)
          .bind("progressTold", SqlArray.time(job.progressTold))
          .bind("id", job.id())
          .execute();
    }
  }

  /** Forgets jobs that ended long ago, with their tasks, some at a time. */
  static int forget(Handle handle, Duration keep) {
    return handle
        .createUpdate(
            """
            DELETE FROM job WHERE id IN (
              SELECT id FROM job WHERE state <> 'running'
                AND finished < now() - :seconds * interval '1 second'
              ORDER BY finished LIMIT 20)
            """)
        .bind("seconds", keep.toSeconds())
        .execute();
  }

  /** Asks whoever drives the job to end it; false when it has ended or was asked before. */
  static boolean cancel(Handle handle, long id, String reason) {
    return handle
            .createUpdate(
                """
                UPDATE job SET cancel_reason = :reason
                WHERE id = :id AND state = 'running' AND cancel_reason IS NULL
                """)
            .bind("id", id)
            .bind("reason", reason)
            .execute()
        > 0;
  }

  private static Job job(ResultSet row) throws SQLException {
    Job job =
        new Job(
            plan(row),
            Job.State.of(row.getString("state")),
            new JobCounts(integers((Integer[]) row.getArray("counts").getArray())));
    job.windowEnd = row.getInt("window_end");
    job.windowOpen = row.getInt("window_open");
    job.revision = row.getLong("revision");
    job.finished = time(row, "finished");
    job.cancelReason = row.getString("cancel_reason");
    job.stopReason = row.getString("stop_reason");
    job.told = row.getInt("told");
    job.progressTold = time(row, "progress_told");
    return job;
  }

  private static Job.Plan plan(ResultSet row) throws SQLException {
    return new Job.Plan(
        row.getLong("id"),
        row.getString("capability"),
        row.getString("target"),
        row.getString("arguments"),
        row.getBoolean("rendered"),
        row.getObject("timeout_seconds", Integer.class),
        row.getString("instruction"),
        row.getString("preprocessor"),
        row.getInt("priority") == 1,
        row.getObject("concurrency", Integer.class),
        row.getObject("canary", Integer.class),
        row.getObject("batch", Integer.class),
        row.getObject("stop_failures", Integer.class),
        row.getObject("stop_percent", Integer.class),
        row.getInt("retries"),
        row.getInt("expiry_seconds"),
        row.getBoolean("reboots"),
        row.getBoolean("allow_protected"),
        row.getInt("total"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getString("created_by"),
        row.getObject("retry_of", Long.class));
  }

  private static int[] integers(Integer[] values) {
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = values[i];
    }
    return integers;
  }

  static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
