package dev.ingot.server.plugins;

import org.jdbi.v3.core.Handle;

/** Who wants to know what was stored: filled by the composition, for features above. */
public interface StoredResults {
  /**
   * A result is stored with the caller's transaction.
   *
   * @param output what the plugin wrote, as it wrote it; empty for a result of a foreign peer
   */
  void stored(Handle handle, ArrivedResult result, byte[] output);
}
