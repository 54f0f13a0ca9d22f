package dev.ingot.server.nodes.lookup;

import dev.ingot.server.nodes.TextArray;
import java.util.Collection;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** The addresses that the inventory shows on a node, so that it can be looked up by them. */
public final class NodeAddresses {
  private NodeAddresses() {}

  /**
   * The node has these addresses and no other; for the inventory, with the section that shows them.
   *
   * @param addresses IP addresses without prefix length
   * @param macs current MACs with colons, of any port
   */
  public static void replace(
      Handle handle, String nodeId, Collection<String> addresses, Collection<String> macs) {
    handle
        .createUpdate(
            """
            WITH shown AS (
              SELECT DISTINCT ON (value) kind, value FROM (
                SELECT 'ip' AS kind, value FROM unnest(:addresses) AS a (value)
                UNION ALL SELECT 'mac', value FROM unnest(:macs) AS m (value)) AS every
              ORDER BY value, kind),
            gone AS (
              DELETE FROM node_address a WHERE a.node = :node
              AND NOT EXISTS (SELECT FROM shown WHERE shown.value = a.value))
            INSERT INTO node_address (value, node, kind) SELECT value, :node, kind FROM shown
            ON CONFLICT DO NOTHING
            """)
        .bind("node", nodeId)
        .bind("addresses", new TextArray(lower(addresses)))
        .bind("macs", new TextArray(lower(macs)))
        .execute();
  }

  private static Collection<String> lower(Collection<String> values) {
    return values.stream().map(value -> value.toLowerCase(Locale.ROOT)).toList();
  }
}
