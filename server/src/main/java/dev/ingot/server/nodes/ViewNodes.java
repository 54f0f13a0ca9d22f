package dev.ingot.server.nodes;

import dev.ingot.server.access.Principal;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Nodes by a view's name: filled by the feature that has the views. */
public interface ViewNodes {
  /**
   * The ids of all nodes that the view shows and the principal may see, in order.
   *
   * @throws dev.ingot.server.problem.Problem if there is no such view, it shows no nodes, or reads
   *     what the principal may not
   */
  List<String> shown(Handle handle, Principal principal, String view);
}
