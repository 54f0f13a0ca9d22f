package dev.ingot.server.resources.claim;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.AppendOnlyTable;
import java.time.Duration;
import java.util.List;
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

  static Optional<Known> byKey(Handle handle, String by, String key) {
    return handle
        .createQuery(
            "SELECT "
                + Claim.COLUMNS
                + ", request_digest, deadline FROM claim"
                + " WHERE made_by = :by AND request_key = :key")
        .bind("by", by)
        .bind("key", key)
        .map((row, _) -> new Known(Claim.live(row), row.getBytes("request_digest")))
        .findOne()
        .or(
            () ->
                handle
                    .createQuery(
                        "SELECT "
                            + Claim.COLUMNS
                            + ", request_digest, ended, ended_by FROM claim_past"
                            + " WHERE made_by = :by AND request_key = :key LIMIT 1")
                    .bind("by", by)
                    .bind("key", key)
                    .map((row, _) -> new Known(Claim.past(row), row.getBytes("request_digest")))
                    .findOne());
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
