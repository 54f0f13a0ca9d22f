package dev.ingot.server.nodes;

import dev.ingot.server.nodes.joining.JoiningSettings;
import dev.ingot.server.nodes.presence.PresenceSettings;

/** Settings under {@code nodes}. */
public record NodesSettings(JoiningSettings joining, PresenceSettings presence) {
  public static final NodesSettings DEFAULT =
      new NodesSettings(JoiningSettings.DEFAULT, PresenceSettings.DEFAULT);
}
