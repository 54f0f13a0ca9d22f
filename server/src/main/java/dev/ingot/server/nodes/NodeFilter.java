package dev.ingot.server.nodes;

import dev.ingot.server.access.Principal;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Nodes by what is in their inventory: filled by the feature that knows the query language. */
public interface NodeFilter {
  /**
   * The ids of all nodes that the filter matches and the principal may see, in order.
   *
   * @throws dev.ingot.server.problem.Problem if the filter is none, or reads what the principal may
   *     not
   */
  List<String> matching(Handle handle, Principal principal, JsonNode filter);
}
