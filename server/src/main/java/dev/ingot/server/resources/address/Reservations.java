package dev.ingot.server.resources.address;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses a machine has, for whoever configures it: DHCP servers and templates. An address
 * is a machine's when it is held and names the machine's MAC or hostname.
 */
public final class Reservations {
  private Reservations() {}

  /** An address with what goes with it. */
  public record Reservation(
      String address,
      int prefixLength,
      @Nullable String network,
      @Nullable String gateway,
      @Nullable Integer vlan,
      List<String> dns,
      @Nullable String domain,
      @Nullable String mac,
      @Nullable String hostname) {}

  private static final String SELECT =
      """
      SELECT host(r.address) AS address, coalesce(masklen(n.prefix),
               CASE family(r.address) WHEN 4 THEN 32 ELSE 128 END) AS length,
             r.network, host(n.gateway) AS gateway, n.vlan,
             ARRAY (SELECT host(d) FROM unnest(n.dns) AS d) AS dns, n.domain,
             r.fields ->> 'mac' AS mac, r.fields ->> 'hostname' AS hostname
        FROM resource r LEFT JOIN address_network n ON n.name = r.network
       WHERE r.address IS NOT NULL AND r.owner <> '' AND\s\
      """;

  private static final String DIGITS = "regexp_replace(lower(%s), '[-:.]', '', 'g')";

  /** Those of a MAC, however it is written. */
  public static List<Reservation> ofMac(Handle handle, String mac) {
    return of(
        handle, DIGITS.formatted("r.fields ->> 'mac'") + " = " + DIGITS.formatted(":key"), mac);
  }

  /** Those of a hostname. */
  public static List<Reservation> ofHostname(Handle handle, String hostname) {
    return of(handle, "lower(r.fields ->> 'hostname') = lower(:key)", hostname);
  }

  private static List<Reservation> of(Handle handle, String where, String key) {
    return handle
        .createQuery(SELECT + where + " ORDER BY r.address LIMIT 100")
        .bind("key", key)
        .map((row, _) -> reservation(row))
        .list();
  }

  private static Reservation reservation(ResultSet row) throws SQLException {
    int vlan = row.getInt("vlan");
    boolean tagged = !row.wasNull();
    return new Reservation(
        row.getString("address"),
        row.getInt("length"),
        row.getString("network"),
        row.getString("gateway"),
        tagged ? vlan : null,
        List.of((String[]) row.getArray("dns").getArray()),
        row.getString("domain"),
        row.getString("mac"),
        row.getString("hostname"));
  }
}
