package dev.ingot.server.inventory.segment;

import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventSight;
import dev.ingot.server.events.Severity;
import dev.ingot.server.inventory.history.SeenChange;
import dev.ingot.server.nodes.NodeSight;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
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
          "node.imported",
          "node.approved",
          "node.revoked",
          "node.readmitted");

  private static final int MOST_PATHS = 20;

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

  private @Nullable Event seen(Event event, PathAccess access, SeenFindings findings) {
    String kind = event.type() + "." + event.action();
    if (OF_THE_NODE.contains(kind)) {
      return event;
    }
    return switch (kind) {
      case "inventory.changed" -> changed(event, access, findings);
      case "plugin.changed", "plugin.failed" ->
          access.may(List.of("plugins", event.typeId())) ? event : null;
      case "node.class-changed" -> access.may(List.of("node", "class")) ? event : null;
      case "inventory.disputed", "inventory.settled" ->
          access.may(List.of(event.data().path("section").asString(""))) ? event : null;
      default -> null;
    };
  }

  /** As if the hidden parts of the documents before and after were not there. */
  private @Nullable Event changed(Event event, PathAccess access, SeenFindings findings) {
    ObjectNode data = (ObjectNode) event.data().deepCopy();
    ArrayNode what = findings.of(data.path("what"));
    if (!access.readsEverything()) {
      SeenChange change = seenChange(event, access);
      if (change == null || change.back().isEmpty()) {
        return null;
      }
      what.addAll(change.meaning(section -> !access.may(List.of(section))));
      show(data, change);
    }
    if (what.equals(event.data().path("what"))) {
      return with(event, event.severity(), data);
    }
    String worst = SeenFindings.change(what);
    data.put("change", worst);
    data.set("what", what);
    boolean bad = worst.equals("lost") || worst.equals("degraded");
    return with(event, (bad ? Severity.WARNING : Severity.INFORMATION).word(), data);
  }

  private @Nullable SeenChange seenChange(Event event, PathAccess access) {
    long number = event.data().path("number").asLong(0);
    return jdbi.inTransaction(
        TransactionIsolationLevel.REPEATABLE_READ,
        handle -> SeenChange.of(handle, event.typeId(), number, access::prune));
  }

  /** Without the numbers that hidden changes count up too. */
  private static void show(ObjectNode data, SeenChange change) {
    List<String> paths = change.paths();
    data.remove(List.of("revision", "number", "moreWhat"));
    data.put("first", change.first());
    ArrayNode sections = data.putArray("sections");
    change.sections().forEach(sections::add);
    ArrayNode shown = data.putArray("paths");
    paths.stream().limit(MOST_PATHS).forEach(shown::add);
    data.put("morePaths", Math.max(0, paths.size() - MOST_PATHS));
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
