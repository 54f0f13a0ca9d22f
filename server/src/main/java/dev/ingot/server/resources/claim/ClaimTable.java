package dev.ingot.server.resources.claim;

import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Claims in PostgreSQL: those that live, and those that have ended. */
public final class ClaimTable {
  public static final AppendOnlyTable PAST =
      new AppendOnlyTable("claim_past", "ended", Duration.ofDays(400), 1L << 30);

  private ClaimTable() {}

  /** A claim that lives or has ended. */
  static Optional<Claim> find(Handle handle, long id) {
    return live(handle, id, "").or(() -> past(handle, id));
  }

  static Claim require(Handle handle, long id) {
    return find(handle, id).orElseThrow(() -> Problem.notFound("no claim " + id));
  }

  /** One that lives, locked until the transaction ends; how one ended is a conflict. */
  static Claim lock(Handle handle, long id) {
    return live(handle, id, " FOR UPDATE")
        .orElseThrow(
            () ->
                past(handle, id)
                    .map(
                        claim ->
                            Problem.conflict("claim " + id + " is " + claim.state() + " already"))
                    .orElseGet(() -> Problem.notFound("no claim " + id)));
  }

  /**
   * Those of the ids that live, locked until the transaction ends.
   *
   * @param patient waits for those that another has locked; else they are left out
   */
  static Map<Long, Claim> lockAll(Handle handle, List<Long> ids, boolean patient) {
    Map<Long, Claim> locked = new HashMap<>();
    handle
        .createQuery(
            "SELECT "
                + Claim.COLUMNS
                + ", deadline FROM claim WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"
                + (patient ? "" : " SKIP LOCKED"))
        .bindArray("ids", Long.class, ids.toArray())
        .map((row, _) -> Claim.live(row))
        .forEach(claim -> locked.put(Long.valueOf(claim.id()), claim));
    return locked;
  }

  private static Optional<Claim> live(Handle handle, long id, String lock) {
    return handle
        .createQuery("SELECT " + Claim.COLUMNS + ", deadline FROM claim WHERE id = :id" + lock)
        .bind("id", id)
        .map((row, _) -> Claim.live(row))
        .findOne();
  }

  private static Optional<Claim> past(Handle handle, long id) {
    return handle
        .createQuery("SELECT " + Claim.COLUMNS + ", ended, ended_by FROM claim_past WHERE id = :id")
        .bind("id", id)
        .map((row, _) -> Claim.past(row))
        .findOne();
  }

  /** What a request key stands for: the digest of its request and the claim that it made. */
  record Known(Claim claim, byte[] digest) {}

  /** A request key belongs to who said it. */
  record RequestKey(String by, String key) {}

  /** What some request keys stand for, of claims that live or have ended. */
  static Map<RequestKey, Known> byKeys(Handle handle, List<RequestKey> keys) {
    Map<RequestKey, Known> known = new HashMap<>();
    handle
        .createQuery(
            """
            WITH asked AS (SELECT * FROM unnest(:bys, :keys) AS sent (by, key))
            SELECT %1$s, deadline, NULL::timestamptz AS ended, NULL AS ended_by, request_key,
                   request_digest
              FROM asked JOIN claim ON made_by = by AND request_key = key
            UNION ALL
            SELECT %1$s, NULL, ended, ended_by, request_key, request_digest
              FROM asked JOIN claim_past ON made_by = by AND request_key = key
            """
                .formatted(Claim.COLUMNS))
        .bind("bys", new TextArray(keys.stream().map(RequestKey::by).toList()))
        .bind("keys", new TextArray(keys.stream().map(RequestKey::key).toList()))
        .map(
            (row, _) ->
                known.put(
                    new RequestKey(row.getString("made_by"), row.getString("request_key")),
                    new Known(Claim.any(row), row.getBytes("request_digest"))))
        .list();
    return known;
  }

  /** Those of a list. */
  record Wanted(@Nullable String kind, @Nullable String owner, @Nullable String state) {}

  /** Living ones before an id, newest first. */
  static List<Claim> live(Handle handle, Wanted wanted, long before, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + Claim.COLUMNS
                + ", deadline FROM claim WHERE id < :before"
                + " AND (:kind::text IS NULL OR kind = :kind)"
                + " AND (:owner::text IS NULL OR owner = :owner)"
                + " AND (:state::text IS NULL OR state = :state)"
                + " ORDER BY id DESC LIMIT :limit")
        .bind("kind", wanted.kind())
        .bind("owner", wanted.owner())
        .bind("state", wanted.state())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> Claim.live(row))
        .list();
  }

  /** Ended ones before an id, newest first. */
  static List<Claim> past(Handle handle, Wanted wanted, long before, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + Claim.COLUMNS
                + ", ended, ended_by FROM claim_past WHERE id < :before"
                + " AND (:kind::text IS NULL OR kind = :kind)"
                + " AND (:owner::text IS NULL OR owner = :owner)"
                + " AND (:state::text IS NULL OR state = :state)"
                + " ORDER BY id DESC LIMIT :limit")
        .bind("kind", wanted.kind())
        .bind("owner", wanted.owner())
        .bind("state", wanted.state())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> Claim.past(row))
        .list();
  }
}
