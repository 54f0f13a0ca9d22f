package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Takes free resources for several claims that ask for the same, each all or none, in one
 * statement. So many as all want together are locked, passing over what others have locked, and
 * dealt out in the order of the claims; the primary key of {@code holding} is what keeps two
 * holders apart, here as everywhere.
 */
final class GroupTaking {
  private final Duration warning;

  GroupTaking(Duration warning) {
    this.warning = warning;
  }

  private static final String FREE =
      "SELECT r.id, r.key, r.state, r.node, r.%s AS place_among FROM resource r"
          + " WHERE r.kind = ? AND r.claimable AND r.owner = ''";

  private static final String ALL =
      """
      WITH asked AS MATERIALIZED (
        SELECT sent.*, sum(wanted) OVER (ORDER BY turn) AS upto,
               nextval(pg_get_serial_sequence('claim', 'id')) AS id
          FROM (SELECT owner, reason, request::jsonb AS request, wanted::integer AS wanted, by, role,
                       end_at::timestamptz AS end_at, seconds::bigint AS seconds, request_key,
                       decode(digest, 'hex') AS digest, turn
                  FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY AS texts
                       (owner, reason, request, wanted, by, role, end_at, seconds, request_key,
                        digest, turn)) AS sent
         WHERE end_at IS NULL OR end_at > now()),
      %s,
      numbered AS (
        SELECT picked.*, row_number() OVER (ORDER BY place_among, id) AS number FROM picked),
      served AS (SELECT * FROM asked WHERE upto <= (SELECT count(*) FROM picked)),
      dealt AS (
        SELECT n.id AS resource, n.key, n.state, n.node, s.id AS claim
          FROM numbered n JOIN served s ON n.number > s.upto - s.wanted AND n.number <= s.upto),
      made AS (
        INSERT INTO claim (id, kind, owner, reason, request, wanted, state, resources, made_by,
                           made_role, since, seconds, until, warn, request_key, request_digest)
        OVERRIDING SYSTEM VALUE
        SELECT s.id, ?, s.owner, s.reason, s.request, s.wanted, 'held', keys.held, s.by, s.role,
               now(), s.seconds, ends.until,
               ends.until - least((ends.until - now()) / 4, ?::bigint * interval '1 second'),
               s.request_key, s.digest
          FROM served s
          JOIN (SELECT claim, array_agg(key) AS held FROM dealt GROUP BY claim) AS keys
            ON keys.claim = s.id
          CROSS JOIN LATERAL (
            SELECT coalesce(s.end_at, now() + s.seconds * interval '1 second') AS until) AS ends
        ON CONFLICT (made_by, request_key) WHERE request_key IS NOT NULL DO NOTHING
        RETURNING claim.*),
      held AS (
        INSERT INTO holding (resource, claim)
        SELECT d.resource, m.id FROM dealt d JOIN made m ON m.id = d.claim),
      taken AS (
        UPDATE resource r SET owner = m.owner, state = %s, claimable = %s, version = r.version + 1,
               updated = greatest(now(), r.updated)
          FROM dealt d JOIN made m ON m.id = d.claim WHERE r.id = d.resource)
      SELECT s.turn, d.key AS taken_key, d.state AS taken_state, d.node AS taken_node, m.*
        FROM (SELECT %s, deadline FROM made) AS m
        JOIN served s ON s.id = m.id JOIN dealt d ON d.claim = m.id
      """;

  /** The results in the order of the claims. */
  List<Taking.Result> take(
      Handle handle,
      Kind kind,
      Claims.Meaning meaning,
      List<Admission.Claiming> group,
      int spread) {
    List<Object> parameters = new ArrayList<>(sent(group));
    int wanted = group.stream().mapToInt(each -> each.request().wanted()).sum();
    String picked = picked(kind, meaning, spread, wanted, parameters);
    String claimed = kind.claimed();
    parameters.add(kind.name());
    parameters.add(warning.toSeconds());
    if (claimed != null) {
      parameters.add(claimed);
      parameters.add(kind.isClaimable(claimed));
    }
    String sql =
        ALL.formatted(
            picked,
            claimed == null ? "r.state" : "?",
            claimed == null ? "r.claimable" : "?::boolean",
            Claim.COLUMNS);
    List<@Nullable Claim> claims = new ArrayList<>();
    List<List<Taking.Taken>> taken = new ArrayList<>();
    group.forEach(
        _ -> {
          claims.add(null);
          taken.add(new ArrayList<>());
        });
    Condition.bound(handle.createQuery(sql), parameters)
        .map(
            (row, _) -> {
              int turn = row.getInt("turn") - 1;
              if (claims.get(turn) == null) {
                claims.set(turn, Claim.live(row));
              }
              return taken
                  .get(turn)
                  .add(
                      new Taking.Taken(
                          row.getString("taken_key"),
                          row.getString("taken_state"),
                          row.getString("taken_node")));
            })
        .list();
    List<Taking.Result> results = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      results.add(new Taking.Result(claims.get(i), taken.get(i)));
    }
    return results;
  }

  /** What is free and locked now: addresses from the lowest, others from a place by chance. */
  private static String picked(
      Kind kind, Claims.Meaning meaning, int spread, int wanted, List<Object> parameters) {
    String where = " AND " + meaning.condition().text();
    String limit = " LIMIT ?%s FOR UPDATE OF r SKIP LOCKED";
    if (meaning.byAddress()) {
      parameters.add(kind.name());
      parameters.addAll(meaning.condition().parameters());
      parameters.add(wanted);
      return "picked AS ("
          + FREE.formatted("address")
          + where
          + " ORDER BY r.address"
          + limit.formatted("")
          + ")";
    }
    for (int i = 0; i < 2; i++) {
      parameters.add(kind.name());
      parameters.add(spread);
      parameters.addAll(meaning.condition().parameters());
      parameters.add(wanted);
    }
    String free = FREE.formatted("spread");
    String order = where + " ORDER BY r.spread";
    return "later AS ("
        + free
        + " AND r.spread >= ?"
        + order
        + limit.formatted("")
        + "), earlier AS ("
        + free
        + " AND r.spread < ?"
        + order
        + limit.formatted(" - (SELECT count(*) FROM later)")
        + "), picked AS (SELECT * FROM later UNION ALL SELECT * FROM earlier)";
  }

  private static List<Object> sent(List<Admission.Claiming> group) {
    List<Object> arrays = new ArrayList<>();
    arrays.add(texts(group, each -> each.request().owner()));
    arrays.add(texts(group, each -> each.request().reason()));
    arrays.add(texts(group, each -> Json.write(each.request())));
    arrays.add(texts(group, each -> String.valueOf(each.request().wanted())));
    arrays.add(texts(group, each -> each.who().name()));
    arrays.add(texts(group, each -> each.who().roleName()));
    arrays.add(texts(group, each -> text(each.request().end())));
    arrays.add(texts(group, each -> text(each.request().seconds())));
    arrays.add(texts(group, each -> each.idempotency() == null ? null : each.idempotency().key()));
    arrays.add(
        texts(
            group,
            each ->
                each.idempotency() == null
                    ? null
                    : HexFormat.of().formatHex(each.idempotency().digest())));
    return arrays;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static Object texts(
      List<Admission.Claiming> group, Function<Admission.Claiming, @Nullable String> value) {
    return new TextArray(group.stream().map(value).toList());
  }
}
