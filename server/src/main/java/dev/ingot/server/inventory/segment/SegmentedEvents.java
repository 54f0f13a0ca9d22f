package dev.ingot.server.inventory.segment;

import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventSight;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.NodeSight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a restricted principal hears: events of the nodes that it sees now, of a kind that is known
 * here, and of a change of a document what it may read of it. An event of which nothing is left,
 * and one of a kind that nobody has named here, is withheld.
 */
public final class SegmentedEvents implements EventSight {
  /** They tell what stands beside the document, of this node alone. */
  private static final Set<String> OF_THE_NODE =
      Set.of(
          "node.discovered",
          "node.online",
          "node.lost",
          "node.changed",
          "node.approved",
          "node.revoked",
          "node.readmitted");

  private final Jdbi jdbi;
  private final NodeSight sight;

  public SegmentedEvents(Jdbi jdbi, NodeSight sight) {
    this.jdbi = jdbi;
    this.sight = sight;
  }

  @Override
  public List<Event> seen(Principal principal, List<Event> events) {
    Set<String> nodes = new HashSet<>();
    for (Event event : events) {
      if (event.nodeId() != null) {
        nodes.add(event.nodeId());
        nodes.addAll(SeenFindings.nodes(event.data().path("what")));
      }
    }
    if (nodes.isEmpty()) {
      return List.of();
    }
    Set<String> visible =
        new HashSet<>(jdbi.withHandle(handle -> sight.visible(handle, principal, nodes)));
    PathAccess access = PathAccess.of(principal);
    List<Event> seen = new ArrayList<>();
    for (Event event : events) {
      if (event.nodeId() != null && visible.contains(event.nodeId())) {
        Event left = seen(event, access, new SeenFindings(access, visible));
        if (left != null) {
          seen.add(left);
        }
      }
    }
    return seen;
  }

  private static @Nullable Event seen(Event event, PathAccess access, SeenFindings findings) {
    String kind = event.type() + "." + event.action();
    if (OF_THE_NODE.contains(kind)) {
      return event;
    }
    return switch (kind) {
      case "inventory.changed" -> changed(event, access, findings);
      case "inventory.disputed", "inventory.settled" ->
          access.may(List.of(event.data().path("section").asString(""))) ? event : null;
      default -> null;
    };
  }

  private static @Nullable Event changed(Event event, PathAccess access, SeenFindings findings) {
    ObjectNode data = (ObjectNode) event.data().deepCopy();
    if (!access.readsEverything() && !readable(data, access)) {
      return null;
    }
    ArrayNode what = findings.of(data.path("what"));
    if (!data.has("what") || what.equals(data.path("what"))) {
      return with(event, event.severity(), data);
    }
    String change = SeenFindings.change(what);
    data.put("change", change);
    data.set("what", what);
    boolean bad = change.equals("lost") || change.equals("degraded");
    return with(event, (bad ? Severity.WARNING : Severity.INFORMATION).word(), data);
  }

  /** Leaves what may be read, without the numbers that hidden changes count up too. */
  private static boolean readable(ObjectNode data, PathAccess access) {
    ArrayNode paths = data.arrayNode();
    Set<String> sections = new HashSet<>();
    for (JsonNode path : data.path("paths")) {
      List<String> keys = List.of(path.asString("").split("\\.", -1));
      if (access.may(keys)) {
        paths.add(path);
        sections.add(keys.getFirst());
      }
    }
    ArrayNode shown = data.arrayNode();
    for (JsonNode section : data.path("sections")) {
      if (sections.contains(section.asString(""))) {
        shown.add(section);
      }
    }
    data.set("paths", paths);
    data.set("sections", shown);
    data.remove(List.of("revision", "number", "morePaths", "moreWhat"));
    return !paths.isEmpty();
  }

  private static Event with(Event event, String severity, JsonNode data) {
    return new Event(
        event.id(),
        event.time(),
        event.type(),
        event.action(),
        severity,
        event.typeId(),
        event.nodeId(),
        data);
  }
}
