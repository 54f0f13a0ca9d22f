package dev.ingot.server.access;

import dev.ingot.core.Json;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Audit rows in PostgreSQL. */
public final class AuditTable implements Audit {
  public static final AppendOnlyTable TABLE =
      new AppendOnlyTable("audit", "time", Duration.ofDays(400), 1L << 30);

  /** One write, as it is shown. */
  public record Entry(
      String id,
      Instant time,
      String principal,
      String role,
      String action,
      String target,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {}

  @Override
  public void record(
      Handle handle,
      Principal who,
      String action,
      String target,
      @Nullable JsonNode before,
      @Nullable JsonNode after) {
    handle
        .createUpdate(
            "insert into audit (principal, role, action, target, before, after)"
                + " values (:principal, :role, :action, :target, :before::jsonb, :after::jsonb)")
        .bind("principal", who.name())
        .bind("role", who.roleName())
        .bind("action", action)
        .bind("target", target)
        .bind("before", text(before))
        .bind("after", text(after))
        .execute();
  }

  @Override
  public void recordAll(Handle handle, Collection<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    Update insert =
        handle.createUpdate(
            "insert into audit (principal, role, action, target, before, after)"
                + " select principal, role, action, target, before::jsonb, after::jsonb"
                + " from unnest(:principals, :roles, :actions, :targets, :befores, :afters)"
                + " as sent (principal, role, action, target, before, after)");
    bind(insert, "principals", writes, write -> write.who().name());
    bind(insert, "roles", writes, write -> write.who().roleName());
    bind(insert, "actions", writes, Write::action);
    bind(insert, "targets", writes, Write::target);
    bind(insert, "befores", writes, write -> text(write.before()));
    bind(insert, "afters", writes, write -> text(write.after()));
    insert.execute();
  }

  private static void bind(
      Update insert,
      String name,
      Collection<Write> writes,
      Function<Write, @Nullable String> value) {
    insert.bindArray(name, String.class, writes.stream().map(value).toArray());
  }

  /** Rows newest first, those before the given id. */
  public List<Entry> before(Handle handle, long id, int limit) {
    return handle
        .createQuery(
            "select id, time, principal, role, action, target, before, after from audit"
                + " where id < :id order by id desc limit :limit")
        .bind("id", id)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Entry(
                    row.getString("id"),
                    row.getTimestamp("time").toInstant(),
                    row.getString("principal"),
                    row.getString("role"),
                    row.getString("action"),
                    row.getString("target"),
                    node(row.getString("before")),
                    node(row.getString("after"))))
        .list();
  }

  private static @Nullable String text(@Nullable JsonNode node) {
    return node == null ? null : Json.write(node);
  }

  private static @Nullable JsonNode node(@Nullable String text) {
    return text == null ? null : Json.read(text);
  }
}
