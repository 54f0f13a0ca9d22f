package dev.ingot.agent.link;

import dev.ingot.protocol.TaskMessage;
import java.util.List;

/** What a {@link LinkMachine} wants done, in this order. */
public sealed interface LinkAction {
  /** Connect; tell {@link LinkMachine#opened} or {@link LinkMachine#closed} with this number. */
  record Dial(long connection) implements LinkAction {}

  /** Put the frame on the wire; tell {@link LinkMachine#sent} when it has left. */
  @SuppressWarnings("ArrayRecordComponent")
  record Send(byte[] frame) implements LinkAction {}

  /** Close the connection; nothing of it is to be told any more. */
  record Close(String reason) implements LinkAction {}

  /**
   * Inspect now (no names: everything), then tell {@link LinkMachine#sectionsAre} and {@link
   * LinkMachine#inspected}.
   */
  record Inspect(long request, List<String> sections) implements LinkAction {}

  /**
   * The key is another node's (this disk was copied): make a new one, keep it, and tell {@link
   * LinkMachine#keyIs}.
   */
  record MakeKey() implements LinkAction {}

  /**
   * Whether this can be done: tell {@link LinkTasks#accept} or {@link LinkTasks#refuse}. Nothing is
   * started yet.
   */
  record Offered(TaskMessage.Offer offer) implements LinkAction {}

  /**
   * Do the accepted task now, or in its turn; tell {@link LinkTasks#started}, {@link
   * LinkTasks#output} and, whatever happens, {@link LinkTasks#finished}.
   */
  record Begin(long task, int attempt) implements LinkAction {}

  /**
   * End the task if it was begun and tell {@link LinkTasks#finished}; one that was not begun is
   * forgotten without a word.
   */
  record CancelTask(long task, int attempt, String reason) implements LinkAction {}

  /** Tell people. */
  record Tell(LinkNews news) implements LinkAction {}
}
