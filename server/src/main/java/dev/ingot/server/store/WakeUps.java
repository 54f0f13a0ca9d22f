package dev.ingot.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says "look again" to whoever waits for a topic, in this process and in all others. It is a hint:
 * whoever waits also looks by itself every second. Within the process it is at once; to the others
 * by NOTIFY after the commit, many in one, at most every 5 ms and less often where the database is
 * busy, since a NOTIFY inside a transaction makes all commits queue up behind each other. What this
 * process said itself it does not listen to.
 */
public final class WakeUps implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WakeUps.class);
  private static final String CHANNEL = "ingot";
  private static final Duration AT_MOST_EVERY = Duration.ofMillis(5);
  private static final Duration AT_LEAST_EVERY = Duration.ofMillis(50);

  /** It rests so many times as long as it took. */
  private static final int REST = 4;

  private static final Duration RECONNECT = Duration.ofSeconds(1);
  private static final int LISTEN_MILLIS = 500;
  private static final int TURNS_TO_CHECK = 30;
  private static final int CHECK_SECONDS = 5;

  private final Store store;
  private final Map<String, List<Runnable>> waiting = new ConcurrentHashMap<>();
  private final Set<String> pending = ConcurrentHashMap.newKeySet();
  private final LinkedBlockingQueue<Boolean> something = new LinkedBlockingQueue<>(1);

  /** Ends what this process says. */
  private final String self = " " + UUID.randomUUID();

  private final Thread sender;
  private final Thread listener;
  private volatile boolean closed;

  private WakeUps(Store store) {
    this.store = store;
    this.sender = Thread.ofVirtual().name("wake-up-sender").start(this::send); // close() ends both
    this.listener = Thread.ofVirtual().name("wake-up-listener").start(this::listen);
  }

  public static WakeUps start(Store store) {
    return new WakeUps(store);
  }

  /** Has something run, quickly, whenever the topic is woken; closing ends it. */
  public AutoCloseable on(String topic, Runnable look) {
    List<Runnable> all = waiting.computeIfAbsent(topic, t -> new CopyOnWriteArrayList<>());
    all.add(look);
    return () -> all.remove(look);
  }

  /** Wakes the topic when the handle's transaction commits; at once when it is in none. */
  public void afterCommit(Handle handle, String topic) {
    if (handle.isInTransaction()) {
      handle.afterCommit(() -> wake(topic));
    } else {
      wake(topic);
    }
  }

  /** Wakes the topic here, and in a moment everywhere. */
  public void wake(String topic) {
    wakeHere(topic);
    pending.add(topic);
    something.offer(true);
  }

  private void wakeHere(String topic) {
    waiting.getOrDefault(topic, List.of()).forEach(Runnable::run);
  }

  private void send() {
    try {
      while (!closed) {
        something.take();
        List<String> topics = List.copyOf(pending);
        topics.forEach(pending::remove);
        long began = System.nanoTime();
        notifyOthers(topics);
        long rest = REST * (System.nanoTime() - began);
        TimeUnit.NANOSECONDS.sleep(
            Math.clamp(rest, AT_MOST_EVERY.toNanos(), AT_LEAST_EVERY.toNanos()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private void notifyOthers(List<String> topics) {
    try {
      store
          .engine()
          .useHandle(
              handle ->
                  handle
                      .createQuery(
                          "SELECT count(pg_notify(:channel, topic || :self))"
                              + " FROM unnest(:topics) topic")
                      .bind("channel", CHANNEL)
                      .bind("self", self)
                      .bindArray("topics", String.class, topics)
                      .mapTo(Long.class)
                      .one());
    } catch (RuntimeException e) { // Problem or JdbiException: others look by themselves
      log.debug("wake-up of {} was not sent", topics, e);
    }
  }

  private void listen() {
    boolean away = false;
    while (!closed) {
      try (Connection connection = store.direct("listen")) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("LISTEN " + CHANNEL);
        }
        if (away) {
          log.info("the database answers again");
          away = false;
        }
        waiting.keySet().forEach(this::wakeHere); // what was said while nobody listened
        hear(connection);
      } catch (SQLException e) {
        if (!closed) {
          if (!away) { // said once: it may be away for hours
            log.warn("the database does not answer, trying again until it does: {}", first(e));
          }
          away = true;
          pause();
        }
      }
    }
  }

  private static String first(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void hear(Connection connection) throws SQLException {
    PGConnection listening = connection.unwrap(PGConnection.class);
    for (int turn = 1; !closed; turn++) {
      PGNotification[] heard = listening.getNotifications(LISTEN_MILLIS);
      for (PGNotification one : heard == null ? new PGNotification[0] : heard) {
        if (!one.getParameter().endsWith(self)) {
          wakeHere(one.getParameter().split(" ", 2)[0]);
        }
      }
      // a peer that vanished without a word is only found by asking it
      if (turn % TURNS_TO_CHECK == 0 && !connection.isValid(CHECK_SECONDS)) {
        throw new SQLException("the connection is dead");
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(RECONNECT);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    sender.interrupt();
    try {
      listener.join(Duration.ofMillis(2L * LISTEN_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    listener.interrupt();
  }
}
