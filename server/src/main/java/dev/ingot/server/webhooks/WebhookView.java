package dev.ingot.server.webhooks;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.function.LongPredicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A webhook as people see it, with how it does.
 *
 * @param state active, paused or down
 * @param position the id of the last event that is settled
 * @param behind how many events there are after it, wanted or not
 * @param waiting how many failed and are sent again, or wait behind such
 * @param dead how many were given up and are kept
 * @param delivered how many events arrived, since it was added
 * @param failed how many requests failed
 * @param lost how many events were no longer kept when their turn came, wanted or not
 */
record WebhookView(
    String name,
    String url,
    Wanted events,
    @Nullable JsonNode nodes,
    int batch,
    String state,
    String position,
    long behind,
    long waiting,
    long dead,
    long delivered,
    long failed,
    long lost,
    @Nullable Instant lastSuccess,
    @Nullable Instant lastFailure,
    @Nullable String lastError,
    Instant created,
    String createdBy,
    long version) {
  private static final String SELECT =
      "SELECT "
          + WebhookTable.COLUMNS
          + ", p.position, greatest(0, (SELECT last FROM event_position) - p.position) AS behind,"
          + " (SELECT count(*) FROM webhook_waiting x WHERE x.webhook = w.id) AS waiting,"
          + " (SELECT count(*) FROM webhook_dead x WHERE x.webhook = w.id) AS kept_dead,"
          + " p.delivered, p.failed, p.lost, p.last_success, p.last_failure, p.last_error"
          + " FROM webhook w JOIN webhook_progress p ON p.webhook = w.id ";

  /** Those whose name comes after the given one, in order. */
  static List<WebhookView> after(Handle handle, String name, int limit, LongPredicate down) {
    return handle
        .createQuery(SELECT + "WHERE w.name > :name ORDER BY w.name LIMIT :limit")
        .bind("name", name)
        .bind("limit", limit)
        .map((row, _) -> view(row, down))
        .list();
  }

  static WebhookView of(Handle handle, Webhook hook, LongPredicate down) {
    return handle
        .createQuery(SELECT + "WHERE w.id = :id")
        .bind("id", hook.id())
        .map((row, _) -> view(row, down))
        .one();
  }

  private static WebhookView view(ResultSet row, LongPredicate down) throws SQLException {
    Webhook hook = WebhookTable.webhook(row);
    return new WebhookView(
        hook.name(),
        hook.url(),
        hook.wanted(),
        hook.nodes(),
        hook.batch(),
        hook.paused() ? "paused" : down.test(hook.id()) ? "down" : "active",
        row.getString("position"),
        row.getLong("behind"),
        row.getLong("waiting"),
        row.getLong("kept_dead"),
        row.getLong("delivered"),
        row.getLong("failed"),
        row.getLong("lost"),
        instant(row.getTimestamp("last_success")),
        instant(row.getTimestamp("last_failure")),
        row.getString("last_error"),
        hook.created(),
        hook.createdBy(),
        hook.version());
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }
}
