package dev.ingot.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A connection that is there, until it is not. */
public final class BrokerSession {
  private final Connection connection;
  private final BodyMark mark;
  private final BrokerOptions options;

  BrokerSession(Connection connection, BodyMark mark, BrokerOptions options) {
    this.connection = connection;
    this.mark = mark;
    this.options = options;
  }

  /** A channel of one's own; only one thread publishes on it. */
  public Channel channel() throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker has no more channels for " + options.purpose());
    }
    return channel;
  }

  /** What is to be there, declared or looked for. */
  public Declarations declarations() {
    return new Declarations(this);
  }

  /**
   * Consumes a queue on a channel of its own, for as long as the connection lasts. The receiver is
   * called by one thread at a time, in the order of the queue.
   *
   * @param prefetch messages that may be under way to us, not yet acknowledged
   */
  public void consume(String queue, int prefetch, Intake intake) throws IOException {
    consume(queue, prefetch, intake, false);
  }

  /**
   * The same, as the only one of all who use the broker.
   *
   * @throws IOException if somebody consumes it
   */
  public void consumeAlone(String queue, int prefetch, Intake intake) throws IOException {
    consume(queue, prefetch, intake, true);
  }

  private void consume(String queue, int prefetch, Intake intake, boolean alone)
      throws IOException {
    Channel channel = channel();
    channel.basicQos(prefetch);
    intake.on(channel, queue, mark, alone);
  }

  /** Ends the connection; another one is made. */
  public void end(String why) {
    connection.abort(320, why, 1_000);
  }

  public boolean isOpen() {
    return connection.isOpen();
  }

  /** Closes a channel that may be closed already, as the broker does when it refuses something. */
  public static void close(Channel channel) throws IOException {
    try {
      if (channel.isOpen()) {
        channel.close();
      }
    } catch (TimeoutException e) {
      throw new IOException("the broker does not close a channel in time", e);
    }
  }
}
