package dev.ingot.server.nodes;

import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * What nodes need of the features above them. Those are made after us, so the composition fills
 * these before anything starts.
 */
public final class UpwardPorts implements Presence.Listener, NodeRemoval, NodeFilter {
  private final List<Presence.Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<NodeRemoval> removals = new CopyOnWriteArrayList<>();
  private final List<NodeFilter> filters = new CopyOnWriteArrayList<>();

  public void tell(Presence.Listener listener) {
    listeners.add(listener);
  }

  public void removeWith(NodeRemoval removal) {
    removals.add(removal);
  }

  public void filterBy(NodeFilter filter) {
    filters.add(filter);
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
  public List<String> matching(Handle handle, JsonNode filter) {
    if (filters.isEmpty()) {
      throw Problem.invalid("on", "this server has no inventory to filter by");
    }
    return filters.getFirst().matching(handle, filter);
  }
}
