package dev.ingot.server.mercury;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.TextArray;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What Mercury's agents said when they registered. */
final class ForeignTable {
  /** More of them are not looked after. */
  static final int MOST = 10_000;

  /** The {@code active} of those of the nodes that Mercury's agents serve. */
  Map<String, JsonNode> active(Handle handle, Collection<String> nodes) {
    Map<String, JsonNode> active = new HashMap<>();
    handle
        .createQuery(
            "SELECT node, info::text FROM mercury_agent WHERE active AND node = ANY(:nodes)")
        .bind("nodes", new TextArray(nodes))
        .map((row, context) -> active.put(row.getString("node"), Json.read(row.getString("info"))))
        .list();
    return active;
  }

  /** Where an agent takes tasks. */
  record Place(@Nullable String host, @Nullable Integer port) {}

  /** Where those of the nodes take tasks that Mercury's agents serve, or did. */
  Map<String, Place> places(Handle handle, Collection<String> nodes) {
    Map<String, Place> places = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT node, info ->> 'rpc_address' AS host, (info ->> 'rpc_port')::integer AS port
            FROM mercury_agent WHERE node = ANY(:nodes) AND info ->> 'rpc_address' IS NOT NULL
            """)
        .bind("nodes", new TextArray(nodes))
        .map(
            (row, context) ->
                places.put(
                    row.getString("node"),
                    new Place(row.getString("host"), row.getObject("port", Integer.class))))
        .list();
    return places;
  }

  /** An agent and how it is reached. */
  record Known(String node, String word, ObjectNode info) {}

  private static final String DRIVEN =
      """
      FROM mercury_agent m JOIN agent_session s ON s.node = m.node
      WHERE m.active AND (s.server = :server OR NOT s.online)
      """;

  /**
   * Those that were there when this server, or one before it, last looked, and that no other server
   * drives.
   */
  List<String> active(Handle handle, String server) {
    return handle
        .createQuery("SELECT m.node " + DRIVEN + " ORDER BY m.node LIMIT :most")
        .bind("server", server)
        .bind("most", MOST)
        .mapTo(String.class)
        .list();
  }

  /** The same, one of them. */
  Optional<Known> known(Handle handle, String node, String server) {
    return handle
        .createQuery("SELECT m.node, m.word, m.info::text " + DRIVEN + " AND m.node = :node")
        .bind("server", server)
        .bind("node", node)
        .map(
            (row, context) ->
                new Known(
                    row.getString("node"),
                    row.getString("word"),
                    (ObjectNode) Json.read(row.getString("info"))))
        .findOne();
  }

  /**
   * @param word which run of the agent it is
   */
  void registered(Handle handle, String node, ObjectNode info, String word) {
    handle
        .createUpdate(
            """
            INSERT INTO mercury_agent (node, info, active, word)
            VALUES (:node,
              CAST(:info AS jsonb) || jsonb_build_object('active_since', extract(epoch FROM now())),
              true, :word)
            ON CONFLICT (node) DO UPDATE
            SET info = excluded.info, active = true, word = excluded.word, registered = now()
            """)
        .bind("node", node)
        .bind("info", Json.write(info))
        .bind("word", word)
        .execute();
  }

  void lost(Handle handle, Collection<String> nodes) {
    handle
        .createUpdate("UPDATE mercury_agent SET active = false WHERE node = ANY(:nodes)")
        .bind("nodes", new TextArray(nodes))
        .execute();
  }
}
