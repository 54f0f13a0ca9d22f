package dev.ingot.server.jobs;

import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.jobs.task.TaskEvent;

/** What comes to whoever drives the jobs. */
sealed interface Arrival {
  /** Look at the jobs: one was made, or somebody asked for something. */
  record Look() implements Arrival {}

  /** A node's session began. */
  record Opened(NodeLink link) implements Arrival {}

  record Closed(NodeLink link) implements Arrival {}

  /**
   * A node said something.
   *
   * @param outcome hears when it is committed or will not be
   */
  record Heard(NodeLink link, TaskMessage message, OwedWork.Outcome outcome) implements Arrival {}

  /** The session as the tasks know it. */
  static TaskEvent.Session session(NodeLink link) {
    return new TaskEvent.Session(
        link.session().epoch(), link.hello().incarnation(), link.hello().bootId());
  }
}
