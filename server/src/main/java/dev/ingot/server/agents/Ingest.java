package dev.ingot.server.agents;

import dev.ingot.protocol.Message;
import dev.ingot.server.nodes.Presence;
import java.util.List;
import java.util.function.Consumer;

/** Where reports go to be stored. */
interface Ingest {
  /** A report of an admitted session; the outcome is told after commit, in order per node. */
  record Submission(
      Presence.Session session,
      String incarnation,
      Message.Report report,
      Consumer<Outcome> outcome) {}

  /** The report is stored but for these. */
  record Outcome(List<Message.Rejected> rejected) {}

  void submit(Submission submission);
}
