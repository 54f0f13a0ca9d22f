package dev.ingot.server.agents;

import dev.ingot.protocol.Lane;
import dev.ingot.server.nodes.Presence;

/** What a session asks of those around it. */
interface Surroundings {
  /** Milliseconds of a monotonic clock. */
  long now();

  AgentsSettings settings();

  Admissions admissions();

  Ingest ingest();

  /** What may be under way on a lane, over all sessions. */
  CreditDesk credit(Lane lane);

  /** Where log lines go. */
  NodeLogs logs();

  /** Where results of plugins go. */
  PluginDesk results();

  /** Who owes work to nodes. */
  OwedWork owed();

  /** The session speaks for its node now; false if a newer one already does. */
  boolean began(AgentSession session, Presence.Session node);

  /** The session ended: the node is to be taken for lost, for this reason. */
  void ended(AgentSession session, Presence.Session node, String reason);
}
