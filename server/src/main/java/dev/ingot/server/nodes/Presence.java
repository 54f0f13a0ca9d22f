package dev.ingot.server.nodes;

import java.util.Collection;
import java.util.List;

/** Which nodes are connected. */
public interface Presence {
  /**
   * The sessions that were heard from since the last call; written in one batch every few seconds,
   * no events. A session that is not named for 25 seconds is lost.
   *
   * @return those among them that are over (taken over by a newer epoch, revoked, deleted,
   *     approved): say the reason and close them
   */
  List<Over> seen(Collection<Session> sessions);

  /**
   * A session ended: the node is lost at once, with the reason, unless a newer epoch has taken it
   * over.
   */
  default void ended(Session session, String reason) {
    ended(List.of(session), reason);
  }

  /** The same of several, in one transaction. */
  void ended(Collection<Session> sessions, String reason);

  /** One admitted session. */
  record Session(String nodeId, long epoch) {}

  /**
   * A session that no longer speaks for its node.
   *
   * @param reason one of the words of docs/joining.md, e.g. {@code replaced}, {@code approved}
   *     (come back at once), {@code revoked}
   */
  record Over(Session session, String reason) {}

  /**
   * Told after commit, in this process, that a session is over; other servers learn it from {@link
   * Presence#seen}. Filled by the link; must not block.
   */
  interface Listener {
    void over(Over over);
  }
}
