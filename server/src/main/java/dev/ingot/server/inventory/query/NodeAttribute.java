package dev.ingot.server.inventory.query;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is queryable of a node beside its document. A further one is a line in {@link #ALL}.
 *
 * @param path of one or two keys
 * @param sql over {@code v}, a row of {@code node_attributes}; null where it is not known, and then
 *     it is not there
 * @param index a condition over {@code n} that is met by every node whose attribute equals one of
 *     the texts of its parameter, and that an index serves; null where there is none
 */
record NodeAttribute(String path, String sql, @Nullable String index) {
  private static final String TIME =
      "to_char(v.%s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";

  /**
   * Parts that were here last, are nowhere now, and in whose place no other came: in the same slot
   * or, where one does not know its slot (a device's name is none), one of the same kind that came
   * when it was missed, or later. No part of {@code node}, so that it is granted by itself.
   */
  private static final String MISSING =
      """
      (SELECT jsonb_agg(jsonb_build_object('kind', p.kind, 'serial', p.serial, 'model', p.model,
         'slot', p.slot, 'since', to_char(p.gone AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
         ORDER BY p.kind, p.serial)
       FROM part p WHERE p.node = v.id AND p.gone IS NOT NULL
         AND NOT EXISTS (SELECT FROM part q
           WHERE q.serial = p.serial AND q.kind = p.kind AND (q.gone IS NULL OR q.gone > p.gone))
         AND NOT EXISTS (SELECT FROM part r
           WHERE r.node = p.node AND r.kind = p.kind AND r.serial <> p.serial
             AND CASE WHEN coalesce(r.slot LIKE '/dev/%' OR p.slot LIKE '/dev/%', true)
               THEN r.first_seen >= p.gone
               ELSE r.slot = p.slot AND (r.gone IS NULL OR r.gone > p.gone) END))\
      """;

  static final List<NodeAttribute> ALL =
      List.of(
          of("mercury_id", "v.id"),
          of("node.id", "v.id"),
          of("node.aliases", "v.aliases"),
          new NodeAttribute(
              "node.hostname",
              "v.hostname",
              "lower(n.hostname) IN (SELECT lower(name) FROM unnest(?::text[]) AS name)"),
          of("node.online", "v.online"),
          of("node.standing", "v.standing"),
          of("node.protected", "v.protected"),
          new NodeAttribute("node.tags", "v.tags", "n.tags && ?"),
          of("node.location", "jsonb_build_object('site', v.site, 'rack', v.rack, 'unit', v.unit)"),
          of("node.network", "v.network"),
          of("node.address", "v.remote_address"),
          new NodeAttribute(
              "node.class",
              "v.class",
              "n.id IN (SELECT node FROM node_in_class WHERE class = ANY(?))"),
          of("node.agent_version", "v.agent_version"),
          of("node.boot_id", "v.boot_id"),
          of("node.last_seen", TIME.formatted("last_seen")),
          of("node.first_seen", TIME.formatted("first_seen")),
          of("missing", MISSING));

  /** The first keys of all paths: no document has them. */
  static final Set<String> ROOTS =
      Stream.concat(
              ALL.stream().map(attribute -> attribute.keys()[0]), Stream.of(PluginAttribute.ROOT))
          .collect(Collectors.toUnmodifiableSet());

  /** Those that go with the node: who may see it may read them. */
  static final Set<String> OF_NODE = Set.of("mercury_id", "node");

  private static NodeAttribute of(String path, String sql) {
    return new NodeAttribute(path, sql, null);
  }

  private String[] keys() {
    return path.split("\\.");
  }

  /** Whether a path leads to it, below it or above it. */
  boolean isMeantBy(List<String> keys) {
    String[] own = keys();
    int shared = Math.min(own.length, keys.size());
    return List.of(own).subList(0, shared).equals(keys.subList(0, shared));
  }

  /** An object of some of them, as an expression over {@code v}. */
  static String object(Predicate<NodeAttribute> which) {
    Map<String, List<String>> members = new LinkedHashMap<>();
    for (NodeAttribute attribute : ALL) {
      if (which.test(attribute)) {
        String[] keys = attribute.keys();
        String member =
            keys.length == 1 ? attribute.sql : "'%s', %s".formatted(keys[1], attribute.sql);
        members.computeIfAbsent(keys[0], _ -> new ArrayList<>()).add(member);
      }
    }
    List<String> roots = new ArrayList<>();
    members.forEach(
        (root, below) ->
            roots.add(
                below.getFirst().startsWith("'")
                    ? "'%s', jsonb_build_object(%s)".formatted(root, String.join(", ", below))
                    : "'%s', %s".formatted(root, below.getFirst())));
    return "jsonb_strip_nulls(jsonb_build_object(" + String.join(", ", roots) + "))";
  }
}
