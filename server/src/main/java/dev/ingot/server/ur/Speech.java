package dev.ingot.server.ur;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What this server says to agents, by one connection. The broker confirms everything, and gives
 * back what nobody listens to. Used by one thread at a time.
 */
final class Speech {
  private static final long CONFIRM_MILLIS = 10_000;

  private final Channel channel;
  private final AMQP.BasicProperties properties;
  private final Set<String> returned = ConcurrentHashMap.newKeySet();

  /** A message; Ur's are never persistent. */
  record Line(String key, String body) {}

  /** The broker does not say that it has what was said: it may have it. */
  static final class NotConfirmed extends Exception {
    private static final long serialVersionUID = 1L;

    NotConfirmed(Throwable cause) {
      super("not confirmed: " + cause, cause);
    }
  }

  Speech(Channel channel, @Nullable String user) throws IOException {
    this.channel = channel;
    this.properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .userId(user)
            .appId("ingot")
            .build();
    channel.confirmSelect();
    channel.addReturnListener(each -> returned.add(each.getRoutingKey()));
  }

  /**
   * Says something.
   *
   * @return the keys that nobody listens to
   */
  Set<String> say(Collection<Line> lines) throws NotConfirmed {
    returned.clear();
    try {
      for (Line line : lines) {
        byte[] body = line.body().getBytes(StandardCharsets.UTF_8);
        channel.basicPublish(Said.EXCHANGE, line.key(), true, properties, body);
      }
      if (!channel.waitForConfirms(CONFIRM_MILLIS)) {
        // Qpid refuses what it gives back, and gives it back later: before it answers this.
        channel.confirmSelect();
        if (returned.isEmpty()) {
          throw new NotConfirmed(new IOException("the broker refuses it"));
        }
      }
      return Set.copyOf(returned);
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      throw new NotConfirmed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotConfirmed(e);
    }
  }

  /** Ends the connection. */
  void end() {
    channel.getConnection().abort(320, "what was said is not confirmed", 1_000);
  }

  /** Says one thing; whether somebody listens. */
  boolean say(String key, String body) throws NotConfirmed {
    return say(List.of(new Line(key, body))).isEmpty();
  }
}
