package dev.ingot.server.mercury;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Asks agents: one request, one reply, a connection of its own, which is closed whatever happens.
 * What is asked may have arrived although no reply came. The protocol is spoken here and not by
 * JeroMQ, whose every socket takes half a dozen files, so that thousands can be asked at once.
 */
final class Dial implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dial.class);

  /** Before an agent that refuses a connection is tried again. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final LongSupplier nanos;
  private final Set<Asking> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closing = new CountDownLatch(1);

  /**
   * @param nanos a monotonic clock
   */
  Dial(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * The reply; null if none that can be read came in time, or this server stops: then the thread is
   * interrupted. As ZeroMQ does, it tries to connect as long as it has time, but asks once.
   */
  @Nullable JsonNode ask(InetAddress address, int port, JsonNode request, Duration patience) {
    byte[] said = MessagePackJson.write(request);
    long until = nanos.getAsLong() + patience.toNanos();
    for (long left = patience.toNanos(); left > 0; left = until - nanos.getAsLong()) {
      boolean connected = false;
      try (Asking asking = new Asking(until, nanos)) {
        open.add(asking);
        try {
          asking.connect(address, port);
          connected = true;
          return MessagePackJson.read(asking.ask(said));
        } finally {
          open.remove(asking);
        }
      } catch (IOException | IllegalArgumentException e) {
        log.trace("{}:{}: {}", address, port, e.toString());
        boolean over = isOver(connected ? 0 : Math.min(left, PAUSE.toNanos()));
        if (connected || over) {
          return null;
        }
      }
    }
    return null;
  }

  /** Waits a while; whether this server stops. */
  boolean isOver(long pause) {
    try {
      if (!closing.await(pause, TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      log.trace("this server stops", e);
    }
    Thread.currentThread().interrupt();
    return true;
  }

  /** Disconnects those that are too late: who takes no octet keeps a thread until then. */
  void look() {
    long now = nanos.getAsLong();
    open.stream().filter(each -> each.isOver(now)).forEach(Dial::close);
  }

  /** Connections to agents. */
  int connections() {
    return open.size();
  }

  private static void close(Asking asking) {
    try {
      asking.close();
    } catch (IOException e) {
      log.debug("close", e);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    open.forEach(Dial::close);
  }
}
