package dev.ingot.server.resources.address;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.lease.AddressRange;
import dev.ingot.server.boot.lease.AddressSource;
import dev.ingot.server.nodes.NumberArray;
import dev.ingot.server.nodes.TextArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The books of addresses for our own DHCP server: a held address that names a MAC is reserved for
 * it, pools are what may be given to anybody, and what was given counts as seen in use.
 */
public final class DhcpAddresses implements AddressSource {
  private static final String SOURCE = "dhcp";

  private record Facts(@Nullable Ipv4 gateway, List<Ipv4> nameServers, @Nullable String domain) {}

  @Override
  public Book book(Handle handle, Ipv4 prefix, int length) {
    String within = prefix + "/" + length;
    Facts facts =
        handle
            .createQuery(
                """
                SELECT host(gateway) AS gateway, domain,
                       ARRAY (SELECT host(d) FROM unnest(dns) AS d WHERE family(d) = 4) AS dns
                  FROM address_network WHERE prefix >>= :prefix::inet ORDER BY masklen(prefix) DESC LIMIT 1
                """)
            .bind("prefix", within)
            .map(
                (row, context) ->
                    new Facts(
                        inside(row.getString("gateway"), prefix, length),
                        Arrays.stream((String[]) row.getArray("dns").getArray())
                            .map(Ipv4::parse)
                            .toList(),
                        row.getString("domain")))
            .findOne()
            .orElse(new Facts(null, List.of(), null));
    return new Book(
        facts.gateway(),
        facts.nameServers(),
        facts.domain(),
        pools(handle, within),
        held(handle, within));
  }

  private static @Nullable Ipv4 inside(@Nullable String address, Ipv4 prefix, int length) {
    Ipv4 gateway = address == null ? null : Ipv4.parse(address);
    return gateway != null && gateway.sharesPrefix(prefix, length) ? gateway : null;
  }

  private static List<AddressRange> pools(Handle handle, String within) {
    List<AddressRange> pools =
        ranges(
            handle,
            "SELECT host(first) AS first, host(last) AS last FROM address_pool"
                + " WHERE first <<= :prefix::inet AND last <<= :prefix::inet ORDER BY 1",
            within);
    for (AddressRange out :
        ranges(
            handle,
            "SELECT host(e.first) AS first, host(e.last) AS last FROM address_exclusion e"
                + " JOIN address_network n ON n.name = e.network WHERE n.prefix && :prefix::inet",
            within)) {
      pools = pools.stream().flatMap(pool -> pool.without(out).stream()).toList();
    }
    return pools;
  }

  private static List<AddressRange> ranges(Handle handle, String sql, String within) {
    return handle
        .createQuery(sql)
        .bind("prefix", within)
        .map(
            (row, context) ->
                new AddressRange(
                    Ipv4.parse(row.getString("first")), Ipv4.parse(row.getString("last"))))
        .list();
  }

  private static Map<Ipv4, Holder> held(Handle handle, String within) {
    Map<Ipv4, Holder> held = new HashMap<>();
    handle
        .createQuery(
            "SELECT host(address) AS address, fields ->> 'mac' AS mac,"
                + " fields ->> 'hostname' AS hostname FROM resource"
                + " WHERE address <<= :prefix::inet AND owner <> ''")
        .bind("prefix", within)
        .map(
            (row, context) -> {
              String mac = row.getString("mac");
              return held.put(
                  Ipv4.parse(row.getString("address")),
                  new Holder(
                      mac == null ? null : mac.toLowerCase(Locale.ROOT),
                      row.getString("hostname")));
            })
        .forEach(before -> {});
    return held;
  }

  /** One row without an address says that networks are written down. */
  @Override
  public Taken taken(Handle handle, Collection<Given> wanted) {
    Set<Ipv4> taken = new HashSet<>();
    boolean written = false;
    for (String found :
        handle
            .createQuery(
                """
                SELECT host(r.address) FROM unnest(:addresses, :macs) AS w (bits, mac)
                  JOIN resource r ON r.address = '0.0.0.0'::inet + w.bits
                 WHERE (SELECT EXISTS (SELECT FROM resource WHERE address IS NOT NULL))
                   AND r.owner <> '' AND lower(r.fields ->> 'mac') IS DISTINCT FROM w.mac
                UNION ALL
                SELECT '' WHERE EXISTS (SELECT FROM address_network)
                """)
            .bind("addresses", new NumberArray(wanted, each -> bits(each.address())))
            .bind("macs", new TextArray(wanted.stream().map(Given::mac).toList()))
            .mapTo(String.class)
            .list()) {
      if (found.isEmpty()) {
        written = true;
      } else {
        taken.add(Ipv4.parse(found));
      }
    }
    return new Taken(taken, written);
  }

  @Override
  public void given(Handle handle, Collection<Given> given) {
    List<Given> all = new ArrayList<>(given);
    if (all.isEmpty()) {
      return;
    }
    all.sort(java.util.Comparator.comparing(Given::address));
    handle
        .createUpdate(
            """
            INSERT INTO address_sighting (address, source, mac, until)
            SELECT w.address, '%1$s', w.mac, now() + w.seconds * interval '1 second'
              FROM unnest(:addresses::inet[], :macs, :seconds::bigint[]) AS w (address, mac, seconds)
             WHERE EXISTS (SELECT FROM address_network n WHERE n.prefix >>= w.address)
            ON CONFLICT (address, source) DO UPDATE SET mac = excluded.mac, until = excluded.until
            """
                .formatted(SOURCE))
        .bind("addresses", addresses(all))
        .bind("macs", new TextArray(all.stream().map(Given::mac).toList()))
        .bind(
            "seconds",
            new TextArray(all.stream().map(each -> String.valueOf(each.seconds())).toList()))
        .execute();
  }

  @Override
  public Reserved reserved(Handle handle, String mac) {
    List<Reservations.Reservation> held = Reservations.ofMac(handle, mac);
    if (held.isEmpty()) {
      return Reserved.NOTHING;
    }
    Reservations.Reservation first = held.getFirst();
    return new Reserved(
        first.address(),
        String.valueOf(first.prefixLength()),
        text(first.gateway()),
        text(first.vlan()),
        String.join(",", first.dns()),
        text(first.domain()),
        text(first.hostname()));
  }

  private static long bits(Ipv4 address) {
    return Integer.toUnsignedLong(address.bits());
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static TextArray addresses(Collection<Given> all) {
    return new TextArray(all.stream().map(each -> each.address().toString()).toList());
  }
}
