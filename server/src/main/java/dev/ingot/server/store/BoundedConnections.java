package dev.ingot.server.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.ingot.server.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;

/**
 * Hands out a pool's connections in the order in which they were asked for, for a bounded time: the
 * pool, not the number of threads, is the limit of what runs at once.
 */
final class BoundedConnections implements ConnectionFactory, AutoCloseable {
  private final HikariDataSource pool;
  private final String name;
  private volatile Duration wait;
  private final Semaphore free;

  BoundedConnections(HikariDataSource pool, String name, Duration wait) {
    this.pool = pool;
    this.name = name;
    this.wait = wait;
    this.free = new Semaphore(pool.getMaximumPoolSize(), true);
  }

  @Override
  public Connection openConnection() {
    try {
      if (!free.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
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
      Connection connection = pool.getConnection();
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

  @Override
  public void closeConnection(Connection connection) throws SQLException {
    try {
      connection.close();
    } finally {
      free.release();
    }
  }

  /** From now on nobody waits longer than that. */
  void hurry(Duration most) {
    wait = most;
    pool.setConnectionTimeout(most.toMillis());
  }

  /** How many connections are in use now. */
  int inUse() {
    return pool.getMaximumPoolSize() - free.availablePermits();
  }

  /** How many threads wait for one now. */
  int waiting() {
    return free.getQueueLength();
  }

  @Override
  public void close() {
    pool.close();
  }
}
