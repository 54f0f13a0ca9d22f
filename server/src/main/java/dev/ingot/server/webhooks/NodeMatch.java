package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Event;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which events are of nodes that a filter matches, as the nodes are now. */
final class NodeMatch {
  private final NodeFilter filters;

  NodeMatch(NodeFilter filters) {
    this.filters = filters;
  }

  /**
   * Makes sure that a filter is one.
   *
   * @throws dev.ingot.server.problem.Problem that says what is wrong with it
   */
  void check(Handle handle, JsonNode filter) {
    try {
      Set<String> none = matching(handle, filter, List.of());
      assert none.isEmpty();
    } catch (Problem e) {
      // The place in what was sent, not in what it was put into.
      String place = String.valueOf(e.field()).replaceFirst("\\.\\$and\\.1(?=\\.|$)", "");
      throw new Problem(e.kind(), String.valueOf(e.detail()), place, e);
    }
  }

  /**
   * The events whose node matches. Those of no node never do; that a node was deleted is let
   * through, since nobody can say any more what the filter would have said.
   */
  List<Event> of(Jdbi jdbi, JsonNode filter, List<Event> events) {
    List<String> nodes =
        events.stream().map(Event::nodeId).filter(Objects::nonNull).distinct().toList();
    if (nodes.isEmpty()) {
      return List.of();
    }
    Set<String> matching = jdbi.withHandle(handle -> matching(handle, filter, nodes));
    return events.stream()
        .filter(
            event -> tellsOfDeletion(event) || matching.contains(String.valueOf(event.nodeId())))
        .toList();
  }

  private static boolean tellsOfDeletion(Event event) {
    return event.type().equals("node") && event.action().equals("deleted");
  }

  private Set<String> matching(Handle handle, JsonNode filter, Collection<String> nodes) {
    ObjectNode among = Json.MAPPER.createObjectNode();
    ArrayNode ids = among.putObject("mercury_id").putArray("$in");
    nodes.forEach(ids::add);
    ObjectNode both = Json.MAPPER.createObjectNode();
    both.putArray("$and").add(among).add(filter);
    return Set.copyOf(filters.matching(handle, Principal.SYSTEM, both));
  }
}
