package dev.ingot.server.nodes;

import org.jdbi.v3.core.Handle;

/** What a feature above must do when a node goes: filled by the composition, one per feature. */
public interface NodeRemoval {
  /** The node is about to be deleted with the caller's transaction: delete what is kept of it. */
  void removing(Handle handle, String nodeId);

  /**
   * The node is about to become an alias of another with the caller's transaction, and to be
   * deleted: keep of it what belongs to the other from now on.
   */
  default void merging(Handle handle, String from, String into) {
    removing(handle, from);
  }
}
