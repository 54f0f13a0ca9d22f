package dev.ingot.server.jobs.task;

import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.TaskMessage;
import org.jspecify.annotations.Nullable;

/** Something that happened to a task. */
public sealed interface TaskEvent {
  /** Which session said it; what another one than the present says of an offer is void. */
  record Session(long epoch, String incarnation, String bootId) {}

  /** It is its turn and its node is connected here. */
  record Dispatched(Session session) implements TaskEvent {}

  /** It is its turn and its node is not connected anywhere. */
  record Parked() implements TaskEvent {}

  /** It is its turn, and so much is on the way to its node that this would be too much. */
  record Crowded() implements TaskEvent {}

  /** Its node came, or the time that a busy one was given is over. */
  record Awaited() implements TaskEvent {}

  record Accepted(Session session, int attempt) implements TaskEvent {}

  record Refused(Session session, int attempt, String reason, String detail) implements TaskEvent {
    /**
     * Nobody says that the node has it no more, but it says nothing at all, as the detail tells.
     */
    public static final String SILENT = "silent";
  }

  record Started(Session session, int attempt) implements TaskEvent {}

  record Finished(Session session, TaskMessage.Finished message) implements TaskEvent {}

  /**
   * Its node's agent said hello.
   *
   * @param held what it says of this task, null for nothing
   */
  record Opened(Session session, @Nullable HeldTask held) implements TaskEvent {}

  /** The session is over. */
  record Closed(Session session) implements TaskEvent {}

  /** Time passed; its deadline may have come. */
  record Overdue() implements TaskEvent {}

  /** Somebody wants it to end. */
  record CancelAsked(String reason) implements TaskEvent {}

  /** Its node is deleted. */
  record NodeGone(String reason) implements TaskEvent {}
}
