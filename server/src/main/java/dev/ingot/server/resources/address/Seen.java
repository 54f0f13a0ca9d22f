package dev.ingot.server.resources.address;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Addresses that are in use whatever the books say: in the inventory, and as DHCP servers see. */
public final class Seen {
  /** Over {@code r}: nobody is seen to use the address. */
  public static final String NOWHERE =
      "NOT EXISTS (SELECT FROM node_address seen WHERE seen.value = host(r.address)"
          + " AND seen.kind = 'ip') AND NOT EXISTS (SELECT FROM address_sighting seen"
          + " WHERE seen.address = r.address AND seen.until > now())";

  private Seen() {}

  /**
   * One address in use.
   *
   * @param source {@code inventory}, or what told of a lease
   * @param node that shows it, where the inventory does
   */
  public record Sighting(
      String address,
      String source,
      @Nullable String node,
      @Nullable String hostname,
      @Nullable String mac,
      @Nullable String owner) {}

  private static final String SIGHTINGS =
      """
      SELECT r.key AS address, 'inventory' AS source, seen.node, n.hostname, NULL AS mac, r.owner
        FROM %2$s r JOIN node_address seen
          ON seen.value = host(r.address) AND seen.kind = 'ip'
        JOIN node n ON n.id = seen.node WHERE %1$s
         AND NOT (r.owner <> '' AND (lower(r.fields ->> 'hostname') = lower(n.hostname)) IS TRUE)
         AND NOT (r.owner <> '' AND EXISTS (
           SELECT FROM node_address own WHERE own.node = seen.node AND own.kind = 'mac'
              AND replace(own.value, ':', '')
                = regexp_replace(lower(r.fields ->> 'mac'), '[-:.]', '', 'g')))
      UNION ALL
      SELECT r.key, seen.source, NULL, NULL, seen.mac, r.owner
        FROM %2$s r JOIN address_sighting seen
          ON seen.address = r.address AND seen.until > now() WHERE %1$s
         AND (r.owner = '' OR replace(lower(seen.mac), ':', '') IS DISTINCT FROM
           regexp_replace(lower(r.fields ->> 'mac'), '[-:.]', '', 'g'))
      """;

  /** A network's addresses, and those of its pools that are seen before they became rows. */
  private static final String BOOKS =
      """
      SELECT key, address, owner, fields FROM resource WHERE network = :network
      UNION ALL
      SELECT host(s.address), s.address, '', '{}'::jsonb
        FROM address_network n JOIN address_pool p ON p.network = n.name
        CROSS JOIN LATERAL (
          SELECT address_of(value) AS address FROM node_address
           WHERE kind = 'ip' AND address_of(value) BETWEEN p.first AND p.last
          UNION SELECT address FROM address_sighting
           WHERE until > now() AND address BETWEEN p.first AND p.last) AS s
       WHERE n.name = :network
         AND NOT EXISTS (SELECT FROM address_exclusion e
                          WHERE e.network = n.name AND s.address BETWEEN e.first AND e.last)
         AND NOT EXISTS (SELECT FROM resource r
                          WHERE r.kind = n.kind AND r.key = host(s.address))
      """;

  /** What is seen of some addresses of a kind. */
  public static List<Sighting> of(Handle handle, String kind, Collection<String> keys) {
    return handle
        .createQuery(SIGHTINGS.formatted("r.kind = :kind AND r.key IN (<keys>)", "resource"))
        .bind("kind", kind)
        .bindList("keys", List.copyOf(keys))
        .map((row, _) -> sighting(row))
        .list();
  }

  /**
   * Free addresses of a network that somebody is seen to use, and held ones that somebody else is
   * seen to use: whose MAC or hostname the address names may.
   */
  public static List<Sighting> conflicts(Handle handle, String network, String after, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM ("
                + SIGHTINGS.formatted("true", "(" + BOOKS + ")")
                + ") AS seen WHERE address COLLATE \"C\" > :after"
                + " ORDER BY address COLLATE \"C\", source LIMIT :limit")
        .bind("network", network)
        .bind("after", after)
        .bind("limit", limit)
        .map((row, _) -> sighting(row))
        .list();
  }

  private static Sighting sighting(ResultSet row) throws SQLException {
    return new Sighting(
        row.getString("address"),
        row.getString("source"),
        row.getString("node"),
        row.getString("hostname"),
        row.getString("mac"),
        row.getString("owner"));
  }

  /**
   * Notes a lease that a DHCP server gave or saw.
   *
   * @param source who saw it
   * @param seconds how long it is valid
   */
  public static void note(
      Handle handle, String address, String source, @Nullable String mac, long seconds) {
    handle
        .createUpdate(
            "INSERT INTO address_sighting (address, source, mac, until) VALUES (:address::inet,"
                + " :source, :mac, now() + :seconds * interval '1 second')"
                + " ON CONFLICT (address, source) DO UPDATE SET mac = excluded.mac,"
                + " until = excluded.until")
        .bind("address", address)
        .bind("source", source)
        .bind("mac", mac)
        .bind("seconds", seconds)
        .execute();
  }

  /** Forgets leases that have ended. */
  public static int forget(Handle handle) {
    return handle.execute("DELETE FROM address_sighting WHERE until <= now()");
  }
}
