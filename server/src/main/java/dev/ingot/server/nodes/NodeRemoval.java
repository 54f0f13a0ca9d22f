package dev.ingot.server.nodes;

import org.jdbi.v3.core.Handle;

/** What a feature above must do when a node goes: filled by the composition, one per feature. */
public interface NodeRemoval {
  /** The node is about to be deleted with the caller's transaction: delete what is kept of it. */
  void removing(Handle handle, String nodeId);
}
