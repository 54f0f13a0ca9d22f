package dev.ingot.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges, queues and bindings as they are wanted. Each is looked for first, since a broker ends
 * the channel (Qpid the connection) of whoever declares something that is there in another shape.
 */
public final class Declarations {
  private final BrokerSession session;

  Declarations(BrokerSession session) {
    this.session = session;
  }

  /** What was found and done. */
  public enum Found {
    /** It was there. */
    THERE,
    /** It was not there and is now. */
    MADE,
    /** It is not there. */
    MISSING
  }

  /** One step on a channel. */
  private interface Step {
    void take(Channel channel) throws IOException;
  }

  /**
   * @param only to look only
   */
  public Found exchange(String name, String type, boolean durable, boolean only)
      throws IOException {
    if (there(channel -> channel.exchangeDeclarePassive(name))) {
      return Found.THERE;
    }
    if (only) {
      return Found.MISSING;
    }
    take("declare the exchange " + name, channel -> channel.exchangeDeclare(name, type, durable));
    return Found.MADE;
  }

  /**
   * Declares an exchange that is there, which changes nothing.
   *
   * @throws IOException that says what is different from what is wanted; then the connection may be
   *     over too
   */
  public void assertExchange(String name, String type, boolean durable) throws IOException {
    take("use the exchange " + name, channel -> channel.exchangeDeclare(name, type, durable));
  }

  /** As {@link #assertExchange}, of a shared queue. */
  public void assertQueue(String name, boolean durable) throws IOException {
    take(
        "use the queue " + name,
        channel -> channel.queueDeclare(name, durable, false, false, null));
  }

  /** A queue that anybody with the right may use, without arguments: Qpid refuses those. */
  public Found queue(String name, boolean durable, boolean only) throws IOException {
    if (there(channel -> channel.queueDeclarePassive(name))) {
      return Found.THERE;
    }
    if (only) {
      return Found.MISSING;
    }
    take(
        "declare the queue " + name,
        channel -> channel.queueDeclare(name, durable, false, false, null));
    return Found.MADE;
  }

  /** Binds, which says nothing of whether it was bound before. */
  public void bind(String queue, String exchange, String key) throws IOException {
    take(
        "bind " + queue + " to " + exchange + " by " + key,
        channel -> channel.queueBind(queue, exchange, key));
  }

  private boolean there(Step look) throws IOException {
    Channel channel = session.channel();
    try {
      look.take(channel);
      return true;
    } catch (IOException e) {
      if (code(e) == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    } finally {
      BrokerSession.close(channel);
    }
  }

  private void take(String what, Step step) throws IOException {
    Channel channel = session.channel();
    try {
      step.take(channel);
    } catch (IOException e) {
      throw new IOException("cannot " + what + ": " + Reasons.of(e), e);
    } finally {
      BrokerSession.close(channel);
    }
  }

  private static int code(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close) {
        return close.getReplyCode();
      }
    }
    return 0;
  }
}
