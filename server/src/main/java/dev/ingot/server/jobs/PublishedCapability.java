package dev.ingot.server.jobs;

import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A capability as nodes publish it.
 *
 * @param nodes how many do
 * @param sample some of them, by hostname or id
 */
public record PublishedCapability(CapabilitySignature signature, int nodes, List<String> sample) {
  public PublishedCapability {
    sample = List.copyOf(sample);
  }

  private record Having(int nodes, List<String> sample) {}

  /**
   * Its signatures.
   *
   * @param nodes only what these publish; null: all nodes
   */
  public static List<PublishedCapability> of(
      Handle handle, String capability, @Nullable Collection<String> nodes) {
    Map<String, Having> byDigest = new HashMap<>();
    var query =
        handle.createQuery(
            "SELECT digest, count(*) AS many, array_agg(name) FILTER (WHERE place <= 5) AS sample"
                + " FROM (SELECT c.digest, coalesce(n.hostname, n.id) AS name,"
                + " row_number() OVER (PARTITION BY c.digest ORDER BY n.id) AS place"
                + " FROM node_capability c JOIN node n ON n.id = c.node"
                + (nodes == null ? "" : " WHERE c.node = ANY(:nodes)")
                + ") AS published GROUP BY digest");
    if (nodes != null) {
      query.bind("nodes", SqlArray.texts(nodes));
    }
    query
        .map(
            (row, context) ->
                byDigest.put(
                    row.getString("digest"),
                    new Having(
                        row.getInt("many"), List.of((String[]) row.getArray("sample").getArray()))))
        .list();
    List<PublishedCapability> published = new ArrayList<>();
    CapabilityTable.lists(handle, byDigest.keySet())
        .forEach(
            (digest, list) -> {
              Having having = byDigest.getOrDefault(digest, new Having(0, List.of()));
              list.stream()
                  .filter(each -> each.name().equals(capability))
                  .forEach(
                      each ->
                          published.add(
                              new PublishedCapability(each, having.nodes(), having.sample())));
            });
    return published;
  }

  /**
   * The capability of each node that publishes it.
   *
   * @param nodes only of these; null: all nodes
   */
  public static Map<String, CapabilitySignature> byNode(
      Handle handle, String capability, @Nullable Collection<String> nodes) {
    Map<String, String> digests = digests(handle, nodes);
    Map<String, CapabilitySignature> byDigest = new HashMap<>();
    CapabilityTable.lists(handle, Set.copyOf(digests.values()))
        .forEach(
            (digest, list) ->
                list.stream()
                    .filter(each -> each.name().equals(capability))
                    .forEach(each -> byDigest.put(digest, each)));
    Map<String, CapabilitySignature> byNode = new TreeMap<>();
    digests.forEach(
        (node, digest) -> {
          CapabilitySignature signature = byDigest.get(digest);
          if (signature != null) {
            byNode.put(node, signature);
          }
        });
    return byNode;
  }

  /** The digest of what each node publishes. */
  private static Map<String, String> digests(Handle handle, @Nullable Collection<String> nodes) {
    Map<String, String> digests = new HashMap<>();
    var query =
        handle.createQuery(
            "SELECT c.node, c.digest FROM node_capability c JOIN node n ON n.id = c.node"
                + " WHERE n.standing = 'admitted'"
                + (nodes == null ? "" : " AND c.node = ANY(:nodes)"));
    if (nodes != null) {
      query.bind("nodes", SqlArray.texts(nodes));
    }
    query.map((row, context) -> digests.put(row.getString("node"), row.getString("digest"))).list();
    return digests;
  }

  /** All that some nodes publish, by node; many nodes share one list. */
  public static Map<String, List<CapabilitySignature>> lists(
      Handle handle, Collection<String> nodes) {
    Map<String, String> digests = digests(handle, nodes);
    Map<String, List<CapabilitySignature>> byDigest =
        CapabilityTable.lists(handle, Set.copyOf(digests.values()));
    Map<String, List<CapabilitySignature>> byNode = new HashMap<>();
    digests.forEach((node, digest) -> byNode.put(node, byDigest.getOrDefault(digest, List.of())));
    return byNode;
  }

  /** The capability as one node publishes it. */
  public static Optional<CapabilitySignature> ofNode(
      Handle handle, String capability, String node) {
    return Optional.ofNullable(byNode(handle, capability, List.of(node)).get(node));
  }
}
