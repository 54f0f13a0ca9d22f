package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** What people say about webhooks, in PostgreSQL. */
final class WebhookTable {
  static final String COLUMNS =
      "w.id, w.name, w.url, w.types, w.severity, w.type_ids, w.nodes, w.batch, w.paused, w.version,"
          + " w.created, w.created_by";

  /** Each has threads and a place in memory. */
  private static final int MOST = 100;

  private WebhookTable() {}

  /**
   * Adds one that goes on after a position; the id, the version and the creation are given here.
   */
  static Webhook insert(Handle handle, Webhook hook, SigningSecret secret, long position) {
    handle.execute("LOCK TABLE webhook IN SHARE ROW EXCLUSIVE MODE");
    long present = handle.createQuery("SELECT count(*) FROM webhook").mapTo(Long.class).one();
    if (present >= MOST) {
      throw Problem.conflict("there are " + MOST + " webhooks, and no more than that");
    }
    Webhook made =
        bound(
                handle.createQuery(
                    """
                    INSERT INTO webhook AS w
                      (name, url, secret, types, severity, type_ids, nodes, batch, created_by)
                    VALUES (:name, :url, :secret, :types, :severity, :typeIds, :nodes::jsonb,
                            :batch, :createdBy)
                    ON CONFLICT (name) DO NOTHING RETURNING\s\
                    """
                        + COLUMNS),
                hook)
            .bind("secret", secret.text())
            .bind("createdBy", hook.createdBy())
            .map((row, _) -> webhook(row))
            .findOne()
            .orElseThrow(() -> Problem.conflict("a webhook named \"" + hook.name() + "\" exists"));
    handle.execute(
        "INSERT INTO webhook_progress (webhook, position) VALUES (?, ?)", made.id(), position);
    return made;
  }

  /** Puts what is changed in the place of what was; a null secret stays. */
  static Webhook update(Handle handle, Webhook hook, @Nullable SigningSecret secret) {
    return bound(
            handle.createQuery(
                """
                UPDATE webhook AS w
                   SET url = :url, types = :types, severity = :severity, type_ids = :typeIds,
                       nodes = :nodes::jsonb, batch = :batch, paused = :paused,
                       secret = coalesce(:secret, secret), version = version + 1
                 WHERE id = :id AND name = :name RETURNING\s\
                """
                    + COLUMNS),
            hook)
        .bind("id", hook.id())
        .bind("paused", hook.paused())
        .bind("secret", secret == null ? null : secret.text())
        .map((row, _) -> webhook(row))
        .one();
  }

  private static <T extends SqlStatement<T>> T bound(T statement, Webhook hook) {
    Severity severity = hook.wanted().severity();
    return statement
        .bind("name", hook.name())
        .bind("url", hook.url())
        .bindArray("types", String.class, Wanted.texts(hook.wanted().types()))
        .bind("severity", severity == null ? null : severity.word())
        .bindArray("typeIds", String.class, Wanted.texts(hook.wanted().typeIds()))
        .bind("nodes", hook.nodes() == null ? null : Json.write(hook.nodes()))
        .bind("batch", hook.batch());
  }

  /** The webhook of that name, locked until the transaction ends. */
  static Webhook lock(Handle handle, String name) {
    return found(handle, name, " FOR UPDATE").orElseThrow(() -> unknown(name));
  }

  static Webhook require(Handle handle, String name) {
    return found(handle, name, "").orElseThrow(() -> unknown(name));
  }

  private static Problem unknown(String name) {
    return Problem.notFound("no webhook " + (name.length() > 64 ? name.substring(0, 64) : name));
  }

  private static Optional<Webhook> found(Handle handle, String name, String locking) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM webhook w WHERE name = :name" + locking)
        .bind("name", name)
        .map((row, _) -> webhook(row))
        .findOne();
  }

  static SigningSecret secret(Handle handle, Webhook hook) {
    return handle
        .createQuery("SELECT secret FROM webhook WHERE id = :id")
        .bind("id", hook.id())
        .mapTo(String.class)
        .map(SigningSecret::new)
        .one();
  }

  /** Deletes it with all that is kept of it. */
  static void delete(Handle handle, Webhook hook) {
    for (String table : List.of("webhook_dead", "webhook_attempt")) {
      handle.execute("DELETE FROM " + table + " WHERE webhook = ?", hook.id());
    }
    handle.execute("DELETE FROM webhook WHERE id = ?", hook.id());
  }

  static Webhook webhook(ResultSet row) throws SQLException {
    String severity = row.getString("severity");
    String nodes = row.getString("nodes");
    return new Webhook(
        row.getLong("id"),
        row.getString("name"),
        row.getString("url"),
        new Wanted(
            texts(row.getArray("types")),
            severity == null ? null : Severity.of(severity),
            texts(row.getArray("type_ids"))),
        nodes == null ? null : Json.read(nodes),
        row.getInt("batch"),
        row.getBoolean("paused"),
        row.getLong("version"),
        row.getTimestamp("created").toInstant(),
        row.getString("created_by"));
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
