package dev.ingot.server.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import dev.ingot.amqp.BrokerConnection;
import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Reasons;
import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.EventFilter;
import java.io.IOException;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events to the exchange {@code ingot.events}: confirmed by the broker, in order for each node,
 * each at least once, and those of an outage when it is over. Nobody waits for it.
 */
final class EventRelay implements BrokerConnection.User, AutoCloseable {
  static final String EXCHANGE = "ingot.events";

  private static final Logger log = LoggerFactory.getLogger(EventRelay.class);
  private static final int BATCH = 500;
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration RENEW = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long CONFIRM_MILLIS = 20_000;
  private static final int PERSISTENT = 2;
  private static final int TRANSIENT = 1;

  private final Jdbi jdbi;
  private final EventFeed feed;
  private final String owner;
  private final boolean durable;
  private final BrokerNeeds needs;
  private final LongAdder sent = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private volatile boolean closed;
  private volatile boolean forget;
  private volatile @Nullable Exit exit;
  private @Nullable Thread thread;
  private List<Parts.Held> held = List.of();
  private long renewAt;
  private @Nullable String complaint;

  /** Where events go out, while there is a connection. */
  private record Exit(BrokerSession session, Channel channel) {}

  EventRelay(Jdbi jdbi, EventFeed feed, String owner, boolean durable, BrokerNeeds needs) {
    this.jdbi = jdbi;
    this.feed = feed;
    this.owner = owner;
    this.durable = durable;
    this.needs = needs;
  }

  void start() {
    renewAt = System.nanoTime();
    thread = Thread.ofVirtual().name("event-relay").start(this::run); // close() ends it
  }

  /** Events that the broker has confirmed. */
  long sent() {
    return sent.sum();
  }

  /** Positions that were no longer kept when their turn came. */
  long lost() {
    return lost.sum();
  }

  /** How many positions the slowest part is behind; NaN when nobody can say. */
  double behind() {
    try {
      return jdbi.withHandle(Parts::behind);
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }

  /** The database was replaced: all that is known of it is old. */
  void forget() {
    forget = true;
  }

  @Override
  public void connected(BrokerSession session) throws IOException {
    needs.meet(session, EXCHANGE);
    Channel channel = session.channel();
    channel.confirmSelect();
    exit = new Exit(session, channel);
    feed.signal();
  }

  @Override
  public void lost(String reason) {
    exit = null;
  }

  private void run() {
    try {
      while (!closed) {
        try {
          if (forget) {
            forget = false;
            held = List.of();
            renewAt = System.nanoTime();
          }
          turn();
          complaint = null;
        } catch (JdbiException | IllegalStateException e) {
          complain("events wait for the database: " + e.getMessage());
          held = List.of();
          renewAt = System.nanoTime();
          TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  private void turn() throws InterruptedException {
    if (System.nanoTime() - renewAt >= 0) {
      renewAt = System.nanoTime() + RENEW.toNanos();
      held = jdbi.inTransaction(handle -> Parts.take(handle, owner, LEASE));
    }
    Exit open = exit;
    if (open == null || !open.session().isOpen() || held.isEmpty()) {
      feed.await(Long.MAX_VALUE, PAUSE, () -> closed || (exit != null && !held.isEmpty()));
      return;
    }
    long from = held.stream().mapToLong(Parts.Held::position).min().orElseThrow();
    EventFeed.Batch batch = feed.after(from, EventFilter.ALL, BATCH);
    if (batch.position() == from) {
      feed.await(from, PAUSE, () -> closed || !open.session().isOpen());
      return;
    }
    if (skipped(from, batch)) {
      return;
    }
    if (publish(open, batch.events())) {
      moved(batch.position());
    }
  }

  /** Retention dropped what was not yet relayed: goes on with what there is, and says so. */
  private boolean skipped(long from, EventFeed.Batch batch) {
    boolean whole = !batch.events().isEmpty() && batch.events().getFirst().position() == from + 1;
    if (whole) {
      return false;
    }
    EventFeed.Start start = feed.from(from);
    if (!start.gone()) {
      return false;
    }
    jdbi.useTransaction(
        handle -> {
          for (Parts.Held each : held) {
            if (each.position() < start.position() || start.position() < from) {
              Parts.lost(handle, each, start.position());
            }
          }
        });
    long missing = Math.max(0, start.position() - from);
    lost.add(missing);
    log.error("{} events after {} were no longer kept when they could be relayed", missing, from);
    renewAt = System.nanoTime();
    return true;
  }

  /** True when the broker has all of them. */
  private boolean publish(Exit open, List<Event> events) throws InterruptedException {
    Map<Integer, Long> positions = new HashMap<>();
    held.forEach(each -> positions.put(each.part(), each.position()));
    int published = 0;
    try {
      for (Event event : events) {
        Long position = positions.get(Parts.of(event));
        if (position != null && position < event.position()) {
          open.channel()
              .basicPublish(
                  EXCHANGE,
                  RoutingKey.of(event),
                  properties(event),
                  Json.MAPPER.writeValueAsBytes(event));
          published++;
        }
      }
      if (published > 0) {
        open.channel().waitForConfirmsOrDie(CONFIRM_MILLIS);
      }
      sent.add(published);
      return true;
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      if (open.session().isOpen()) {
        log.warn("the broker does not confirm events: {}; connecting again", Reasons.of(e));
        open.session().end("events were not confirmed");
      }
      log.debug("relay", e);
      return false;
    }
  }

  private AMQP.BasicProperties properties(Event event) {
    return new AMQP.BasicProperties.Builder()
        .contentType("application/json")
        .deliveryMode(durable ? PERSISTENT : TRANSIENT)
        .messageId(event.id())
        .timestamp(Date.from(event.time()))
        .type(event.type() + "." + event.action())
        .appId("ingot")
        .build();
  }

  private void moved(long position) {
    List<Parts.Held> ours = held;
    boolean all = jdbi.inTransaction(handle -> Parts.moved(handle, ours, position));
    if (all) {
      held =
          ours.stream()
              .map(
                  each ->
                      new Parts.Held(
                          each.part(), Math.max(each.position(), position), each.fence()))
              .toList();
    } else {
      held = List.of();
      renewAt = System.nanoTime();
    }
  }

  private void complain(String why) {
    if (complaint == null && !closed) {
      log.warn("{}", why);
    }
    complaint = why;
  }

  /** What is under way is confirmed; then another server may go on at once. */
  @Override
  public void close() {
    closed = true;
    feed.signal();
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      if (!running.join(Duration.ofSeconds(3))) {
        running.interrupt();
        running.join(Duration.ofSeconds(1));
      }
      jdbi.useTransaction(handle -> Parts.release(handle, owner));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.debug("give the parts back", e); // their lease ends by itself
    }
  }
}
