package dev.ingot.amqp;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's connection to a broker, made in the background and made again for ever, after a random
 * time between a second and a ceiling that doubles to half a minute. Nothing of an old connection
 * is carried over: the user declares and consumes anew.
 */
public final class BrokerConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
  private static final long SHORTEST = 1_000;
  private static final long LONGEST = 30_000;
  private static final Duration CLOSE = Duration.ofSeconds(3);

  /** Whoever uses a connection; told by its thread, in order. */
  public interface User {
    /**
     * There is a connection: declare, consume, publish from now on. What this throws ends the
     * connection, and another one is made.
     */
    void connected(BrokerSession session) throws IOException, TimeoutException;

    /** The connection that was there is gone. */
    void lost(String reason);
  }

  private final ConnectionFactory factory;
  private final BodyMark mark;
  private final BrokerOptions options;
  private final User user;
  private final RandomGenerator random;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable Thread thread;
  private volatile @Nullable Connection connection;
  private volatile @Nullable String trouble = "not connected yet";

  /**
   * @param random spreads those who come back
   */
  public BrokerConnection(BrokerOptions options, User user, RandomGenerator random) {
    this.options = options;
    this.user = user;
    this.random = random;
    this.mark = options.newMark();
    this.factory = options.factory(mark);
  }

  /** Begins to connect; {@link #close} ends it. */
  public void start() {
    thread = Thread.ofVirtual().name("broker-" + options.purpose()).start(this::work);
  }

  public boolean isUp() {
    return trouble == null;
  }

  /** Why there is no connection; null when there is one. */
  public @Nullable String trouble() {
    return trouble;
  }

  /** Ends the connection that there is, if any; another one is made. */
  public void reconnect(String why) {
    Connection open = connection;
    if (open != null) {
      open.abort(320, why, 1_000);
    }
  }

  private void work() {
    long ceiling = SHORTEST * 2;
    try {
      while (closing.getCount() > 0) {
        if (once()) {
          ceiling = SHORTEST * 2;
        }
        if (closing.await(random.nextLong(SHORTEST, ceiling + 1), TimeUnit.MILLISECONDS)) {
          return;
        }
        ceiling = Math.min(LONGEST, ceiling * 2);
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  /** Connects and returns when the connection has ended; false if there was none. */
  private boolean once() throws InterruptedException {
    Connection open;
    try {
      open = factory.newConnection(options.address().hosts(), options.purpose());
    } catch (IOException | TimeoutException | RuntimeException e) {
      failed("cannot connect to " + options.address() + ": " + Reasons.of(e));
      log.debug("connect", e);
      return false;
    }
    connection = open;
    if (closing.getCount() == 0) {
      open.abort(1_000);
      return false;
    }
    CountDownLatch end = new CountDownLatch(1);
    open.addShutdownListener(cause -> end.countDown());
    boolean used = false;
    try {
      user.connected(new BrokerSession(open, mark, options));
      used = true;
      if (trouble != null) {
        log.info("connected to {} for {}", options.address(), options.purpose());
      }
      trouble = null;
    } catch (IOException | TimeoutException | RuntimeException e) {
      failed("at " + options.address() + ": " + Reasons.of(e));
      log.debug("begin at {}", options.address(), e);
      open.abort(2_000);
    }
    end.await();
    connection = null;
    String reason = Reasons.of(open.getCloseReason());
    if (used && closing.getCount() > 0) {
      failed("the connection to " + options.address() + " ended: " + reason);
    }
    user.lost(reason);
    return used;
  }

  /** Says it once, not at each attempt. */
  private void failed(String why) {
    if (!why.equals(trouble)) {
      log.warn("{}: {}", options.purpose(), why);
    }
    trouble = why;
  }

  @Override
  public void close() {
    closing.countDown();
    Connection open = connection;
    if (open != null) {
      try {
        open.close(200, "closed", (int) CLOSE.toMillis());
      } catch (IOException | AlreadyClosedException e) {
        log.debug("close", e);
      }
    }
    Thread running = thread;
    if (running != null) {
      try {
        if (!running.join(CLOSE)) {
          running.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
