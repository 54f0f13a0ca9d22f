package dev.ingot.server.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.ingot.server.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out a pool's connections in the order in which they were asked for, for a bounded time: the
 * pool, not the number of threads, is the limit of what runs at once.
 */
final class BoundedConnections implements ConnectionFactory, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BoundedConnections.class);

  /** So long the pool itself is asked at a time: who waits hears as soon that the server stops. */
  static final Duration AT_A_TIME = Duration.ofMillis(500);

  /** More than there are threads: all who wait for their turn have it. */
  private static final int EVERYBODY = 1 << 24;

  private final HikariDataSource pool;
  private final String name;
  private final Duration wait;
  private final Semaphore free;
  private final Set<Connection> handedOut = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean hurried;

  /** Found in a hurry: nobody has to find it again. */
  private volatile boolean away;

  /**
   * @param pool which itself waits {@link #AT_A_TIME} for a connection
   * @param wait how long one is waited for in all
   */
  BoundedConnections(HikariDataSource pool, String name, Duration wait) {
    this.pool = pool;
    this.name = name;
    this.wait = wait;
    this.free = new Semaphore(pool.getMaximumPoolSize(), true);
  }

  @Override
  public Connection openConnection() {
    long asked = System.nanoTime();
    try {
      if (!free.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw Problem.unavailable(
            "the server is busy: no %s database connection within %d s"
                .formatted(name, wait.toSeconds()),
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable("interrupted while waiting for a database connection", e);
    }
    boolean opened = false;
    try {
      Connection connection = fromPool(asked);
      handedOut.add(connection);
      opened = true;
      return connection;
    } catch (SQLException e) {
      throw Problem.unavailable("the database does not answer", e);
    } finally {
      if (!opened) {
        free.release();
      }
    }
  }

  private Connection fromPool(long asked) throws SQLException {
    if (away) {
      throw new SQLTransientConnectionException("the server stops and the database is away");
    }
    while (true) {
      try {
        return pool.getConnection();
      } catch (SQLTransientConnectionException e) {
        away = hurried && pool.getHikariPoolMXBean().getTotalConnections() == 0;
        if (hurried || System.nanoTime() - asked >= wait.toNanos()) {
          throw e;
        }
      }
    }
  }

  @Override
  public void closeConnection(Connection connection) throws SQLException {
    handedOut.remove(connection);
    try {
      connection.close();
    } finally {
      free.release();
    }
  }

  /**
   * From now on nobody waits, except for {@link #AT_A_TIME}, and who waits already waits no longer.
   * What is still being done with a connection after the given time ends with an error: the
   * database may have vanished without a word, and nothing else would end it.
   */
  void hurry(Duration underWay) {
    if (hurried) {
      return;
    }
    hurried = true;
    free.release(EVERYBODY); // the pool remains the limit of what runs
    // Ends with its work, or by close().
    Thread.ofVirtual().name("hurry-" + name).start(() -> abortAfter(underWay));
  }

  private void abortAfter(Duration underWay) {
    try {
      if (closed.await(underWay.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Connection connection : handedOut) {
      try {
        log.warn("a {} connection is cut: the server stops", name);
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        log.debug("cutting a connection", e);
      }
    }
  }

  /** How many connections are in use now. */
  int inUse() {
    return handedOut.size();
  }

  /** How many threads wait for one now. */
  int waiting() {
    return free.getQueueLength();
  }

  @Override
  public void close() {
    closed.countDown();
    pool.close();
  }
}
