package dev.ingot.agent.link;

/** What people should know of the link. */
public sealed interface LinkNews {
  /** The server let the agent in as this node. */
  record Joined(String nodeId, boolean pending) implements LinkNews {}

  record Refused(String reason, String detail, long retryMillis) implements LinkNews {}

  /** There is no connection, for this reason; the next attempt is made after that time. */
  record Apart(String reason, long retryMillis) implements LinkNews {}

  /** A section that the server does not store; the others are. */
  record SectionRefused(String section, String reason, String detail) implements LinkNews {}

  /** The server said or asked something that this agent does not know. */
  record NotUnderstood(String what) implements LinkNews {}
}
