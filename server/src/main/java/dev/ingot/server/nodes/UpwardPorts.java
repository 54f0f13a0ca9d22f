package dev.ingot.server.nodes;

import dev.ingot.server.access.Principal;
import dev.ingot.server.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * What nodes need of the features above them. Those are made after us, so the composition fills
 * these before anything starts.
 */
public final class UpwardPorts
    implements Presence.Listener, NodeRemoval, NodeFilter, NodeSight, ViewNodes {
  private final List<Presence.Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<NodeRemoval> removals = new CopyOnWriteArrayList<>();
  private final List<NodeFilter> filters = new CopyOnWriteArrayList<>();
  private final List<NodeSight> sights = new CopyOnWriteArrayList<>();
  private final List<ViewNodes> views = new CopyOnWriteArrayList<>();

  public void tell(Presence.Listener listener) {
    listeners.add(listener);
  }

  public void removeWith(NodeRemoval removal) {
    removals.add(removal);
  }

  public void filterBy(NodeFilter filter) {
    filters.add(filter);
  }

  public void seeWith(NodeSight sight) {
    sights.add(sight);
  }

  public void viewBy(ViewNodes nodes) {
    views.add(nodes);
  }

  @Override
  public void over(Presence.Over over) {
    listeners.forEach(listener -> listener.over(over));
  }

  @Override
  public void removing(Handle handle, String nodeId) {
    removals.forEach(removal -> removal.removing(handle, nodeId));
  }

  @Override
  public void merging(Handle handle, String from, String into) {
    removals.forEach(removal -> removal.merging(handle, from, into));
  }

  @Override
  public List<String> matching(Handle handle, Principal principal, JsonNode filter) {
    if (filters.isEmpty()) {
      throw Problem.invalid("on", "this server has no inventory to filter by");
    }
    return filters.getFirst().matching(handle, principal, filter);
  }

  /** Nobody who is restricted sees anything before somebody can say what. */
  @Override
  public List<String> visible(Handle handle, Principal principal, Collection<String> ids) {
    return sights.isEmpty() ? List.of() : sights.getFirst().visible(handle, principal, ids);
  }

  @Override
  public List<String> shown(Handle handle, Principal principal, String view) {
    if (views.isEmpty()) {
      throw Problem.invalid("on", "this server has no views");
    }
    return views.getFirst().shown(handle, principal, view);
  }
}
