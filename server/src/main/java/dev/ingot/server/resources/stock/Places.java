package dev.ingot.server.resources.stock;

import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.resources.kind.Issue;
import dev.ingot.server.resources.kind.Issue.Fault;
import dev.ingot.server.resources.kind.Kind;
import java.util.Collection;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** In which network and pool addresses are. */
final class Places {
  private Places() {}

  /** What speaks against an address in that network, or in any; null when nothing does. */
  static @Nullable Issue wrong(Handle handle, Kind kind, String address, @Nullable String network) {
    record Found(String name, String prefix, boolean inside) {}
    if (network != null) {
      Found found =
          handle
              .createQuery(
                  "SELECT name, prefix::text AS prefix, prefix >>= :address::inet AS inside"
                      + " FROM address_network WHERE name = :name AND kind = :kind")
              .bind("address", address)
              .bind("name", network)
              .bind("kind", kind.name())
              .map(
                  (row, _) ->
                      new Found(
                          row.getString("name"), row.getString("prefix"), row.getBoolean("inside")))
              .findOne()
              .orElse(null);
      if (found == null) {
        return new Issue(
            "network", Fault.OTHER, "no network " + network + " of " + kind.name() + " is known");
      }
      if (!found.inside()) {
        return new Issue(
            kind.key(),
            Fault.OTHER,
            "%s is outside the network %s, %s".formatted(address, network, found.prefix()));
      }
    }
    return handle
        .createQuery(
            "SELECT e.network, e.reason FROM address_exclusion e JOIN address_network n"
                + " ON n.name = e.network WHERE n.kind = :kind"
                + " AND :address::inet BETWEEN e.first AND e.last")
        .bind("kind", kind.name())
        .bind("address", address)
        .map(
            (row, _) ->
                new Issue(
                    kind.key(),
                    Fault.HELD,
                    "%s is excluded from the network %s%s"
                        .formatted(
                            address,
                            row.getString("network"),
                            row.getString("reason") == null ? "" : ": " + row.getString("reason"))))
        .findFirst()
        .orElse(null);
  }

  /** Notes network and pool of addresses that were written. */
  static void assign(Handle handle, Kind kind, Collection<String> keys) {
    if (kind.isOfAddresses()) {
      handle
          .createUpdate(
              """
              UPDATE resource r SET network = n.name,
                     pool = (SELECT p.name FROM address_pool p
                              WHERE p.network = n.name AND r.address BETWEEN p.first AND p.last)
                FROM address_network n
               WHERE r.kind = :kind AND r.key = ANY(:keys) AND n.kind = :kind
                 AND n.prefix >>= r.address
              """)
          .bind("kind", kind.name())
          .bind("keys", new TextArray(keys))
          .execute();
    }
  }
}
