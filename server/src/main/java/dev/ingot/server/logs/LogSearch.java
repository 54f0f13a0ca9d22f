package dev.ingot.server.logs;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads records, each time within a limit. */
final class LogSearch {
  private static final String COLUMNS =
      "SELECT id, received, time, node, job, task, source, severity, message, fields FROM log";

  private final Jdbi jdbi;
  private final Duration limit;

  LogSearch(Jdbi jdbi, Duration limit) {
    this.jdbi = jdbi;
    this.limit = limit;
  }

  /** A record as it is shown. */
  record Shown(
      String id,
      Instant received,
      @Nullable Instant time,
      @Nullable String node,
      @Nullable String job,
      @Nullable String task,
      String source,
      String severity,
      String message,
      @Nullable JsonNode fields) {}

  /** Those before an id, the newest first. */
  List<Shown> before(LogQuery query, long id, int most) {
    return limited(handle -> read(handle, query, "id < :from ORDER BY id DESC", id, most));
  }

  /** Those after an id and up to another, the oldest first. */
  List<Shown> between(LogQuery query, long after, long upTo, int most) {
    return limited(
        handle ->
            read(handle, query, "id > :from AND id <= " + upTo + " ORDER BY id", after, most));
  }

  /** Makes sure that the question can be asked, before there is anything to ask it of. */
  void check(LogQuery query) {
    Object regex = query.bindings().get("regex");
    if (regex != null) {
      var unused =
          limited(
              handle ->
                  handle
                      .createQuery("SELECT '' ~ :regex")
                      .bind("regex", regex)
                      .mapTo(Boolean.class)
                      .one());
    }
  }

  /** The id of the last record, 0 when there is none. */
  long last() {
    return first("DESC");
  }

  /** The id of the first record that is kept, 0 when there is none. */
  long firstKept() {
    return first("ASC");
  }

  private long first(String direction) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT id FROM log ORDER BY id " + direction + " LIMIT 1")
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
  }

  private static List<Shown> read(
      Handle handle, LogQuery query, String range, long from, int most) {
    return handle
        .createQuery(COLUMNS + " WHERE " + query.where() + " AND " + range + " LIMIT :most")
        .bindMap(query.bindings())
        .bind("from", from)
        .bind("most", most)
        .map((row, _) -> shown(row))
        .list();
  }

  private static Shown shown(ResultSet row) throws SQLException {
    String fields = row.getString("fields");
    return new Shown(
        row.getString("id"),
        Objects.requireNonNull(instant(row.getTimestamp("received"))),
        instant(row.getTimestamp("time")),
        row.getString("node"),
        row.getString("job"),
        row.getString("task"),
        row.getString("source"),
        LogSeverity.of(row.getInt("severity")).word(),
        row.getString("message"),
        fields == null ? null : Json.read(fields));
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }

  private <T> T limited(Function<Handle, T> work) {
    try {
      return jdbi.inTransaction(
          handle -> {
            handle
                .createQuery("SELECT set_config('statement_timeout', :limit, true)")
                .bind("limit", Long.toString(limit.toMillis()))
                .mapTo(String.class)
                .one();
            return work.apply(handle);
          });
    } catch (JdbiException e) {
      throw problem(e);
    }
  }

  private RuntimeException problem(JdbiException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String state = cause instanceof SQLException e ? String.valueOf(e.getSQLState()) : "";
      if (state.equals("57014")) {
        return new Problem(
            Problem.Kind.INVALID,
            "the search takes longer than %s s; say node, job, severity or since"
                .formatted(limit.toMillis() / 1000.0),
            "text",
            thrown);
      }
      if (state.equals("2201B")) {
        String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new Problem(Problem.Kind.INVALID, why.replace("ERROR: ", ""), "regex", thrown);
      }
    }
    return thrown;
  }
}
