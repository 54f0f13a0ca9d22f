package dev.ingot.server.resources.stock;

import dev.ingot.core.Json;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What was done to one resource: its rows of the audit, also of one that is gone. */
public final class History {
  private History() {}

  /** One change. */
  public record Entry(
      String id,
      Instant time,
      String by,
      String action,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  /** Newest first, those before the given id. */
  public static List<Entry> before(Handle handle, String target, long id, int limit) {
    return handle
        .createQuery(
            "SELECT id, time, principal, action, before, after FROM audit"
                + " WHERE target = :target AND id < :id ORDER BY id DESC LIMIT :limit")
        .bind("target", target)
        .bind("id", id)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Entry(
                    row.getString("id"),
                    row.getTimestamp("time").toInstant(),
                    row.getString("principal"),
                    row.getString("action"),
                    node(row.getString("before")),
                    node(row.getString("after"))))
        .list();
  }

  private static @Nullable JsonNode node(@Nullable String text) {
    return text == null ? null : Json.read(text);
  }
}
