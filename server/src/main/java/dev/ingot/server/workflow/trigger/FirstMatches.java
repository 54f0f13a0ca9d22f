package dev.ingot.server.workflow.trigger;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which nodes a filter matches, and which have matched before. */
final class FirstMatches {
  private final NodeFilter filters;

  /**
   * @param filters the inventory's, whose problems name the field {@code nodes}
   */
  FirstMatches(NodeFilter filters) {
    this.filters = filters;
  }

  /**
   * Makes sure that a filter is one.
   *
   * @param field what it is called where somebody gave it
   */
  void check(Handle handle, JsonNode filter, String field) {
    try {
      Set<String> none = among(handle, filter, List.of());
      assert none.isEmpty();
    } catch (Problem e) {
      String place = e.field();
      throw new Problem(
          e.kind(),
          e.detail(),
          place == null ? field : place.replaceFirst("^nodes(\\.\\$and\\.1)?", field),
          e);
    }
  }

  /** Those of the nodes that match as they are now. */
  Set<String> among(Handle handle, JsonNode filter, Collection<String> nodes) {
    ObjectNode some = Json.MAPPER.createObjectNode();
    ArrayNode ids = some.putObject("mercury_id").putArray("$in");
    nodes.forEach(ids::add);
    ObjectNode both = Json.MAPPER.createObjectNode();
    both.putArray("$and").add(some).add(filter);
    return Set.copyOf(filters.matching(handle, Principal.SYSTEM, both));
  }

  /** Every node that matches now, in order. */
  List<String> all(Handle handle, JsonNode filter) {
    return filters.matching(handle, Principal.SYSTEM, filter);
  }

  /** Those that have not matched before. */
  static List<String> fresh(Handle handle, String trigger, Collection<String> nodes) {
    return handle
        .createQuery(
            """
            SELECT n FROM unnest(:nodes) AS n
             WHERE NOT EXISTS (SELECT FROM trigger_node t WHERE t.trigger = :trigger AND t.node = n)
               AND EXISTS (SELECT FROM node WHERE node.id = n)
             ORDER BY n
            """)
        .bindArray("nodes", String.class, nodes.toArray())
        .bind("trigger", trigger)
        .mapTo(String.class)
        .list();
  }

  static void remember(Handle handle, String trigger, Collection<String> nodes) {
    handle
        .createUpdate(
            "INSERT INTO trigger_node (trigger, node) SELECT :trigger, n FROM unnest(:nodes) AS n"
                + " ON CONFLICT DO NOTHING")
        .bind("trigger", trigger)
        .bindArray("nodes", String.class, new ArrayList<>(nodes).toArray())
        .execute();
  }

  static void forget(Handle handle, String trigger) {
    handle.execute("DELETE FROM trigger_node WHERE trigger = ?", trigger);
  }
}
