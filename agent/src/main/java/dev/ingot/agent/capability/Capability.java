package dev.ingot.agent.capability;

import dev.ingot.protocol.CapabilitySignature;

/** A procedure that the agent publishes. One instance serves all calls, several at once. */
public interface Capability {
  /**
   * What is published; asked again before each publication, so that a tool that was installed or
   * removed shows in {@link CapabilitySignature#unavailable}.
   */
  CapabilitySignature signature();

  /**
   * Does it, in a thread of its own. Its time is bounded from outside: at the timeout and when it
   * is cancelled the thread is interrupted, and what it started must be ended before this returns
   * or throws. Arguments are an object, checked against the schema by the server only: what matters
   * is to be checked here.
   *
   * @throws InterruptedException when it was interrupted and has cleaned up
   */
  Outcome call(Invocation invocation) throws InterruptedException;
}
