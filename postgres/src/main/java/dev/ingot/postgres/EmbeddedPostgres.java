package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own: unpacked, initialised, started, watched and stopped. It listens on
 * loopback only and knows one user, whose password lies in a file that only the owner can read.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final List<Duration> RESTARTS =
      List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(30));
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private final FolderLock lock;
  private final Cluster cluster;
  private final int port;
  private final String password;
  private volatile ServerProcess server;
  private volatile boolean closing;
  private volatile @Nullable String trouble;
  private final Thread watcher;

  private EmbeddedPostgres(
      FolderLock lock, Cluster cluster, int port, String password, ServerProcess server) {
    this.lock = lock;
    this.cluster = cluster;
    this.port = port;
    this.password = password;
    this.server = server;
    this.watcher =
        Thread.ofVirtual().name("postgres-watcher").start(this::watch); // close() ends it
  }

  /**
   * Starts it and waits until it takes connections: about 2 s the first time (and unpacking), else
   * 0.1–0.6 s, longer after a crash.
   *
   * @throws PostgresException with one line that says what a person has to do
   */
  public static EmbeddedPostgres start(EmbeddedPostgresSettings settings) {
    Path folder = settings.folder();
    Account account = Account.choose();
    FolderLock lock = null;
    try {
      makeFolder(folder, account);
      makeFolder(settings.binaries(), account);
      lock = FolderLock.take(folder.resolve("lock"), folder);
      account.mustReach(folder);
      account.mustReach(settings.binaries());
      Binaries binaries = Binaries.unpackedIn(settings.binaries());
      Cluster cluster = new Cluster(folder, account, binaries);
      Leftovers.stop(cluster.data());
      cluster.prepare(settings.durable());
      int port = Port.of(cluster.portFile());
      cluster.configure(port, settings.durable(), settings.parameters());
      ServerProcess server = ServerProcess.start(cluster.serverCommand(), cluster.data());
      EmbeddedPostgres postgres =
          new EmbeddedPostgres(lock, cluster, port, cluster.password(), server);
      lock = null;
      return postgres;
    } catch (IOException e) {
      throw new PostgresException("embedded PostgreSQL in " + folder + ": " + Reason.of(e), e);
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /**
   * Stops what a dead owner left in the folder and deletes it all.
   *
   * @throws PostgresException if another process owns the folder
   */
  public static void discard(Path folder) {
    try (FolderLock _ = FolderLock.take(folder.resolve("lock"), folder)) {
      Leftovers.stop(Cluster.dataIn(folder));
      Folders.delete(folder);
    } catch (IOException e) {
      throw new PostgresException("delete " + folder + ": " + Reason.of(e), e);
    }
  }

  private static void makeFolder(Path folder, Account account) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(
          folder, PosixFilePermissions.fromString(account.isOther() ? "rwx--x--x" : "rwx------"));
    }
  }

  /** Starts the server again when it ends by itself: at once, then ever more slowly. */
  private void watch() {
    int restarts = 0;
    long lastEnd = System.nanoTime();
    try {
      while (true) {
        server.awaitEnd();
        if (closing) {
          return;
        }
        long now = System.nanoTime();
        restarts = now - lastEnd > LONG_ENOUGH.toNanos() ? 0 : restarts;
        lastEnd = now;
        Duration pause = RESTARTS.get(Math.min(restarts++, RESTARTS.size() - 1));
        String why = trouble == null ? server.complaint() : trouble;
        trouble = why;
        log.error(
            "the embedded PostgreSQL ended ({}); started again in {} s", why, pause.toSeconds());
        Thread.sleep(pause);
        restart();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private synchronized void restart() {
    if (closing) {
      return;
    }
    try {
      Leftovers.stop(cluster.data());
      server = ServerProcess.start(cluster.serverCommand(), cluster.data());
      trouble = null;
    } catch (IOException | PostgresException e) {
      trouble = String.valueOf(e.getMessage()); // the watcher sees the ended server again
    }
  }

  /** Why it takes no connections, empty while it does. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble)
        .or(() -> server.isAlive() ? Optional.empty() : Optional.of("PostgreSQL has ended"));
  }

  /** Makes the database when it is not there. The name is ours: no user's input. */
  public EmbeddedPostgres withDatabase(String name) {
    try (Connection connection = DriverManager.getConnection(url("postgres"), user(), password);
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
        if (found.next()) {
          return this;
        }
      }
      statement.execute("CREATE DATABASE \"" + name + "\"");
      return this;
    } catch (SQLException e) {
      throw new PostgresException("make the database " + name + ": " + e.getMessage(), e);
    }
  }

  /** JDBC URL of one of its databases, without user and password. */
  public String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  public String user() {
    return Cluster.USER;
  }

  public String password() {
    return password;
  }

  /** The postmaster's process id. */
  public long pid() {
    return server.pid();
  }

  /** Fast shutdown, within five seconds where the disk allows. */
  @Override
  public void close() {
    closing = true;
    watcher.interrupt();
    synchronized (this) {
      server.stop();
      Leftovers.stop(cluster.data());
      lock.close();
    }
  }

  @Override
  public String toString() {
    return "embedded PostgreSQL on port " + port;
  }
}
