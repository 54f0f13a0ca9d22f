package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Takes free resources for a claim, all or none, in one statement. What others have locked is
 * passed over, so claims hardly wait for each other; each begins to look at a place by chance. When
 * that finds too few it may be that others had locked and then left them: {@link #patiently} waits
 * for them and is exact.
 */
final class Taking {
  /** One resource that was taken: what it was. */
  record Taken(String key, @Nullable String state, @Nullable String node) {}

  /**
   * What came of it.
   *
   * @param claim null when nothing was taken
   */
  record Result(@Nullable Claim claim, List<Taken> taken) {
    static final Result NOTHING = new Result(null, List.of());
  }

  /**
   * What is to be taken.
   *
   * @param waiting the claim that waited; null for a new one
   */
  record Order(
      Kind kind,
      Condition condition,
      boolean byAddress,
      int count,
      ClaimRequest request,
      Principal who,
      @Nullable Long waiting,
      @Nullable String key,
      byte @Nullable [] digest) {}

  private static final String COLUMNS = "r.id, r.key, r.state, r.node";

  private final Duration warning;

  Taking(Duration warning) {
    this.warning = warning;
  }

  /** Passes over what others have locked. */
  Result quickly(Handle handle, Order order, int spread) {
    String from =
        "SELECT " + COLUMNS + " FROM resource r WHERE r.kind = ? AND r.claimable AND r.owner = ''";
    String where = " AND " + order.condition().text();
    List<Object> parameters = new ArrayList<>();
    String picked;
    if (order.byAddress()) {
      picked = from + where + " ORDER BY r.address LIMIT ? FOR UPDATE OF r SKIP LOCKED";
      parameters.add(order.kind().name());
      parameters.addAll(order.condition().parameters());
      parameters.add(order.count());
      return take(handle, order, "picked AS (" + picked + ")", parameters);
    }
    picked =
        "later AS (%1$s AND r.spread >= ?%2$s ORDER BY r.spread LIMIT ? FOR UPDATE OF r SKIP LOCKED), earlier AS (%1$s AND r.spread < ?%2$s ORDER BY r.spread LIMIT ? - (SELECT count(*) FROM later) FOR UPDATE OF r SKIP LOCKED), picked AS (SELECT * FROM later UNION ALL SELECT * FROM earlier)"
            .formatted(from, where);
    for (int i = 0; i < 2; i++) {
      parameters.add(order.kind().name());
      parameters.add(spread);
      parameters.addAll(order.condition().parameters());
      parameters.add(order.count());
    }
    return take(handle, order, picked, parameters);
  }

  /** Waits for those who have something locked; the caller lets in one at a time. */
  Result patiently(Handle handle, Order order) {
    List<Object> parameters = new ArrayList<>();
    parameters.add(order.kind().name());
    parameters.addAll(order.condition().parameters());
    parameters.add(order.count());
    return take(
        handle,
        order,
        "picked AS (SELECT "
            + COLUMNS
            + " FROM resource r WHERE r.kind = ? AND r.claimable AND r.owner = '' AND "
            + order.condition().text()
            + " ORDER BY "
            + (order.byAddress() ? "r.address" : "r.id")
            + " LIMIT ? FOR UPDATE OF r)",
        parameters);
  }

  private Result take(Handle handle, Order order, String picked, List<Object> parameters) {
    Kind kind = order.kind();
    String claimed = kind.claimed();
    String sql =
        """
        WITH %s,
        enough AS (SELECT FROM (SELECT count(*) AS found FROM picked) AS all_of WHERE found = ?),
        names AS (SELECT coalesce(array_agg(key), '{}') AS keys FROM picked),
        made AS (%s RETURNING claim.*),
        held AS (INSERT INTO holding (resource, claim) SELECT p.id, m.id FROM picked p, made m),
        taken AS (
          UPDATE resource r SET owner = ?, state = %s, claimable = %s, version = r.version + 1,
                 updated = greatest(now(), r.updated)
            FROM picked p, made m WHERE r.id = p.id)
        SELECT p.key AS taken_key, p.state AS taken_state, p.node AS taken_node, m.*
          FROM picked p CROSS JOIN (SELECT %s, deadline FROM made) AS m
        """
            .formatted(
                picked,
                order.waiting() == null ? INSERT : UPDATE,
                claimed == null ? "r.state" : "?",
                claimed == null ? "r.claimable" : "?::boolean",
                Claim.COLUMNS);
    List<Object> all = new ArrayList<>(parameters);
    all.add(order.count());
    List<@Nullable Object> own = new ArrayList<>();
    claim(order, own);
    own.add(order.request().owner());
    if (claimed != null) {
      own.add(claimed);
      own.add(kind.isClaimable(claimed));
    }
    Query query = handle.createQuery(sql);
    int place = 0;
    for (Object parameter : all) {
      query.bind(place++, parameter);
    }
    for (Object parameter : own) {
      query.bind(place++, parameter);
    }
    List<Taken> taken = new ArrayList<>();
    List<Claim> claim = new ArrayList<>(1);
    query
        .map(
            (row, _) -> {
              if (claim.isEmpty()) {
                claim.add(Claim.live(row));
              }
              return new Taken(
                  row.getString("taken_key"),
                  row.getString("taken_state"),
                  row.getString("taken_node"));
            })
        .forEach(taken::add);
    return claim.isEmpty() ? Result.NOTHING : new Result(claim.getFirst(), taken);
  }

  private static final String END =
      "coalesce(?::timestamptz, now() + ?::bigint * interval '1 second')";

  /** A quarter of the time before its end, but no earlier than is set. */
  private static final String WARN =
      "(SELECT until - least((until - now()) / 4, ?::bigint * interval '1 second') FROM (SELECT "
          + END
          + " AS until) AS ends)";

  private static final String INSERT =
      """
      INSERT INTO claim (kind, owner, reason, request, wanted, state, resources, made_by, made_role,
                         since, seconds, until, warn, request_key, request_digest)
      SELECT ?, ?, ?::text, ?::jsonb, ?, 'held', keys, ?, ?, now(), ?::bigint, %s, %s,
             ?::text, ?::bytea
        FROM names, enough
      ON CONFLICT (made_by, request_key) WHERE request_key IS NOT NULL DO NOTHING
      """
          .formatted(END, WARN);

  private static final String UPDATE =
      """
      UPDATE claim SET state = 'held', resources = keys, since = now(), deadline = NULL,
             detail = NULL, until = %s, warn = %s, version = version + 1
        FROM names, enough WHERE id = ?
      """
          .formatted(END, WARN);

  private void claim(Order order, List<@Nullable Object> own) {
    ClaimRequest request = order.request();
    Instant end = request.end();
    OffsetDateTime until = end == null ? null : end.atOffset(ZoneOffset.UTC);
    Long seconds = request.seconds();
    if (order.waiting() == null) {
      own.add(order.kind().name());
      own.add(request.owner());
      own.add(request.reason());
      own.add(Json.write(request));
      own.add(order.count());
      own.add(order.who().name());
      own.add(order.who().roleName());
      own.add(seconds);
    }
    own.add(until);
    own.add(seconds);
    own.add(warning.toSeconds());
    own.add(until);
    own.add(seconds);
    if (order.waiting() == null) {
      own.add(order.key());
      own.add(order.digest());
    } else {
      own.add(order.waiting());
    }
  }
}
