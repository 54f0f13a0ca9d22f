package dev.ingot.server.resources.address;

import dev.ingot.server.resources.kind.IpAddress;
import dev.ingot.server.resources.kind.Kind;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Pools of addresses. Addresses become rows as they are needed, from the first on, some hundred at
 * a time: a /8 costs what is used of it, and a free address is taken like any other resource.
 */
public final class Pools {
  /** How many are made at a time; a pool of a few is made whole. */
  static final int CHUNK = 256;

  private Pools() {}

  /**
   * A pool as it stands.
   *
   * @param next the first address that is no row yet; null when all are
   */
  public record Pool(
      String name, String network, IpAddress first, IpAddress last, @Nullable IpAddress next) {
    /** How many addresses are no rows yet; no more than a number can say. */
    public long left() {
      return next == null ? 0 : between(next, last);
    }

    /** How many addresses it has; no more than a number can say. */
    public long size() {
      return between(first, last);
    }

    private static long between(IpAddress from, IpAddress to) {
      return to.number().subtract(from.number()).add(BigInteger.ONE).min(MOST).longValueExact();
    }
  }

  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(48);

  /** The pools of a network, or one of them, in order; locked if they are to be filled. */
  public static List<Pool> of(
      Handle handle, Kind kind, @Nullable String network, @Nullable String pool, boolean lock) {
    return handle
        .createQuery(
            "SELECT p.name, p.network, host(p.first) AS first, host(p.last) AS last,"
                + " host(p.next) AS next FROM address_pool p"
                + " JOIN address_network n ON n.name = p.network"
                + " WHERE n.kind = :kind AND (:network::text IS NULL OR p.network = :network)"
                + " AND (:pool::text IS NULL OR p.name = :pool) ORDER BY p.first"
                + (lock ? " FOR UPDATE OF p" : ""))
        .bind("kind", kind.name())
        .bind("network", network)
        .bind("pool", pool)
        .map(
            (row, _) -> {
              String next = row.getString("next");
              return new Pool(
                  row.getString("name"),
                  row.getString("network"),
                  address(row.getString("first")),
                  address(row.getString("last")),
                  next == null ? null : address(next));
            })
        .list();
  }

  static IpAddress address(String text) {
    return Objects.requireNonNull(IpAddress.parse(text), "an address of the database");
  }

  /**
   * Makes more addresses of pools that are locked, until so many more may be free or all are made.
   *
   * @return whether any were made
   */
  public static boolean fill(Handle handle, Kind kind, List<Pool> pools, int wanted) {
    int left = wanted;
    boolean made = false;
    for (Pool pool : pools) {
      IpAddress next = allowed(handle, pool, pool.next());
      while (left > 0 && next != null) {
        IpAddress end = end(next, Math.max(CHUNK, left), pool.last());
        left -= rows(handle, kind, pool, next, end);
        next = allowed(handle, pool, after(handle, pool, end));
        made = true;
      }
    }
    return made;
  }

  /**
   * The next aligned block of so many addresses that is no row yet, made; empty when none is left.
   */
  public static Optional<String> fillBlock(
      Handle handle, Kind kind, List<Pool> pools, int prefixLength) {
    for (Pool pool : pools) {
      IpAddress next = allowed(handle, pool, pool.next());
      while (next != null) {
        int hostBits = next.bits() - prefixLength;
        BigInteger size = BigInteger.ONE.shiftLeft(hostBits);
        BigInteger over = next.number().mod(size);
        IpAddress start = over.signum() == 0 ? next : next.plus(size.subtract(over));
        IpAddress end = start == null ? null : start.plus(size.subtract(BigInteger.ONE));
        if (start == null || end == null || pool.last().isBefore(end)) {
          break;
        }
        int rows = rows(handle, kind, pool, next, end);
        next = allowed(handle, pool, after(handle, pool, end));
        if (rows >= size.intValueExact() && isFree(handle, kind, start, end, size)) {
          return Optional.of(start + "/" + prefixLength);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isFree(
      Handle handle, Kind kind, IpAddress start, IpAddress end, BigInteger size) {
    return handle
        .createQuery(
            "SELECT count(*) = :size FROM resource r WHERE kind = :kind AND claimable"
                + " AND owner = '' AND address BETWEEN :start::inet AND :end::inet AND "
                + Seen.NOWHERE)
        .bind("size", size.longValueExact())
        .bind("kind", kind.name())
        .bind("start", start.toString())
        .bind("end", end.toString())
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * The first address from there on that is not excluded, however much is; null if none is left.
   */
  private static @Nullable IpAddress allowed(Handle handle, Pool pool, @Nullable IpAddress from) {
    IpAddress next = from;
    while (next != null) {
      Optional<IpAddress> excluded =
          handle
              .createQuery(
                  "SELECT host(max(last)) FROM address_exclusion WHERE network = :network"
                      + " AND :next::inet BETWEEN first AND last")
              .bind("network", pool.network())
              .bind("next", next.toString())
              .mapTo(String.class)
              .findOne()
              .map(Pools::address);
      if (excluded.isEmpty()) {
        return next;
      }
      IpAddress beyond = excluded.get().plus(BigInteger.ONE);
      next = beyond == null || pool.last().isBefore(beyond) ? null : beyond;
    }
    return null;
  }

  private static IpAddress end(IpAddress from, int count, IpAddress last) {
    IpAddress end = from.plus(BigInteger.valueOf(count - 1L));
    return end == null || last.isBefore(end) ? last : end;
  }

  private static int rows(Handle handle, Kind kind, Pool pool, IpAddress from, IpAddress to) {
    return handle
        .createUpdate(
            """
            INSERT INTO resource (kind, key, state, fields, address, network, pool, claimable)
            SELECT :kind, host(a), :state, jsonb_build_object(:field::text, host(a)), a, :network,
                   :pool, :claimable
              FROM (SELECT :from::inet + step AS a FROM generate_series(0, :steps) AS step) AS row
             WHERE NOT EXISTS (SELECT FROM address_exclusion e
                    WHERE e.network = :network AND a BETWEEN e.first AND e.last)
               AND NOT EXISTS (SELECT FROM address_network n WHERE n.name = :network
                     AND (a = n.gateway OR (family(a) = 4 AND masklen(n.prefix) < 31
                       AND (a = host(n.prefix)::inet OR a = host(broadcast(n.prefix))::inet))
                       OR (family(a) = 6 AND masklen(n.prefix) < 127 AND a = host(n.prefix)::inet)))
            ON CONFLICT DO NOTHING
            """)
        .bind("kind", kind.name())
        .bind("state", kind.initial())
        .bind("field", kind.key())
        .bind("from", from.toString())
        .bind("steps", to.number().subtract(from.number()).longValueExact())
        .bind("network", pool.network())
        .bind("pool", pool.name())
        .bind("claimable", kind.isClaimable(kind.initial()))
        .execute();
  }

  /** Notes how far the pool is made; returns where it goes on. */
  private static @Nullable IpAddress after(Handle handle, Pool pool, IpAddress end) {
    IpAddress next = end.equals(pool.last()) ? null : end.plus(BigInteger.ONE);
    handle
        .createUpdate("UPDATE address_pool SET next = :next::inet WHERE name = :name")
        .bind("next", next == null ? null : next.toString())
        .bind("name", pool.name())
        .execute();
    return next;
  }
}
