package dev.ingot.agent.link;

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

  /** Tell people. */
  record Tell(LinkNews news) implements LinkAction {}
}
