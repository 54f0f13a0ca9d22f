package dev.ingot.server.agents;

import dev.ingot.protocol.Message;
import dev.ingot.server.nodes.Presence;

/** A connected and admitted node, as the features see it that owe it work. */
public interface NodeLink {
  /** Its node and the fencing number of this session. */
  Presence.Session session();

  /** What its agent said when it came. */
  Message.Hello hello();

  /** How many small messages wait to be sent to it. */
  int waiting();

  /** Says something; never blocks. A session that is over says nothing any more. */
  void say(Message message);
}
