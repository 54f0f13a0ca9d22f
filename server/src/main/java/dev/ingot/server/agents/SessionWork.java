package dev.ingot.server.agents;

import dev.ingot.protocol.Lane;
import dev.ingot.protocol.PluginResult;
import dev.ingot.protocol.ProtocolException;
import dev.ingot.protocol.TaskMessage;

/** What a session and those who owe its node work say to each other. Guarded by the session. */
final class SessionWork {
  /** More than a node has tasks to speak of. */
  private static final int MAX_UNDER_WAY = 2_048;

  private final OwedWork owed;
  private final PluginDesk results;
  private final AgentSession session;
  private boolean open;
  private int underWay;

  SessionWork(Surroundings surroundings, AgentSession session) {
    this.owed = surroundings.owed();
    this.results = surroundings.results();
    this.session = session;
  }

  void open() {
    open = true;
    owed.opened(session);
  }

  void heard(TaskMessage message, int size) {
    switch (message) {
      case TaskMessage.Capabilities _,
          TaskMessage.Accept _,
          TaskMessage.Refuse _,
          TaskMessage.Started _,
          TaskMessage.Output _,
          TaskMessage.Finished _ -> {}
      case TaskMessage.CapabilitiesWanted _,
          TaskMessage.Offer _,
          TaskMessage.AcceptCommitted _,
          TaskMessage.OutputAcknowledged _,
          TaskMessage.FinishedAcknowledged _,
          TaskMessage.Cancel _ ->
          throw AgentSession.unexpected(message);
    }
    if (!open) {
      // A node that waits for approval has no tasks, and may learn what it can do.
      session.passedOver(message.lane(), size);
      return;
    }
    if (underWay >= MAX_UNDER_WAY) {
      throw new ProtocolException(
          "too-many",
          "more than " + MAX_UNDER_WAY + " messages about tasks that are not committed");
    }
    underWay++;
    Lane lane = message.lane();
    session.underWay(lane, size);
    owed.heard(session, message, () -> session.done(lane, size));
  }

  /** A plugin ran on the node. */
  void heard(PluginResult result, int size) {
    if (!open) {
      throw new ProtocolException("out-of-order", "a result of a node that waits for approval");
    }
    session.underWay(Lane.INVENTORY, size);
    results.arrived(
        session.session().nodeId(), result, word -> session.stored(Lane.INVENTORY, size, word));
  }

  void done() {
    underWay--;
  }

  void close() {
    if (open) {
      open = false;
      owed.closed(session);
    }
  }
}
