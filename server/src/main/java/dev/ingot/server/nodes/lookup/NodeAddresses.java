package dev.ingot.server.nodes.lookup;

import dev.ingot.server.nodes.TextArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** The addresses that the inventory shows on a node, so that it can be looked up by them. */
public final class NodeAddresses {
  private NodeAddresses() {}

  /**
   * What the inventory shows on one node.
   *
   * @param addresses IP addresses without prefix length
   * @param macs current MACs with colons, of any port
   */
  public record Shown(String nodeId, Collection<String> addresses, Collection<String> macs) {}

  /** The node has these addresses and no other; see {@link #replaceAll}. */
  public static void replace(
      Handle handle, String nodeId, Collection<String> addresses, Collection<String> macs) {
    replaceAll(handle, List.of(new Shown(nodeId, addresses, macs)));
  }

  /**
   * Each node has these addresses and no other; for the inventory, with the section that shows
   * them.
   */
  public static void replaceAll(Handle handle, Collection<Shown> nodes) {
    List<String> owners = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (Shown node : nodes) {
      add(node.nodeId, "ip", node.addresses, owners, kinds, values);
      add(node.nodeId, "mac", node.macs, owners, kinds, values);
    }
    handle
        .createUpdate(
            """
            WITH shown AS (
              SELECT DISTINCT ON (node, value) node, kind, value
              FROM unnest(:owners, :kinds, :values) AS s (node, kind, value)
              ORDER BY node, value, kind),
            gone AS (
              DELETE FROM node_address a WHERE a.node = ANY(:nodes)
              AND NOT EXISTS (
                SELECT FROM shown WHERE shown.node = a.node AND shown.value = a.value))
            INSERT INTO node_address (value, node, kind) SELECT value, node, kind FROM shown
            ON CONFLICT DO NOTHING
            """)
        .bind("nodes", new TextArray(nodes.stream().map(Shown::nodeId).toList()))
        .bind("owners", new TextArray(owners))
        .bind("kinds", new TextArray(kinds))
        .bind("values", new TextArray(values))
        .execute();
  }

  private static void add(
      String nodeId,
      String kind,
      Collection<String> found,
      List<String> owners,
      List<String> kinds,
      List<String> values) {
    for (String value : found) {
      owners.add(nodeId);
      kinds.add(kind);
      values.add(value.toLowerCase(Locale.ROOT));
    }
  }
}
