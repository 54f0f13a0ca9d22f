package dev.ingot.server.resources.claim;

import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.resources.kind.Kind;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Addresses of pools that are claimed by name before their turn came. */
final class Specific {
  private Specific() {}

  /** Makes those that a pool may give out and that are no rows yet. */
  static void make(Handle handle, Kind kind, ClaimRequest request) {
    List<String> keys = request.canonicalKeys(kind);
    handle
        .createUpdate(
            """
            INSERT INTO resource (kind, key, state, fields, address, network, pool, claimable)
            SELECT :kind, host(a), :state, jsonb_build_object(:field::text, host(a)), a, n.name,
                   p.name, :claimable
              FROM unnest(:keys) AS asked (key) CROSS JOIN LATERAL (SELECT key::inet AS a) AS row
              JOIN address_pool p ON a BETWEEN p.first AND p.last
              JOIN address_network n ON n.name = p.network AND n.kind = :kind
             WHERE a >= p.next AND a IS DISTINCT FROM n.gateway
               AND NOT (family(a) = 4 AND masklen(n.prefix) < 31
                 AND (a = host(n.prefix)::inet OR a = host(broadcast(n.prefix))::inet))
               AND NOT (family(a) = 6 AND masklen(n.prefix) < 127 AND a = host(n.prefix)::inet)
               AND NOT EXISTS (SELECT FROM address_exclusion e
                     WHERE e.network = n.name AND a BETWEEN e.first AND e.last)
            ON CONFLICT DO NOTHING
            """)
        .bind("kind", kind.name())
        .bind("state", kind.initial())
        .bind("field", kind.key())
        .bind("keys", new TextArray(keys))
        .bind("claimable", kind.isClaimable(kind.initial()))
        .execute();
  }
}
