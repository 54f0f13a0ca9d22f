package dev.ingot.server.agents;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One agent's connection by the broker: a queue that is read by it alone. */
final class BrokerWire implements Wire {
  /** What is on its way to agents; does not block. */
  interface Post {
    void frame(BrokerWire wire, byte[] frame);

    /** The agent is told, and then nothing goes to it or is heard of it any more. */
    void end(BrokerWire wire, byte[] reason);

    void forget(BrokerWire wire, String reason);
  }

  private final Post post;
  private final String account;
  private final String connection;
  private final String queue;
  private final AgentSession session;
  private long heard;
  private long said;
  private volatile long heardAt;
  private volatile long probedAt;

  BrokerWire(
      Post post,
      AgentSessions sessions,
      String account,
      String connection,
      String queue,
      String remote,
      long now) {
    this.post = post;
    this.account = account;
    this.connection = connection;
    this.queue = queue;
    this.heardAt = now;
    this.session = sessions.open(this, remote);
  }

  AgentSession session() {
    return session;
  }

  String account() {
    return account;
  }

  String connection() {
    return connection;
  }

  String queue() {
    return queue;
  }

  /** The number of the next frame to the agent; asked by the one thread that publishes. */
  long nextSaid() {
    return ++said;
  }

  /** Whether this is the frame that was to come; called by the one thread that consumes. */
  boolean isNext(@Nullable String number, long now) {
    heard++;
    heardAt = now;
    return Long.toString(heard).equals(number);
  }

  /** Whether nothing was heard for so long, and it was not asked for the same time either. */
  boolean isQuiet(long now, long since) {
    if (now - heardAt < since || now - probedAt < since / 2) {
      return false;
    }
    probedAt = now;
    return true;
  }

  @Override
  public void send(byte[] frame) {
    post.frame(this, frame);
  }

  @Override
  public void close(String reason) {
    post.end(this, reason.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void drop() {
    post.forget(this, "dropped");
  }
}
