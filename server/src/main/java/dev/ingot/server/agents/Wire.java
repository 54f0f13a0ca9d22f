package dev.ingot.server.agents;

/** One agent's connection, whatever carries it. Calls do not block. */
interface Wire {
  /** Sends a frame; {@link AgentSession#sent} is told when it has gone. */
  void send(byte[] frame);

  /** Closes after what was sent, saying why. */
  void close(String reason);

  /** Closes at once, whatever the peer does. */
  void drop();
}
