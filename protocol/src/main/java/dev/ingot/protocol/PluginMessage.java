package dev.ingot.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What is said about results of plugins. What a node can run stands in its capability {@code
 * collect}; docs/plugins.md.
 */
public sealed interface PluginMessage extends Message {
  /** The feature of a server that takes results. */
  String FEATURE = "plugins";

  /** A plugin ran on the node. One is under way at a time, and said again until it is stored. */
  record Result(PluginResult result) implements PluginMessage {
    @Override
    public Lane lane() {
      return Lane.INVENTORY;
    }
  }

  /**
   * The result is in the node's record, or was before: the node may forget it.
   *
   * @param error why its output is no value, null when it is one
   */
  record Stored(String id, @Nullable String error) implements PluginMessage {}
}
