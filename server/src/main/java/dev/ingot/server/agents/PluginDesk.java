package dev.ingot.server.agents;

import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.PluginResult;
import java.util.function.Consumer;

/** Who keeps results of plugins: filled by the feature above. */
public interface PluginDesk {
  /**
   * A result came; never blocks.
   *
   * @param stored told when it is stored, or was before
   */
  void arrived(String nodeId, PluginResult result, Consumer<PluginMessage.Stored> stored);

  /** Keeps nothing. */
  PluginDesk NONE =
      (nodeId, result, stored) -> stored.accept(new PluginMessage.Stored(result.id(), null));
}
