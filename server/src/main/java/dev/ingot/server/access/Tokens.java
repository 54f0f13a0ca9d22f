package dev.ingot.server.access;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tokens of people and programs: made, listed, revoked. Each write has its audit row. */
public final class Tokens {
  static final String PREFIX = "ingot_";

  private static final String COLUMNS = "id, name, role, created, created_by, expires, last_used";

  private final Audit audit;
  private final Roles roles;
  private final SecureRandom random;

  public Tokens(Audit audit, SecureRandom random) {
    this.audit = audit;
    this.roles = new Roles(audit);
    this.random = random;
  }

  /**
   * A live token, without its secret.
   *
   * @param expires null for never
   * @param lastUsed to about half a minute, null for never
   */
  public record Token(
      String id,
      String name,
      String role,
      Instant created,
      String createdBy,
      @Nullable Instant expires,
      @Nullable Instant lastUsed) {}

  /** A token that was made now, with the secret that is shown this once. */
  public record Made(Token token, TokenSecret secret) {}

  /**
   * Makes a token.
   *
   * @param lifetime null for one that does not expire
   * @throws Problem if a live token has that name
   */
  public Made create(
      Handle handle, Principal by, String name, Role role, @Nullable Duration lifetime) {
    return create(handle, by, name, role.word(), lifetime);
  }

  /**
   * Makes a token of a role by its name.
   *
   * @throws Problem if there is no such role, or a live token has that name
   */
  public Made create(
      Handle handle, Principal by, String name, String role, @Nullable Duration lifetime) {
    if (roles.hold(handle, role).isEmpty()) {
      throw Problem.invalid("role", "must be admin, operator, reader or the name of a role");
    }
    TokenSecret secret = TokenSecret.random(PREFIX, random);
    Token token =
        handle
            .createQuery(
                "insert into token (name, role, hash, created_by, expires) values (:name, :role,"
                    + " :hash, :by, now() + :seconds * interval '1 second')"
                    + " on conflict (name) where revoked is null do nothing returning "
                    + COLUMNS)
            .bind("name", name)
            .bind("role", role)
            .bind("hash", secret.hash())
            .bind("by", by.name())
            .bindByType("seconds", lifetime == null ? null : lifetime.toSeconds(), Long.class)
            .map((row, context) -> token(row))
            .findOne()
            .orElseThrow(() -> Problem.conflict("a token named \"" + name + "\" exists"));
    audit.record(handle, by, "token.create", "token:" + token.id(), null, shown(token));
    return new Made(token, secret);
  }

  /** Live tokens in the order of their making, those after the given id. */
  public List<Token> after(Handle handle, long id, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + " from token where revoked is null and id > :id order by id limit :limit")
        .bind("id", id)
        .bind("limit", limit)
        .map((row, context) -> token(row))
        .list();
  }

  /**
   * Revokes a live token.
   *
   * @throws Problem if there is none of that id
   */
  public void revoke(Handle handle, Principal by, long id) {
    Token token =
        handle
            .createQuery(
                "update token set revoked = now() where id = :id and revoked is null returning "
                    + COLUMNS)
            .bind("id", id)
            .map((row, context) -> token(row))
            .findOne()
            .orElseThrow(() -> Problem.notFound("no live token " + id));
    audit.record(handle, by, "token.revoke", "token:" + id, shown(token), null);
  }

  private static JsonNode shown(Token token) {
    return Json.MAPPER.valueToTree(Map.of("name", token.name(), "role", token.role()));
  }

  private static Token token(ResultSet row) throws SQLException {
    return new Token(
        row.getString("id"),
        row.getString("name"),
        row.getString("role"),
        row.getTimestamp("created").toInstant(),
        row.getString("created_by"),
        instant(row.getTimestamp("expires")),
        instant(row.getTimestamp("last_used")));
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }
}
