package dev.ingot.server.workflow.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.core.Json;
import dev.ingot.server.http.Requests;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Triggers and what they did. */
final class TriggerTable {
  private TriggerTable() {}

  /** What one did, or why it did not. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Shot(
      String id,
      Instant time,
      @Nullable String node,
      @Nullable String event,
      @Nullable String run,
      @Nullable String fleet,
      @Nullable String leftOut) {}

  static Optional<Trigger> find(Handle handle, String name, boolean lock) {
    return handle
        .createQuery("SELECT * FROM trigger WHERE name = :name" + (lock ? " FOR UPDATE" : ""))
        .bind("name", name)
        .map((row, _) -> trigger(row))
        .findOne();
  }

  static List<Trigger> page(Handle handle, String after, int limit) {
    return handle
        .createQuery("SELECT * FROM trigger WHERE name > :after ORDER BY name LIMIT :limit")
        .bind("after", after)
        .bind("limit", limit)
        .map((row, _) -> trigger(row))
        .list();
  }

  static List<Trigger> enabled(Handle handle, String kind) {
    return handle
        .createQuery("SELECT * FROM trigger WHERE enabled AND kind = :kind ORDER BY name")
        .bind("kind", kind)
        .map((row, _) -> trigger(row))
        .list();
  }

  /** Locks one whose time has come and that no other server is at. */
  static Optional<Trigger> takeDue(Handle handle) {
    return handle
        .createQuery(
            "SELECT * FROM trigger WHERE enabled AND next <= now() ORDER BY next LIMIT 1"
                + " FOR NO KEY UPDATE SKIP LOCKED")
        .map((row, _) -> trigger(row))
        .findOne();
  }

  private static Trigger trigger(ResultSet row) throws SQLException {
    String text = row.getString("definition");
    return new Trigger(
        row.getString("name"),
        Requests.body(Json.read(text), TriggerDefinition.class),
        text,
        row.getBoolean("enabled"),
        row.getInt("revision"),
        Objects.requireNonNull(time(row, "created")),
        Objects.requireNonNull(time(row, "changed")),
        row.getString("changed_by"),
        Objects.requireNonNull(time(row, "since")),
        time(row, "next"),
        row.getLong("left_out"),
        row.getString("trouble"));
  }

  static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  static void put(
      Handle handle,
      String name,
      String text,
      TriggerDefinition definition,
      String who,
      @Nullable Instant next,
      boolean anew) {
    handle
        .createUpdate(
            """
            INSERT INTO trigger (name, definition, kind, enabled, changed_by, next)
            VALUES (:name, :text, :kind, :enabled, :who, :next)
            ON CONFLICT (name) DO UPDATE SET definition = :text, kind = :kind, enabled = :enabled,
              changed_by = :who, next = :next, changed = now(), trouble = NULL,
              revision = trigger.revision + 1,
              since = CASE WHEN :anew THEN now() ELSE trigger.since END
            """)
        .bind("name", name)
        .bind("text", text)
        .bind("kind", definition.kind())
        .bind("enabled", definition.isEnabled())
        .bind("who", who)
        .bind("next", next == null ? null : next.atOffset(ZoneOffset.UTC))
        .bind("anew", anew)
        .execute();
  }

  static void next(Handle handle, String name, @Nullable Instant next) {
    handle
        .createUpdate("UPDATE trigger SET next = :next WHERE name = :name")
        .bind("name", name)
        .bind("next", next == null ? null : next.atOffset(ZoneOffset.UTC))
        .execute();
  }

  static List<Shot> shots(Handle handle, String trigger, long before, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM trigger_shot WHERE trigger = :trigger AND id < :before"
                + " ORDER BY id DESC LIMIT :limit")
        .bind("trigger", trigger)
        .bind("before", before)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Shot(
                    row.getString("id"),
                    Objects.requireNonNull(time(row, "time")),
                    row.getString("node"),
                    row.getString("event"),
                    row.getString("run"),
                    row.getString("fleet"),
                    row.getString("refusal")))
        .list();
  }
}
