package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** What nodes publish; a list that many publish is stored once. */
final class CapabilityTable {
  private CapabilityTable() {}

  /** A node's list as it arrived. */
  record Published(String node, String said, String digest, String list) {
    static Published of(String node, List<CapabilitySignature> signatures) {
      String list = Json.write(signatures.stream().map(CapabilitySignature::toJson).toList());
      return new Published(node, CapabilitySignature.digest(signatures), sha256(list), list);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The digests that the nodes' hellos said when their lists were stored, by node. */
  static Map<String, String> said(Handle handle, Collection<String> nodes) {
    Map<String, String> said = new HashMap<>();
    handle
        .createQuery("SELECT node, said FROM node_capability WHERE node = ANY(:nodes)")
        .bind("nodes", SqlArray.texts(nodes))
        .map((row, context) -> said.put(row.getString("node"), row.getString("said")))
        .list();
    return said;
  }

  /**
   * Nodes whose hellos say a digest of a list that is stored publish that list: a node whose list
   * another one sent need not send it.
   *
   * @param said the digests of the hellos, by node
   * @return the nodes that need not
   */
  static Set<String> storeKnown(Handle handle, Map<String, String> said) {
    TreeMap<String, String> digests = new TreeMap<>();
    handle
        .createQuery(
            "SELECT said, digest FROM capability_list WHERE said = ANY(:said) FOR KEY SHARE")
        .bind("said", SqlArray.texts(new TreeSet<>(said.values())))
        .map((row, context) -> digests.put(row.getString("said"), row.getString("digest")))
        .list();
    List<Published> known = new ArrayList<>();
    said.forEach(
        (node, digest) -> {
          if (digests.containsKey(digest)) {
            known.add(new Published(node, digest, digests.get(digest), ""));
          }
        });
    if (!known.isEmpty()) {
      storeNodes(handle, known);
    }
    return known.stream().map(Published::node).collect(Collectors.toSet());
  }

  /** Stores lists of nodes that still exist; of several of one node the last counts. */
  static void store(Handle handle, List<Published> published) {
    TreeMap<String, Published> byDigest = new TreeMap<>();
    published.forEach(each -> byDigest.put(each.digest(), each));
    handle
        .createUpdate(
            """
            INSERT INTO capability_list AS known (digest, list, said)
            SELECT * FROM unnest(:digests, :lists, :said)
            ON CONFLICT (digest) DO UPDATE SET said = excluded.said WHERE known.said IS NULL
            """)
        .bind("digests", SqlArray.texts(byDigest.keySet()))
        .bind("lists", SqlArray.texts(byDigest.values(), Published::list))
        .bind("said", SqlArray.texts(byDigest.values(), Published::said))
        .execute();
    storeNodes(handle, published);
  }

  private static void storeNodes(Handle handle, List<Published> published) {
    TreeMap<String, Published> byNode = new TreeMap<>();
    published.forEach(each -> byNode.put(each.node(), each));
    handle
        .createUpdate(
            """
            INSERT INTO node_capability (node, digest, said)
            SELECT u.node, u.digest, u.said
            FROM unnest(:nodes, :digests, :said) AS u (node, digest, said)
            JOIN node n ON n.id = u.node
            ON CONFLICT (node) DO UPDATE
            SET digest = excluded.digest, said = excluded.said, stored = now()
            """)
        .bind("nodes", SqlArray.texts(byNode.keySet()))
        .bind("digests", SqlArray.texts(byNode.values(), Published::digest))
        .bind("said", SqlArray.texts(byNode.values(), Published::said))
        .execute();
  }

  /** Lists by their digests. */
  static Map<String, List<CapabilitySignature>> lists(Handle handle, Collection<String> digests) {
    Map<String, List<CapabilitySignature>> lists = new HashMap<>();
    handle
        .createQuery("SELECT digest, list FROM capability_list WHERE digest = ANY(:digests)")
        .bind("digests", SqlArray.texts(digests))
        .map((row, context) -> lists.put(row.getString("digest"), read(row.getString("list"))))
        .list();
    return lists;
  }

  private static List<CapabilitySignature> read(String list) {
    List<CapabilitySignature> signatures = new ArrayList<>();
    for (JsonNode each : Json.read(list)) {
      signatures.add(CapabilitySignature.of(each));
    }
    return List.copyOf(signatures);
  }

  /** Removes lists that no node publishes any more. */
  static int tidy(Handle handle) {
    return handle
        .createUpdate(
            """
            DELETE FROM capability_list l WHERE stored < now() - interval '1 hour'
              AND NOT EXISTS (SELECT 1 FROM node_capability n WHERE n.digest = l.digest)
            """)
        .execute();
  }
}
