package dev.ingot.server.nodes;

/** What the door answers. */
public sealed interface Admission {
  /**
   * The agent speaks for this node from now on; a session of a lower epoch no longer does. The key
   * that the agent showed is the node's from now on.
   *
   * @param epoch fencing number of the session, grows with every admission of the node
   */
  record Admitted(String nodeId, Standing standing, long epoch) implements Admission {}

  /**
   * The agent is not let in. Nothing was written that would make the same words fail later: a
   * ticket is not used up by a refusal.
   *
   * @param reason one of the words of docs/joining.md, for programs, e.g. {@code key-unknown}
   * @param retryAfterSeconds when asking again may help, else 0: ask again at the slowest pace
   */
  record Refused(String reason, String detail, int retryAfterSeconds) implements Admission {}

  /** What the node may do. */
  enum Standing {
    /** Known and admitted: everything. */
    ADMITTED,
    /** Waits for approval: presence and inspection only. */
    PENDING
  }
}
