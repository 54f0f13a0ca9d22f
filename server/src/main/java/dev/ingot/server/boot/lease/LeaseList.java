package dev.ingot.server.boot.lease;

import dev.ingot.core.Json;
import dev.ingot.netboot.Ipv4;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The leases as people see them. */
public final class LeaseList {
  private static final Set<String> STATES = Set.of("leased", "ended", "declined");

  private LeaseList() {}

  /** One of them. */
  public record Lease(
      String address,
      String network,
      @Nullable String mac,
      @Nullable String node,
      String state,
      Instant began,
      Instant renewed,
      Instant until,
      @Nullable String hostName,
      @Nullable String relay) {}

  /** Null for any. */
  public record Filter(@Nullable String network, @Nullable String mac, @Nullable String state) {
    public Filter {
      if (state != null && !STATES.contains(state)) {
        throw Problem.invalid("state", "must be leased, ended or declined");
      }
    }
  }

  private static final String STATE =
      "CASE WHEN l.until <= now() THEN 'ended' WHEN l.declined THEN 'declined' ELSE 'leased' END";

  /**
   * Those behind an address, by address. Rows that nobody has or had are left out. A MAC address
   * that identifies nobody, such as a virtual machine's, is the node's whose inventory shows it.
   *
   * @throws Problem when the address is none
   */
  public static List<Lease> after(Handle handle, Filter filter, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT host(l.address) AS address, l.network, l.mac, %1$s AS state,
                   l.began, l.renewed, l.until, l.host_name, l.relay,
                   coalesce(
                     (SELECT min(i.node) FROM node_identifier i
                       WHERE i.kind = 'mac' AND i.value = l.mac),
                     (SELECT min(a.node) FROM node_address a
                       WHERE a.kind = 'mac' AND a.value = l.mac)) AS node
              FROM boot_lease l
             WHERE l.address > :after::inet AND (l.mac IS NOT NULL OR l.until > now())
               AND (:network::text IS NULL OR l.network = :network)
               AND (:mac::text IS NULL OR l.mac = :mac)
               AND (:state::text IS NULL OR %1$s = :state)
             ORDER BY l.address LIMIT :limit
            """
                .formatted(STATE))
        .bind("after", address("cursor", after))
        .bind("network", filter.network())
        .bind("mac", filter.mac())
        .bind("state", filter.state())
        .bind("limit", limit)
        .map((row, context) -> lease(row))
        .list();
  }

  private static String address(String field, String text) {
    try {
      return Ipv4.parse(text).toString();
    } catch (IllegalArgumentException wrong) {
      throw Problem.invalid(field, String.valueOf(wrong.getMessage()));
    }
  }

  private static Lease lease(ResultSet row) throws SQLException {
    return new Lease(
        row.getString("address"),
        row.getString("network"),
        row.getString("mac"),
        row.getString("node"),
        row.getString("state"),
        time(row, "began"),
        time(row, "renewed"),
        time(row, "until"),
        row.getString("host_name"),
        row.getString("relay"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** Frees an address: whoever had it is refused when it renews. */
  public static void end(Handle handle, Principal who, Audit audit, String text) {
    String address = address("address", text);
    String mac =
        handle
            .createQuery(
                "SELECT coalesce(mac, '') FROM boot_lease"
                    + " WHERE address = :address::inet AND until > now() FOR UPDATE")
            .bind("address", address)
            .mapTo(String.class)
            .findOne()
            .orElseThrow(() -> Problem.notFound("no lease of " + address));
    handle.execute(
        "UPDATE boot_lease SET mac = NULL, until = now(), renewed = now(), writer = NULL"
            + " WHERE address = ?::inet",
        address);
    audit.record(
        handle,
        who,
        "lease.end",
        "lease:" + address,
        Json.MAPPER.createObjectNode().put("mac", mac.isEmpty() ? null : mac),
        null);
  }
}
