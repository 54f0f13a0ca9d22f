package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Enrolment tokens: made by people, for agents that are installed by hand. */
public final class EnrolmentTokens {
  /**
   * A token, without its secret.
   *
   * @param uses how many nodes it let in
   * @param state good, expired, used-up or revoked
   */
  public record EnrolmentToken(
      String id,
      String name,
      String createdBy,
      Instant created,
      Instant expires,
      @Nullable Integer maxUses,
      long uses,
      String state) {}

  /** A token that was made now, with its secret, shown this once. */
  public record Made(EnrolmentToken token, String secret) {
    @Override
    public String toString() {
      return "Made[" + token.id() + "]";
    }
  }

  private static final String SELECT =
      """
      SELECT t.*, CASE WHEN t.max_uses IS NOT NULL THEN t.uses ELSE
               (SELECT count(*) FROM node_key k WHERE k.voucher = 'enrolment-token:' || t.id)
             END AS used,
             CASE WHEN t.revoked IS NOT NULL THEN 'revoked'
                  WHEN t.expires <= now() THEN 'expired'
                  WHEN t.uses >= t.max_uses THEN 'used-up' ELSE 'good' END AS state
      FROM enrolment_token t
      """;

  private static final RowMapper<EnrolmentToken> MAPPER =
      (row, context) ->
          new EnrolmentToken(
              row.getString("id"),
              row.getString("name"),
              row.getString("created_by"),
              row.getObject("created", OffsetDateTime.class).toInstant(),
              row.getObject("expires", OffsetDateTime.class).toInstant(),
              row.getObject("max_uses", Integer.class),
              row.getLong("used"),
              row.getString("state"));

  private final Audit audit;
  private final RandomGenerator random;

  public EnrolmentTokens(Audit audit, RandomGenerator random) {
    this.audit = audit;
    this.random = random;
  }

  public Made make(
      Handle handle, Principal who, String name, Duration lifetime, @Nullable Integer maxUses) {
    String id = Secret.makeId(random);
    String secret = Secret.make(random);
    handle
        .createUpdate(
            """
            INSERT INTO enrolment_token (id, hash, name, created_by, expires, max_uses)
            VALUES (:id, :hash, :name, :who, now() + :lifetime * interval '1 millisecond', :max)
            """)
        .bind("id", id)
        .bind("hash", Secret.hash(secret))
        .bind("name", name)
        .bind("who", who.name())
        .bind("lifetime", lifetime.toMillis())
        .bind("max", maxUses)
        .execute();
    EnrolmentToken token =
        handle.createQuery(SELECT + " WHERE t.id = :id").bind("id", id).map(MAPPER).one();
    Map<String, Object> after = new HashMap<>();
    after.put("name", name);
    after.put("expires", token.expires());
    after.put("maxUses", maxUses);
    audit.record(
        handle,
        who,
        "enrolment-token.create",
        "enrolment-token:" + id,
        null,
        Json.MAPPER.valueToTree(after));
    return new Made(token, secret);
  }

  /** Tokens by id, after the given one. */
  public List<EnrolmentToken> list(Handle handle, String after, int limit) {
    return handle
        .createQuery(SELECT + " WHERE t.id > :after ORDER BY t.id LIMIT :limit")
        .bind("after", after)
        .bind("limit", limit)
        .map(MAPPER)
        .list();
  }

  /** The token lets nobody in any more; nodes that it let in stay. */
  public void revoke(Handle handle, Principal who, String id) {
    int revoked =
        handle
            .createUpdate(
                "UPDATE enrolment_token SET revoked = coalesce(revoked, now()) WHERE id = :id")
            .bind("id", id)
            .execute();
    if (revoked == 0) {
      throw Problem.notFound("no enrolment token has the id " + id);
    }
    audit.record(handle, who, "enrolment-token.revoke", "enrolment-token:" + id, null, null);
  }
}
