package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Claims that wait, in the order in which they came. */
final class ClaimQueue {
  private ClaimQueue() {}

  /** Has a claim wait; null when one of its request key was made at the same time. */
  static @Nullable Claim enter(
      Handle handle, Taking.Order order, Duration patience, String why, int most) {
    ClaimRequest request = order.request();
    long waiting =
        handle
            .createQuery("SELECT count(*) FROM claim WHERE kind = :kind AND state = 'waiting'")
            .bind("kind", order.kind().name())
            .mapTo(Long.class)
            .one();
    if (waiting >= most) {
      throw Problem.unavailable(waiting + " claims wait already", null);
    }
    return handle
        .createQuery(
            "INSERT INTO claim (kind, owner, reason, request, wanted, state, made_by, made_role,"
                + " deadline, detail, request_key, request_digest)"
                + " VALUES (:kind, :owner, :reason, :request::jsonb, :wanted, 'waiting', :by,"
                + " :role, now() + :seconds * interval '1 second', :why, :key, :digest)"
                + " ON CONFLICT (made_by, request_key) WHERE request_key IS NOT NULL DO NOTHING"
                + " RETURNING "
                + Claim.COLUMNS
                + ", deadline")
        .bind("kind", order.kind().name())
        .bind("owner", request.owner())
        .bind("reason", request.reason())
        .bind("request", Json.write(request))
        .bind("wanted", order.count())
        .bind("by", order.who().name())
        .bind("role", order.who().roleName())
        .bind("seconds", patience.toSeconds())
        .bind("why", why)
        .bind("key", order.key())
        .bind("digest", order.digest())
        .map((row, _) -> Claim.live(row))
        .findOne()
        .orElse(null);
  }

  /** Kinds of which claims wait. */
  static List<String> kinds(Handle handle) {
    return handle
        .createQuery("SELECT DISTINCT kind FROM claim WHERE state = 'waiting' ORDER BY kind")
        .mapTo(String.class)
        .list();
  }

  static boolean anyWait(Handle handle, String kind) {
    return handle
        .createQuery("SELECT EXISTS (SELECT FROM claim WHERE kind = :kind AND state = 'waiting')")
        .bind("kind", kind)
        .mapTo(Boolean.class)
        .one();
  }

  /** Those that wait for a kind, the first first. */
  static List<Long> waiting(Handle handle, String kind, long after, int limit) {
    return handle
        .createQuery(
            "SELECT id FROM claim WHERE kind = :kind AND state = 'waiting' AND id > :after"
                + " ORDER BY id LIMIT :limit")
        .bind("kind", kind)
        .bind("after", after)
        .bind("limit", limit)
        .mapTo(Long.class)
        .list();
  }

  /** Whether anything of a kind could be taken at all. */
  static boolean anyFree(Handle handle, String kind) {
    return handle
        .createQuery(
            "SELECT EXISTS (SELECT FROM resource WHERE kind = :kind AND claimable AND owner = '')"
                + " OR EXISTS (SELECT FROM address_pool p JOIN address_network n"
                + " ON n.name = p.network WHERE n.kind = :kind AND p.next IS NOT NULL)")
        .bind("kind", kind)
        .mapTo(Boolean.class)
        .one();
  }
}
