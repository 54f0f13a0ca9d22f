package dev.ingot.agentamqp.ur;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node says, in its order: each thing is said until the broker has it, by the next
 * connection if need be. What has no room is left out, the oldest first.
 */
final class Voice implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Voice.class);

  /** Where Ur speaks; every broker has it. */
  static final String EXCHANGE = "amq.topic";

  private static final int MOST_OCTETS = 8 << 20;
  private static final int MOST = 4_096;
  private static final long CONFIRM_MILLIS = 15_000;
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final AMQP.BasicProperties properties;
  private final Deque<Said> waiting = new ArrayDeque<>();
  private final Thread thread;
  private int octets;
  private @Nullable Channel channel;
  private boolean closed;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Said(String key, byte[] body, Runnable then) {}

  /**
   * @param user the account at the broker, null if it goes without saying
   */
  Voice(@Nullable String user) {
    this.properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .userId(user)
            .appId("ingot")
            .build();
    this.thread = Thread.ofVirtual().name("agent-ur").unstarted(this::work); // close() ends it
  }

  void start() {
    thread.start();
  }

  /**
   * Says something as soon as it can be said.
   *
   * @param then done when the broker has it
   */
  synchronized void say(String key, byte[] body, Runnable then) {
    waiting.add(new Said(key, body, then));
    octets += body.length;
    while (waiting.size() > MOST || (octets > MOST_OCTETS && waiting.size() > 1)) {
      Said oldest = waiting.remove();
      octets -= oldest.body().length;
      log.warn(
          "what was to be said as {} is left out: too much waits for the broker", oldest.key());
    }
    notifyAll();
  }

  /** There is a connection; the channel confirms. */
  synchronized void by(Channel open) {
    channel = open;
    notifyAll();
  }

  synchronized void lost() {
    channel = null;
  }

  private void work() {
    try {
      while (true) {
        Said next;
        Channel open;
        synchronized (this) {
          while (!closed && (waiting.isEmpty() || channel == null)) {
            wait();
          }
          if (closed) {
            return;
          }
          next = waiting.element();
          open = channel;
        }
        if (open != null && said(open, next)) {
          synchronized (this) {
            if (waiting.remove(next)) {
              octets -= next.body().length;
            }
          }
          next.then().run();
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private boolean said(Channel open, Said next) throws InterruptedException {
    try {
      open.basicPublish(EXCHANGE, next.key(), properties, next.body());
      open.waitForConfirmsOrDie(CONFIRM_MILLIS);
      return true;
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      log.debug("{} is said again by the next connection", next.key(), e);
      synchronized (this) {
        if (open.equals(channel)) {
          channel = null;
        }
      }
      open.getConnection().abort(320, "what was said is not confirmed", 1_000);
      return false;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      if (!thread.join(PATIENCE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
