package dev.ingot.app;

import dev.ingot.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Kills a random one of several servers and starts it again, meanwhile measuring how long the steps
 * in which it acted remain its.
 */
final class RandomKills implements AutoCloseable {
  /** The servers, by their numbers. */
  interface Servers {
    IngotProcess start(int number) throws Exception;

    /** What a step's owner ends with that this server acts in. */
    String name(int number) throws Exception;
  }

  private static final Duration TOO_LONG = Duration.ofMinutes(1);

  private final TestDatabase database;
  private final Servers servers;
  private final Random random;
  private final List<AtomicReference<IngotProcess>> running = new ArrayList<>();
  private final ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Long> takeovers = Collections.synchronizedList(new ArrayList<>());
  private int kills;

  RandomKills(TestDatabase database, List<IngotProcess> first, Servers servers, Random random) {
    this.database = database;
    this.servers = servers;
    this.random = random;
    first.forEach(process -> running.add(new AtomicReference<>(process)));
  }

  private record Acting(long run, int step, long fence) {}

  int kills() {
    return kills;
  }

  /** For each step that a dead server acted in, milliseconds until it no longer was its. */
  List<Long> takeovers() {
    synchronized (takeovers) {
      return takeovers.stream().sorted().toList();
    }
  }

  /** Kills one, if another is left to go on; whether it did. */
  boolean kill() throws Exception {
    if (failure.get() != null) {
      throw new AssertionError("beside the kills", failure.get());
    }
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      if (running.get(i).get() != null) {
        alive.add(i);
      }
    }
    if (alive.size() < 2) {
      return false;
    }
    int victim = alive.get(random.nextInt(alive.size()));
    IngotProcess process = running.get(victim).getAndSet(null);
    String name = servers.name(victim);
    process.killHard();
    long since = System.nanoTime();
    kills++;
    beside.execute(() -> watched(() -> watch(name, since)));
    beside.execute(
        () ->
            watched(
                () -> {
                  process.close();
                  running.get(victim).set(servers.start(victim));
                }));
    return true;
  }

  private interface Watching {
    void run() throws Exception;
  }

  private void watched(Watching what) {
    try {
      what.run();
    } catch (Exception | AssertionError e) {
      failure.compareAndSet(null, e);
    }
  }

  private void watch(String name, long since) throws SQLException, InterruptedException {
    try (Connection connection = database.connect()) {
      List<Acting> left = actingOf(connection, name);
      while (!left.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(50);
        List<Acting> still = still(connection, left);
        long held = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        for (int taken = still.size(); taken < left.size(); taken++) {
          takeovers.add(held);
        }
        left = still;
        if (held > TOO_LONG.toMillis()) {
          throw new AssertionError("nobody takes over " + left);
        }
      }
    }
  }

  private static List<Acting> actingOf(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select run, step, fence from run_step where status = 2 and owner like ?")) {
      statement.setString(1, "%" + name);
      return read(statement);
    }
  }

  private static List<Acting> still(Connection connection, List<Acting> acting)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select s.run, s.step, s.fence from run_step s join unnest(?, ?, ?) o (run, step,"
                + " fence) using (run, step, fence) where s.status = 2")) {
      statement.setArray(
          1, connection.createArrayOf("int8", acting.stream().map(Acting::run).toArray()));
      statement.setArray(
          2, connection.createArrayOf("int4", acting.stream().map(Acting::step).toArray()));
      statement.setArray(
          3, connection.createArrayOf("int8", acting.stream().map(Acting::fence).toArray()));
      return read(statement);
    }
  }

  private static List<Acting> read(PreparedStatement statement) throws SQLException {
    List<Acting> found = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(new Acting(rows.getLong(1), rows.getInt(2), rows.getLong(3)));
      }
    }
    return found;
  }

  /** Waits until those that were killed run again, and says what went wrong beside the kills. */
  @Override
  public void close() {
    beside.close();
    if (failure.get() != null) {
      throw new AssertionError("beside the kills", failure.get());
    }
  }
}
