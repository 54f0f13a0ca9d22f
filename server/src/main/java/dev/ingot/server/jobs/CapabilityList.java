package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the fleet can do: each capability, its signatures, and how many nodes publish which. */
final class CapabilityList {
  private static final int NAMES = 200;

  private CapabilityList() {}

  /** Names that any node publishes, in order; at most two hundred. */
  static List<String> names(Handle handle) {
    return of(handle, null).keySet().stream().limit(NAMES).toList();
  }

  /**
   * The capabilities by name.
   *
   * @param nodes only what these publish; null: all nodes
   */
  static TreeMap<String, ObjectNode> of(Handle handle, @Nullable Collection<String> nodes) {
    Map<String, Integer> published = counts(handle, nodes);
    TreeMap<String, Map<String, Integer>> signatures = new TreeMap<>();
    TreeMap<String, Map<String, Integer>> unavailable = new TreeMap<>();
    CapabilityTable.lists(handle, published.keySet())
        .forEach(
            (digest, list) -> {
              int many = published.getOrDefault(digest, 0);
              for (CapabilitySignature each : list) {
                ObjectNode json = each.toJson();
                json.remove("unavailable");
                signatures
                    .computeIfAbsent(each.name(), unused -> new HashMap<>())
                    .merge(Json.write(json), many, Integer::sum);
                if (each.unavailable() != null) {
                  unavailable
                      .computeIfAbsent(each.name(), unused -> new TreeMap<>())
                      .merge(each.unavailable(), many, Integer::sum);
                }
              }
            });
    TreeMap<String, ObjectNode> shown = new TreeMap<>();
    signatures.forEach(
        (name, each) ->
            shown.put(name, shown(name, each, unavailable.getOrDefault(name, Map.of()))));
    return shown;
  }

  private static ObjectNode shown(
      String name, Map<String, Integer> signatures, Map<String, Integer> unavailable) {
    List<Map.Entry<String, Integer>> ordered = new ArrayList<>(signatures.entrySet());
    ordered.sort(
        Map.Entry.<String, Integer>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey()));
    ObjectNode first = (ObjectNode) Json.read(ordered.getFirst().getKey());
    ObjectNode object = Json.MAPPER.createObjectNode().put("name", name);
    object.set("description", first.path("description"));
    int nodes = signatures.values().stream().mapToInt(Integer::intValue).sum();
    int cannot = unavailable.values().stream().mapToInt(Integer::intValue).sum();
    object.put("nodes", nodes).put("available", nodes - cannot);
    object.put("destructive", first.path("destructive").asBoolean(false));
    object.put("protectedSensitive", first.path("protectedSensitive").asBoolean(false));
    ArrayNode all = object.putArray("signatures");
    ordered.forEach(
        entry -> all.add(((ObjectNode) Json.read(entry.getKey())).put("nodes", entry.getValue())));
    ArrayNode missing = object.putArray("unavailable");
    unavailable.forEach(
        (reason, many) -> missing.addObject().put("reason", reason).put("nodes", many));
    return object;
  }

  private static Map<String, Integer> counts(Handle handle, @Nullable Collection<String> nodes) {
    Map<String, Integer> counts = new HashMap<>();
    var query =
        handle.createQuery(
            "SELECT digest, count(*) AS many FROM node_capability"
                + (nodes == null ? "" : " WHERE node = ANY(:nodes)")
                + " GROUP BY digest");
    if (nodes != null) {
      query.bind("nodes", SqlArray.texts(nodes));
    }
    query.map((row, context) -> counts.put(row.getString("digest"), row.getInt("many"))).list();
    return counts;
  }
}
