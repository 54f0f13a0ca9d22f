package dev.ingot.server.nodes;

import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Nodes by what is in their inventory: filled by the feature that knows the query language. */
public interface NodeFilter {
  /**
   * The ids of all nodes that the filter matches, in order.
   *
   * @throws dev.ingot.server.problem.Problem if the filter is none
   */
  List<String> matching(Handle handle, JsonNode filter);
}
