package dev.ingot.server.ur;

import dev.ingot.server.nodes.TextArray;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Requests, from the task's acceptance until the job has its end. */
final class RequestTable {
  private static final String COLUMNS =
      """
      SELECT node, job, attempt, request, body, sent IS NOT NULL AS sent,
             coalesce(extract(epoch FROM now() - sent) * 1000, 0)::bigint AS milliseconds
      FROM ur_request
      """;

  private static final int AT_ONCE = 200;

  private static final RowMapper<Request> MAPPER =
      (row, _) ->
          new Request(
              row.getString("node"),
              row.getLong("job"),
              row.getInt("attempt"),
              row.getString("request"),
              row.getString("body"),
              row.getBoolean("sent"),
              row.getLong("milliseconds"));

  private RequestTable() {}

  /** Keeps a request that is to be said; one of the same attempt that is there stays. */
  static void add(
      Handle handle, String node, long job, int attempt, String id, String body, int timeout) {
    handle
        .createUpdate(
            """
            INSERT INTO ur_request AS r (node, job, attempt, request, body, timeout)
            VALUES (:node, :job, :attempt, :request, :body, :timeout)
            ON CONFLICT (node, job) DO UPDATE SET attempt = excluded.attempt,
              request = excluded.request, body = excluded.body, timeout = excluded.timeout,
              sent = NULL
            WHERE r.attempt < excluded.attempt
            """)
        .bind("node", node)
        .bind("job", job)
        .bind("attempt", attempt)
        .bind("request", id)
        .bind("body", body)
        .bind("timeout", timeout)
        .execute();
  }

  /** The request is about to be said: whether nobody said it before. */
  static boolean sending(Handle handle, Request request) {
    return handle
            .createUpdate(
                "UPDATE ur_request SET sent = now() WHERE request = :request AND sent IS NULL")
            .bind("request", request.id())
            .execute()
        > 0;
  }

  static Optional<Request> of(Handle handle, String node, long job, int attempt) {
    return handle
        .createQuery(COLUMNS + " WHERE node = :node AND job = :job AND attempt = :attempt")
        .bind("node", node)
        .bind("job", job)
        .bind("attempt", attempt)
        .map(MAPPER)
        .findOne();
  }

  static Optional<Request> byId(Handle handle, String id) {
    return handle
        .createQuery(COLUMNS + " WHERE request = :request AND sent IS NOT NULL")
        .bind("request", id)
        .map(MAPPER)
        .findOne();
  }

  static List<Request> ofNode(Handle handle, String node) {
    return handle
        .createQuery(COLUMNS + " WHERE node = :node ORDER BY job LIMIT 256")
        .bind("node", node)
        .map(MAPPER)
        .list();
  }

  /** Those whose time is over. */
  static List<Request> overdue(Handle handle, Collection<String> nodes) {
    return handle
        .createQuery(
            COLUMNS
                + " WHERE sent < now() - timeout * interval '1 second' AND node = ANY(:nodes)"
                + " ORDER BY sent LIMIT "
                + AT_ONCE)
        .bind("nodes", new TextArray(nodes))
        .map(MAPPER)
        .list();
  }

  static void forget(Handle handle, String node, long job, int attempt) {
    handle
        .createUpdate(
            "DELETE FROM ur_request WHERE node = :node AND job = :job AND attempt <= :attempt")
        .bind("node", node)
        .bind("job", job)
        .bind("attempt", attempt)
        .execute();
  }

  /** The agent started anew and knows nothing of what it was asked. */
  static void forgetSent(Handle handle, String node) {
    handle
        .createUpdate("DELETE FROM ur_request WHERE node = :node AND sent IS NOT NULL")
        .bind("node", node)
        .execute();
  }

  /** Those whose end nobody took. */
  static void tidy(Handle handle) {
    handle.execute(
        "DELETE FROM ur_request WHERE sent < now() - (timeout + 86400) * interval '1 second'");
  }
}
