package dev.ingot.server.mercury;

import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.server.jobs.PublishedCapability;
import dev.ingot.server.nodes.TextArray;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Our documents as Mercury's: with {@code _id}, {@code active}, {@code origin} and times. */
final class Shown {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** What stands beside our documents and is nothing of Mercury's. */
  private static final Set<String> OURS = Set.of("node", "plugins");

  /** What every document has in addition to what it was asked for. */
  static final Set<String> ADDED =
      Set.of("_id", "mercury_id", "active", "origin", "time_created", "time_updated");

  private final Origin origin;
  private final ForeignTable foreign;

  Shown(Origin origin, ForeignTable foreign) {
    this.origin = origin;
    this.foreign = foreign;
  }

  /** What a site is called, as every document says it. */
  record Origin(String name, String datacenter) {
    ObjectNode json() {
      ObjectNode json = NODES.objectNode().put("name", name).put("datacenter", datacenter);
      return json.putNull("address").putNull("port");
    }
  }

  /** What every document says of where it is. */
  ObjectNode origin() {
    return origin.json();
  }

  /**
   * A projection of Mercury's as one of ours.
   *
   * @return null for everything
   */
  static @Nullable ObjectNode projection(Projection projection) {
    List<String> paths = projection.included();
    if (paths.isEmpty()) {
      return null;
    }
    ObjectNode ours = NODES.objectNode().put("mercury_id", 1);
    for (String path : paths) {
      String first = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
      if (!ADDED.contains(first) && !OURS.contains(first)) {
        ours.put(path, 1);
      }
    }
    return ours;
  }

  /** What was added to a page's documents. */
  private record Beside(Instant created, @Nullable Instant updated, JsonNode active) {}

  /**
   * A page of documents.
   *
   * @param projection what was asked for
   */
  ArrayNode page(Handle handle, List<JsonNode> documents, Projection projection) {
    List<String> paths = projection.included();
    Map<String, Beside> beside =
        beside(
            handle,
            documents.stream().map(each -> each.path("mercury_id").asString("")).toList(),
            paths.isEmpty() || paths.stream().anyMatch(path -> path.startsWith("active")));
    ArrayNode page = NODES.arrayNode();
    for (JsonNode document : documents) {
      ObjectNode shown = shown((ObjectNode) document.deepCopy(), beside, paths);
      page.add(projection.without(shown, "mercury_id"));
    }
    return page;
  }

  private ObjectNode shown(ObjectNode document, Map<String, Beside> known, List<String> paths) {
    document.remove(OURS);
    String id = document.path("mercury_id").asString("");
    ObjectNode shown = NODES.objectNode().put("_id", id);
    shown.setAll(document);
    Beside beside = known.get(id);
    if (beside == null) {
      return shown; // deleted in between
    }
    if (wanted(paths, "active")) {
      shown.set("active", narrowed(beside.active(), "active", paths));
    }
    if (wanted(paths, "origin")) {
      shown.set("origin", narrowed(origin.json(), "origin", paths));
    }
    if (wanted(paths, "time_created")) {
      shown.put("time_created", seconds(beside.created()));
    }
    if (wanted(paths, "time_updated")) {
      Instant updated = beside.updated();
      shown.put("time_updated", seconds(updated == null ? beside.created() : updated));
    }
    return shown;
  }

  static double seconds(Instant time) {
    return time.toEpochMilli() / 1000.0;
  }

  private static boolean wanted(List<String> paths, String key) {
    return paths.isEmpty()
        || paths.stream().anyMatch(path -> path.equals(key) || path.startsWith(key + "."));
  }

  /** Of an object the keys that the paths name; all of it if one names itself. */
  private static JsonNode narrowed(JsonNode value, String key, List<String> paths) {
    if (!(value instanceof ObjectNode object) || paths.isEmpty() || paths.contains(key)) {
      return value;
    }
    ObjectNode narrowed = NODES.objectNode();
    for (String path : paths) {
      if (path.startsWith(key + ".")) {
        String rest = path.substring(key.length() + 1);
        String first = rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
        if (object.has(first)) {
          narrowed.set(first, narrowed(object.path(first), first, List.of(rest)));
        }
      }
    }
    return narrowed;
  }

  private Map<String, Beside> beside(Handle handle, Collection<String> ids, boolean active) {
    Map<String, JsonNode> agents = active ? foreign.active(handle, ids) : Map.of();
    List<String> own = ids.stream().filter(id -> !agents.containsKey(id)).toList();
    Map<String, List<CapabilitySignature>> published =
        active && !own.isEmpty() ? PublishedCapability.lists(handle, own) : Map.of();
    Map<String, Beside> beside = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT n.id, n.first_seen, i.changed, a.online, a.remote_address,
                   extract(epoch FROM a.since) AS since
            FROM node n JOIN node_attributes a ON a.id = n.id LEFT JOIN inventory i ON i.node = n.id
            WHERE n.id = ANY(:ids)
            """)
        .bind("ids", new TextArray(ids))
        .map(
            (row, context) -> {
              String id = row.getString("id");
              JsonNode agent = NODES.nullNode();
              if (row.getBoolean("online")) {
                agent = agents.get(id);
                if (agent == null) {
                  agent =
                      NODES
                          .objectNode()
                          .put("rpc_address", row.getString("remote_address"))
                          .putNull("rpc_address6")
                          .putNull("rpc_port")
                          .putNull("ping_port")
                          .put("active_since", row.getDouble("since"))
                          .set(
                              "capabilities",
                              OwnCapabilities.of(published.getOrDefault(id, List.of())));
                }
              }
              return beside.put(
                  id,
                  new Beside(
                      row.getTimestamp("first_seen").toInstant(),
                      row.getTimestamp("changed") == null
                          ? null
                          : row.getTimestamp("changed").toInstant(),
                      agent));
            })
        .list();
    return beside;
  }
}
