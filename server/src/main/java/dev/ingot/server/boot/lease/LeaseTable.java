package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import dev.ingot.server.nodes.NumberArray;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/**
 * The leases, in the database. An address has one row, and so one machine; a machine has one
 * address in a network. What has ended is decided by the database's clock.
 */
final class LeaseTable {
  /** So long nobody gets an address that a machine found in use. */
  private static final String DECLINED = "interval '1 hour'";

  private static final String ROW =
      "host(address) AS address, mac, renewed,"
          + " greatest(0, ceil(extract(epoch FROM until - now()) * 1000))::bigint AS remaining";

  private LeaseTable() {}

  /** What these had before is free, if they get what they want now. */
  static void leave(Handle handle, Collection<LeaseWish.Take> wishes) {
    if (wishes.isEmpty()) {
      return;
    }
    List<LeaseWish.Take> sorted = inOrder(wishes);
    handle
        .createUpdate(
            """
            UPDATE boot_lease l SET mac = NULL, until = least(l.until, now()), renewed = now(),
              writer = NULL
              FROM unnest(:networks, :macs, :addresses::inet[]) AS w (network, mac, address)
             WHERE l.network = w.network AND l.mac = w.mac AND l.address <> w.address
               AND NOT EXISTS (SELECT FROM boot_lease t WHERE t.address = w.address
                                  AND t.mac IS DISTINCT FROM w.mac AND t.until > now())
            """)
        .bind("networks", texts(sorted, LeaseWish.Take::network))
        .bind("macs", texts(sorted, LeaseWish.Take::mac))
        .bind("addresses", texts(sorted, LeaseTable::address))
        .execute();
  }

  /** So that two servers never wait for each other. */
  private static List<LeaseWish.Take> inOrder(Collection<LeaseWish.Take> wishes) {
    return wishes.stream().sorted(Comparator.comparing(LeaseWish.Take::address)).toList();
  }

  /**
   * Gives each its address, unless it is another's by now; after {@link #leave}.
   *
   * @param wishes no address and no machine twice
   * @param writer this start of this server
   * @return what was given, by address; what is missing is another's
   */
  static Map<Ipv4, LeaseRow> take(Handle handle, Collection<LeaseWish.Take> wishes, UUID writer) {
    List<LeaseWish.Take> sorted = inOrder(wishes);
    Result result =
        handle
            .createQuery(
                """
                WITH given AS (
                  INSERT INTO boot_lease AS l
                    (address, network, mac, until, host_name, relay, writer)
                  SELECT '0.0.0.0'::inet + w.bits, w.network, w.mac,
                         now() + w.seconds * interval '1 second', w.host, w.relay, :writer
                    FROM unnest(:addresses, :networks, :macs, :seconds, :hosts, :relays)
                      AS w (bits, network, mac, seconds, host, relay)
                  ON CONFLICT (address) DO UPDATE SET network = excluded.network,
                    mac = excluded.mac, until = excluded.until, host_name = excluded.host_name,
                    relay = excluded.relay, renewed = now(), declined = false,
                    writer = excluded.writer,
                    began = CASE WHEN l.mac = excluded.mac AND l.until > now() THEN l.began
                                 ELSE now() END
                  WHERE l.mac = excluded.mac OR l.until <= now()
                  RETURNING address)
                SELECT now() AS now, CASE WHEN count(*) < :wanted
                         THEN coalesce(array_agg(address - '0.0.0.0'::inet), '{}') END AS given
                  FROM given
                """)
            .bind("addresses", new NumberArray(sorted, LeaseTable::bits))
            .bind("networks", texts(sorted, LeaseWish.Take::network))
            .bind("macs", texts(sorted, LeaseWish.Take::mac))
            .bind("seconds", new NumberArray(sorted, LeaseWish.Take::seconds))
            .bind("hosts", texts(sorted, LeaseWish.Take::hostName))
            .bind("relays", texts(sorted, LeaseWish.Take::relay))
            .bind("writer", writer)
            .bind("wanted", sorted.size())
            .map((row, context) -> result(row))
            .one();
    Map<Ipv4, LeaseRow> given = new HashMap<>();
    for (LeaseWish.Take wish : wishes) {
      if (result.given == null || result.given.contains(bits(wish))) {
        given.put(wish.address(), taken(wish, result.now));
      }
    }
    return given;
  }

  /**
   * What became of a group.
   *
   * @param now the transaction's, for all the same
   * @param given the bits of the addresses that were given; null when all were
   */
  private record Result(Instant now, @Nullable Set<Long> given) {}

  private static Result result(ResultSet row) throws SQLException {
    Array given = row.getArray("given");
    return new Result(
        row.getObject("now", OffsetDateTime.class).toInstant(),
        given == null ? null : Set.of((Long[]) given.getArray()));
  }

  /** A row as it was just written. */
  private static LeaseRow taken(LeaseWish.Take wish, Instant now) {
    return new LeaseRow(wish.address(), wish.mac(), wish.seconds() * 1000, now);
  }

  /** Ends the lease now, if it is that machine's. The row stays, so that it gets it again. */
  static void giveBack(Handle handle, LeaseWish.GiveBack wish) {
    handle.execute(
        "UPDATE boot_lease SET until = now(), renewed = now(), writer = NULL"
            + " WHERE address = ?::inet AND mac = ? AND until > now()",
        wish.address().toString(),
        wish.mac());
  }

  /** Nobody gets it for a while, if it is that machine's or nobody's. */
  static void decline(Handle handle, LeaseWish.Decline wish) {
    handle.execute(
        """
        INSERT INTO boot_lease AS l (address, network, mac, until, declined)
        VALUES (?::inet, ?, NULL, now() + %s, true)
        ON CONFLICT (address) DO UPDATE SET mac = NULL, until = excluded.until, renewed = now(),
          host_name = NULL, relay = NULL, declined = true, writer = NULL WHERE l.mac = ? OR l.until <= now()
        """
            .formatted(DECLINED),
        wish.address().toString(),
        wish.network(),
        wish.mac());
  }

  static List<LeaseRow> rows(Handle handle, Collection<Ipv4> addresses) {
    return handle
        .createQuery("SELECT " + ROW + " FROM boot_lease WHERE address = ANY (:some::inet[])")
        .bind("some", texts(addresses, Ipv4::toString))
        .map((row, context) -> row(row))
        .list();
  }

  static List<LeaseRow> ofMac(Handle handle, String network, String mac) {
    return handle
        .createQuery("SELECT " + ROW + " FROM boot_lease WHERE network = :network AND mac = :mac")
        .bind("network", network)
        .bind("mac", mac)
        .map((row, context) -> row(row))
        .list();
  }

  /** All rows of a network, by its prefix: an address may have moved from one to another. */
  static List<LeaseRow> all(Handle handle, String prefix) {
    return handle
        .createQuery("SELECT " + ROW + " FROM boot_lease WHERE address <<= :prefix::inet")
        .bind("prefix", prefix)
        .map((row, context) -> row(row))
        .list();
  }

  /**
   * The rows of a network that others than that writer changed since then: what it gave itself it
   * knows.
   */
  static List<LeaseRow> changed(Handle handle, String prefix, Instant since, UUID writer) {
    return handle
        .createQuery(
            "SELECT "
                + ROW
                + " FROM boot_lease WHERE address <<= :prefix::inet"
                + " AND renewed >= :since::timestamptz AND writer IS DISTINCT FROM :writer")
        .bind("prefix", prefix)
        .bind("since", since.toString())
        .bind("writer", writer)
        .map((row, context) -> row(row))
        .list();
  }

  private static LeaseRow row(ResultSet row) throws SQLException {
    return new LeaseRow(
        Ipv4.parse(row.getString("address")),
        row.getString("mac"),
        row.getLong("remaining"),
        row.getObject("renewed", OffsetDateTime.class).toInstant());
  }

  private static String address(LeaseWish wish) {
    return wish.address().toString();
  }

  private static long bits(LeaseWish wish) {
    return Integer.toUnsignedLong(wish.address().bits());
  }

  private static <T> Argument texts(Collection<T> values, Function<T, @Nullable String> text) {
    @Nullable String[] texts = new @Nullable String[values.size()];
    int at = 0;
    for (T value : values) {
      texts[at++] = text.apply(value);
    }
    return (int position,
        PreparedStatement statement,
        org.jdbi.v3.core.statement.StatementContext c) -> {
      Array array = statement.getConnection().createArrayOf("text", texts);
      statement.setArray(position, array);
    };
  }
}
