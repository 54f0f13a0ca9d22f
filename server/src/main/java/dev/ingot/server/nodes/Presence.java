package dev.ingot.server.nodes;

import java.util.Collection;

/** Which nodes are connected. */
public interface Presence {
  /**
   * The sessions that were heard from since the last call; written in one batch every few seconds,
   * no events.
   */
  void seen(Collection<Session> sessions);

  /**
   * A session ended: the node is lost at once, with the reason, unless a newer epoch has taken it
   * over.
   */
  void ended(Session session, String reason);

  /** One admitted session. */
  record Session(String nodeId, long epoch) {}
}
