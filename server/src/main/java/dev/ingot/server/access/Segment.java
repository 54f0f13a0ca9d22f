package dev.ingot.server.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which part of the fleet a principal may see and change. Built-in roles have all of it.
 *
 * @param nodes a filter of the inventory; null for all nodes
 * @param read paths of documents; what is beside the document, {@code node.…}, goes with the node
 * @param write paths of the source {@code import}
 */
public record Segment(@Nullable JsonNode nodes, PathGrants read, PathGrants write) {
  public static final Segment ALL = new Segment(null, PathGrants.EVERYTHING, PathGrants.EVERYTHING);

  /**
   * Whether the node's class may be read: what stands beside a document goes with the node, but a
   * class is found by rules that read documents, so it has a grant of its own, {@code node.class}.
   */
  public boolean readsClass() {
    return read.covers(List.of("node", "class"));
  }

  /** Whether something is left out: of nodes, of what is read or of what is written. */
  public boolean isRestricted() {
    return nodes != null || !read.isEverything() || !write.isEverything();
  }
}
