package dev.ingot.server.resources.address;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Networks, their pools and exclusions in PostgreSQL. */
final class NetworkTable {
  private static final String SELECT =
      """
      SELECT n.name, n.kind, text(n.prefix) AS prefix, host(n.gateway) AS gateway, n.vlan,
             ARRAY (SELECT host(d) FROM unnest(n.dns) AS d) AS dns, n.domain, n.description,
             n.version, n.created, n.created_by,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'first', host(p.first),
                'last', host(p.last)) ORDER BY p.first), '[]')
                FROM address_pool p WHERE p.network = n.name)::text AS pools,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('first', host(e.first),
                'last', host(e.last), 'reason', e.reason) ORDER BY e.first), '[]')
                FROM address_exclusion e WHERE e.network = n.name)::text AS exclusions,
             (SELECT count(*) FROM resource r WHERE r.network = n.name AND r.owner <> '') AS held,
             (SELECT count(*) FROM resource r WHERE r.network = n.name AND r.owner = ''
                 AND r.pool IS NOT NULL AND r.claimable)
             + (SELECT coalesce(sum(least(1 + CASE
                    WHEN family(p.last) = 6 AND masklen(inet_merge(p.next, p.last)) < 80
                    THEN 281474976710655 ELSE p.last - p.next END, 281474976710656)), 0)
                  FROM address_pool p WHERE p.network = n.name AND p.next IS NOT NULL) AS free
        FROM address_network n\s\
      """;

  private NetworkTable() {}

  static List<Network> after(Handle handle, String name, int limit) {
    return handle
        .createQuery(SELECT + "WHERE n.name > :name ORDER BY n.name LIMIT :limit")
        .bind("name", name)
        .bind("limit", limit)
        .map((row, _) -> network(row))
        .list();
  }

  static Optional<Network> find(Handle handle, String name) {
    return handle
        .createQuery(SELECT + "WHERE n.name = :name")
        .bind("name", name)
        .map((row, _) -> network(row))
        .findOne();
  }

  static Network require(Handle handle, String name) {
    return find(handle, name)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "no network " + (name.length() > 64 ? name.substring(0, 64) : name)));
  }

  static long count(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM address_network").mapTo(Long.class).one();
  }

  static void put(
      Handle handle,
      String by,
      String name,
      String kind,
      Prefix prefix,
      @Nullable String gateway,
      List<String> dns,
      NetworkBody body) {
    handle
        .createUpdate(
            """
            INSERT INTO address_network AS n
              (name, kind, prefix, gateway, vlan, dns, domain, description, created_by)
            VALUES (:name, :kind, :prefix::cidr, :gateway::inet, :vlan, :dns::inet[], :domain,
                    :description, :by)
            ON CONFLICT (name) DO UPDATE SET gateway = excluded.gateway, vlan = excluded.vlan,
              dns = excluded.dns, domain = excluded.domain, description = excluded.description,
              version = n.version + 1
            """)
        .bind("name", name)
        .bind("kind", kind)
        .bind("prefix", prefix.toString())
        .bind("gateway", gateway)
        .bind("vlan", body.vlan())
        .bindArray("dns", String.class, dns.toArray())
        .bind("domain", body.domain())
        .bind("description", body.description())
        .bind("by", by)
        .execute();
    gone(
        handle,
        kind,
        name,
        "the gateway",
        "r.address = (SELECT gateway FROM address_network WHERE name = :network)");
  }

  /** Replaces the exclusions; free addresses in them are rows no more, held ones a conflict. */
  static void exclude(Handle handle, String kind, String name, List<Networks.Gap> gaps) {
    handle.execute("DELETE FROM address_exclusion WHERE network = ?", name);
    for (Networks.Gap gap : gaps) {
      handle
          .createUpdate(
              "INSERT INTO address_exclusion (network, first, last, reason)"
                  + " VALUES (:network, :first::inet, :last::inet, :reason)"
                  + " ON CONFLICT (network, first) DO UPDATE SET"
                  + " last = greatest(address_exclusion.last, excluded.last)")
          .bind("network", name)
          .bind("first", gap.first().toString())
          .bind("last", gap.last().toString())
          .bind("reason", gap.reason())
          .execute();
    }
    gone(
        handle,
        kind,
        name,
        "excluded",
        "EXISTS (SELECT FROM address_exclusion e WHERE e.network = :network"
            + " AND r.address BETWEEN e.first AND e.last)");
  }

  private static void gone(Handle handle, String kind, String network, String what, String where) {
    List<String> held =
        handle
            .createQuery(
                "SELECT r.key FROM resource r WHERE r.kind = :kind AND r.network = :network"
                    + " AND r.owner <> '' AND "
                    + where
                    + " ORDER BY r.address LIMIT 5")
            .bind("kind", kind)
            .bind("network", network)
            .mapTo(String.class)
            .list();
    if (!held.isEmpty()) {
      throw Problem.conflict(
          "somebody holds what would be " + what + ": " + String.join(", ", held));
    }
    handle
        .createUpdate(
            "DELETE FROM resource r WHERE r.kind = :kind AND r.network = :network"
                + " AND r.pool IS NOT NULL AND r.owner = '' AND "
                + where)
        .bind("kind", kind)
        .bind("network", network)
        .execute();
  }

  /** Replaces the pools; addresses that are in none any more leave, unless somebody has them. */
  static void pools(
      Handle handle, String kind, String name, List<Networks.Range> pools, String by) {
    List<String> names = new ArrayList<>(pools.stream().map(Networks.Range::name).toList());
    List<Network.Range> before = find(handle, name).map(Network::pools).orElse(List.of());
    List<Network.Range> after =
        pools.stream()
            .map(p -> new Network.Range(p.name(), p.first().toString(), p.last().toString()))
            .toList();
    if (before.equals(after)) {
      // What was put back, e.g. an exclusion that is none any more, is looked at again.
      handle.execute("UPDATE address_pool SET next = first WHERE network = ?", name);
      return;
    }
    handle.execute("UPDATE resource SET pool = NULL WHERE network = ?", name);
    handle.execute("DELETE FROM address_pool WHERE network = ?", name);
    for (Networks.Range pool : pools) {
      handle
          .createUpdate(
              "INSERT INTO address_pool (name, network, first, last, next, created_by)"
                  + " VALUES (:name, :network, :first::inet, :last::inet, :first::inet, :by)"
                  + " ON CONFLICT (name) DO NOTHING")
          .bind("name", pool.name())
          .bind("network", name)
          .bind("first", pool.first().toString())
          .bind("last", pool.last().toString())
          .bind("by", by)
          .execute();
    }
    long made =
        handle
            .createQuery(
                "SELECT count(*) FROM address_pool WHERE network = :network AND name IN (<names>)")
            .bind("network", name)
            .bindList("names", names.isEmpty() ? List.of("") : names)
            .mapTo(Long.class)
            .one();
    if (made != names.size()) {
      throw new Problem(
          Problem.Kind.CONFLICT, "a pool of that name is of another network", "pools", null);
    }
  }

  /** Addresses that were resources before are of the network, and of the pool they lie in. */
  static void adopt(Handle handle, String kind, String name) {
    handle
        .createUpdate(
            """
            UPDATE resource r SET network = n.name,
                   pool = (SELECT p.name FROM address_pool p
                            WHERE p.network = n.name AND r.address BETWEEN p.first AND p.last)
              FROM address_network n
             WHERE n.name = :name AND r.kind = :kind AND r.address <<= n.prefix
            """)
        .bind("name", name)
        .bind("kind", kind)
        .execute();
  }

  static void delete(Handle handle, String name) {
    handle.execute("DELETE FROM resource WHERE network = ? AND pool IS NOT NULL", name);
    handle.execute("UPDATE resource SET network = NULL WHERE network = ?", name);
    handle.execute("DELETE FROM address_pool WHERE network = ?", name);
    handle.execute("DELETE FROM address_network WHERE name = ?", name);
  }

  private static Network network(ResultSet row) throws SQLException {
    int vlan = row.getInt("vlan");
    boolean tagged = !row.wasNull();
    List<Network.Range> pools = new ArrayList<>();
    for (JsonNode each : Json.read(row.getString("pools"))) {
      pools.add(Json.MAPPER.treeToValue(each, Network.Range.class));
    }
    List<Network.Exclusion> exclusions = new ArrayList<>();
    for (JsonNode each : Json.read(row.getString("exclusions"))) {
      exclusions.add(Json.MAPPER.treeToValue(each, Network.Exclusion.class));
    }
    return new Network(
        row.getString("name"),
        row.getString("kind"),
        row.getString("prefix"),
        row.getString("gateway"),
        tagged ? vlan : null,
        List.of((String[]) row.getArray("dns").getArray()),
        row.getString("domain"),
        row.getString("description"),
        pools,
        exclusions,
        row.getLong("held"),
        row.getLong("free"),
        row.getLong("version"),
        row.getTimestamp("created").toInstant(),
        row.getString("created_by"));
  }
}
