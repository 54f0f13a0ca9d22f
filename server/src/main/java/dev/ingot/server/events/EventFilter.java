package dev.ingot.server.events;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants; an empty set means all.
 *
 * @param types e.g. {@code node}, or {@code node.online} for one action
 * @param nodes node ids
 * @param least the least severity, null for any
 */
public record EventFilter(Set<String> types, Set<String> nodes, @Nullable Severity least) {
  public static final EventFilter ALL = new EventFilter(Set.of(), Set.of(), null);

  public boolean matches(Event event) {
    return (types.isEmpty()
            || types.contains(event.type())
            || types.contains(event.type() + "." + event.action()))
        && (nodes.isEmpty() || (event.nodeId() != null && nodes.contains(event.nodeId())))
        && (least == null || Severity.of(event.severity()).compareTo(least) >= 0);
  }
}
