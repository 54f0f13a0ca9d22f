package dev.ingot.server.resources.stock;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.stock.Resource.Holder;
import dev.ingot.server.resources.stock.Resource.LinkedNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Resources in PostgreSQL. */
public final class ResourceTable {
  private static final String SELECT =
      """
      SELECT r.id, r.kind, r.key, r.state, r.owner, r.fields::text AS fields, r.node, r.linked_by,
             r.network, r.pool, r.claimable, r.version, r.created, r.updated, n.hostname,
             c.id AS claim, c.owner AS claimant, c.reason, c.since, c.until,
             CASE WHEN h.reclaiming IS NULL THEN c.state ELSE 'reclaiming' END AS claim_state
        FROM resource r LEFT JOIN node n ON n.id = r.node
        LEFT JOIN holding h ON h.resource = r.id LEFT JOIN claim c ON c.id = h.claim\s\
      """;

  private ResourceTable() {}

  /** Those after an id that meet the condition, in the order of their ids. */
  public static List<Resource> list(
      Handle handle, String kind, Condition condition, String after, int limit) {
    List<Object> parameters = new ArrayList<>();
    parameters.add(kind);
    parameters.add(after);
    parameters.addAll(condition.parameters());
    parameters.add(limit);
    return Condition.bound(
            handle.createQuery(
                SELECT
                    + "WHERE r.kind = ? AND r.id > ? AND "
                    + condition.text()
                    + " ORDER BY r.id LIMIT ?"),
            parameters)
        .map((row, _) -> resource(row))
        .list();
  }

  /** How many of a kind meet the condition. */
  public static long count(Handle handle, String kind, Condition condition) {
    List<Object> parameters = new ArrayList<>();
    parameters.add(kind);
    parameters.addAll(condition.parameters());
    return Condition.bound(
            handle.createQuery(
                "SELECT count(*) FROM resource r WHERE r.kind = ? AND " + condition.text()),
            parameters)
        .mapTo(Long.class)
        .one();
  }

  /** By its key, however that is written. */
  public static Optional<Resource> find(Handle handle, Kind kind, String key) {
    String canonical = kind.form().canonical(key);
    return canonical == null
        ? Optional.empty()
        : one(handle, "WHERE r.kind = :kind AND r.key = :key", kind, canonical);
  }

  /** By its key or id. */
  public static Resource require(Handle handle, Kind kind, String key) {
    return find(handle, kind, key)
        .or(() -> byId(handle, kind, key))
        .orElseThrow(() -> unknown(kind, key));
  }

  public static Optional<Resource> byId(Handle handle, Kind kind, String id) {
    return one(handle, "WHERE r.kind = :kind AND r.id = :key", kind, id);
  }

  /** The same, and nobody changes it until the transaction ends. */
  public static Resource lock(Handle handle, Kind kind, String key) {
    String id = require(handle, kind, key).id();
    boolean there =
        handle
            .createQuery("SELECT true FROM resource WHERE id = :id FOR UPDATE")
            .bind("id", id)
            .mapTo(Boolean.class)
            .findOne()
            .orElse(false);
    if (!there) {
      throw unknown(kind, key);
    }
    return byId(handle, kind, id).orElseThrow(() -> unknown(kind, key));
  }

  /** In the order of the keys, which there are. */
  static List<Resource> byKeys(Handle handle, Kind kind, List<String> keys) {
    Map<String, Resource> found =
        handle
            .createQuery(SELECT + "WHERE r.kind = :kind AND r.key = ANY(:keys)")
            .bind("kind", kind.name())
            .bind("keys", new TextArray(keys))
            .map((row, _) -> resource(row))
            .stream()
            .collect(Collectors.toMap(Resource::key, each -> each));
    return keys.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  /** The resources of a claim, in the order of their keys. */
  public static List<Resource> held(Handle handle, long claim) {
    return handle
        .createQuery(SELECT + "WHERE h.claim = :claim ORDER BY r.key")
        .bind("claim", claim)
        .map((row, _) -> resource(row))
        .list();
  }

  private static Optional<Resource> one(Handle handle, String where, Kind kind, String key) {
    return handle
        .createQuery(SELECT + where)
        .bind("kind", kind.name())
        .bind("key", key)
        .map((row, _) -> resource(row))
        .findOne();
  }

  public static Problem unknown(Kind kind, String key) {
    return Problem.notFound(
        "no %s %s".formatted(kind.title(), key.length() > 64 ? key.substring(0, 64) + "…" : key));
  }

  /** Those of the keys that there are. */
  static Collection<String> known(Handle handle, String kind, Collection<String> keys) {
    return handle
        .createQuery("SELECT key FROM resource WHERE kind = :kind AND key = ANY(:keys)")
        .bind("kind", kind)
        .bind("keys", new TextArray(keys))
        .mapTo(String.class)
        .set();
  }

  /**
   * A new one.
   *
   * @param id null for one that is made here
   */
  record Row(
      @Nullable String id,
      String key,
      @Nullable String state,
      String owner,
      ObjectNode fields,
      @Nullable String network,
      boolean claimable) {}

  /** Writes new ones; fewer come back where a key was there already. */
  static int insert(Handle handle, Kind kind, List<Row> rows) {
    return handle
        .createUpdate(
            """
            INSERT INTO resource (id, kind, key, state, owner, fields, network, claimable, address)
            SELECT coalesce(id, lpad(to_hex(floor(extract(epoch FROM clock_timestamp()))::bigint),
                     8, '0') || right(replace(gen_random_uuid()::text, '-', ''), 16)),
                   :kind, key, state, owner, fields::jsonb, network, claimable::boolean,
                   CASE WHEN :addresses THEN key::inet END
              FROM unnest(:ids, :keys, :states, :owners, :fields, :networks, :claimable)
                AS row (id, key, state, owner, fields, network, claimable)
            ON CONFLICT DO NOTHING
            """)
        .bind("kind", kind.name())
        .bind("addresses", kind.isOfAddresses())
        .bindArray("ids", String.class, rows.stream().map(Row::id).toArray())
        .bindArray("keys", String.class, rows.stream().map(Row::key).toArray())
        .bindArray("states", String.class, rows.stream().map(Row::state).toArray())
        .bindArray("owners", String.class, rows.stream().map(Row::owner).toArray())
        .bindArray(
            "fields", String.class, rows.stream().map(row -> Json.write(row.fields())).toArray())
        .bindArray("networks", String.class, rows.stream().map(Row::network).toArray())
        .bindArray(
            "claimable",
            String.class,
            rows.stream().map(row -> Boolean.toString(row.claimable())).toArray())
        .execute();
  }

  /** Puts what changed in the place of what was; the row is locked. */
  static void update(Handle handle, Kind kind, Resource before, Row after) {
    handle
        .createUpdate(
            """
            UPDATE resource SET key = :key, state = :state, owner = :owner, fields = :fields::jsonb,
                   network = :network, claimable = :claimable, version = version + 1,
                   address = :address::inet,
                   pool = CASE WHEN key = :key THEN pool END,
                   updated = greatest(now(), updated)
             WHERE id = :id
            """)
        .bind("id", before.id())
        .bind("key", after.key())
        .bind("address", kind.isOfAddresses() ? after.key() : null)
        .bind("state", after.state())
        .bind("owner", after.owner())
        .bind("fields", Json.write(after.fields()))
        .bind("network", after.network())
        .bind("claimable", after.claimable())
        .execute();
  }

  static void delete(Handle handle, String id) {
    handle.execute("DELETE FROM resource WHERE id = ?", id);
  }

  private static Resource resource(ResultSet row) throws SQLException {
    String node = row.getString("node");
    String claim = row.getString("claim");
    return new Resource(
        row.getString("id"),
        row.getString("kind"),
        row.getString("key"),
        row.getString("state"),
        row.getString("owner"),
        (ObjectNode) Json.read(row.getString("fields")),
        node == null
            ? null
            : new LinkedNode(node, row.getString("hostname"), row.getString("linked_by")),
        row.getString("network"),
        row.getString("pool"),
        claim == null
            ? null
            : new Holder(
                claim,
                row.getString("claimant"),
                row.getString("reason"),
                row.getString("claim_state"),
                instant(row.getTimestamp("since")),
                instant(row.getTimestamp("until"))),
        row.getBoolean("claimable"),
        row.getLong("version"),
        row.getTimestamp("created").toInstant(),
        row.getTimestamp("updated").toInstant());
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }
}
