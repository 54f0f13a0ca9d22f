package dev.ingot.server.agents;

import dev.ingot.protocol.TaskMessage;

/**
 * Who owes work to nodes: filled by the feature above that keeps tasks. Calls about one session
 * come in order, never block, and may hold the session's lock.
 */
public interface OwedWork {
  /** The node is connected, admitted and approved. */
  void opened(NodeLink node);

  /** What became of something that a node said. */
  interface Outcome {
    /**
     * It is no longer under way.
     *
     * @param committed false if it cannot be written, whatever is tried
     */
    void over(boolean committed);
  }

  /**
   * The node said something about its tasks.
   *
   * @param outcome hears when it is committed, or will not be: until then it counts as under way
   */
  void heard(NodeLink node, TaskMessage message, Outcome outcome);

  /**
   * The same for those who do not tell the node whether it is written.
   *
   * @param done to be run when it is committed, or will not be
   */
  default void heard(NodeLink node, TaskMessage message, Runnable done) {
    heard(node, message, committed -> done.run());
  }

  /** The session is over. */
  void closed(NodeLink node);

  /** Nobody owes anything. */
  OwedWork NONE =
      new OwedWork() {
        @Override
        public void opened(NodeLink node) {}

        @Override
        public void heard(NodeLink node, TaskMessage message, Outcome outcome) {
          outcome.over(true);
        }

        @Override
        public void closed(NodeLink node) {}
      };
}
