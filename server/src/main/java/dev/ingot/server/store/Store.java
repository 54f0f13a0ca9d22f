package dev.ingot.server.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.ingot.postgres.EmbeddedPostgres;
import dev.ingot.postgres.EmbeddedPostgresSettings;
import dev.ingot.postgres.PostgresException;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.problem.StartFailure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The database: embedded or external, migrated, behind three pools so that no kind of work can
 * starve another. What a pool cannot give in time is {@link Problem#unavailable}.
 */
public final class Store implements AutoCloseable {
  private final @Nullable EmbeddedPostgres embedded;
  private final Address address;
  private final BoundedConnections api;
  private final BoundedConnections engine;
  private final BoundedConnections ingest;
  private final DiskPressure diskPressure;
  private final List<Runnable> afterRestore = new CopyOnWriteArrayList<>();
  private final AtomicLong restores = new AtomicLong();
  private final Probe probe;
  private final Jdbi apiJdbi;
  private final Jdbi engineJdbi;
  private final Jdbi ingestJdbi;

  private Store(
      @Nullable EmbeddedPostgres embedded,
      Address address,
      DatabaseSettings settings,
      Path dataFolder) {
    this.diskPressure = DiskPressure.of(embedded == null ? null : dataFolder);
    this.embedded = embedded;
    this.address = address;
    this.probe = new Probe(address);
    this.api = pool("api", settings.apiConnections(), settings.apiWait());
    this.engine = pool("engine", settings.engineConnections(), settings.backgroundWait());
    this.ingest = pool("ingest", settings.ingestConnections(), settings.backgroundWait());
    this.apiJdbi = Jdbi.create(api);
    this.engineJdbi = Jdbi.create(engine);
    this.ingestJdbi = Jdbi.create(ingest);
  }

  /**
   * Starts or reaches the database and brings its schema up to date.
   *
   * @param dataFolder holds the embedded database in {@code postgres}
   * @throws StartFailure with one line for the person who starts the server
   */
  public static Store open(DatabaseSettings settings, Path dataFolder) {
    return open(settings, dataFolder, () -> false);
  }

  /**
   * The same, given up soon after whoever starts has been asked to stop.
   *
   * @param unwanted whether that was so
   */
  public static Store open(DatabaseSettings settings, Path dataFolder, BooleanSupplier unwanted) {
    EmbeddedPostgres embedded = null;
    boolean opened = false;
    try {
      Address address;
      String url = settings.url();
      if (url == null) {
        embedded =
            EmbeddedPostgres.start(EmbeddedPostgresSettings.in(dataFolder.resolve("postgres")))
                .withDatabase("ingot");
        address = new Address(embedded.url("ingot"), embedded.user(), embedded.password());
      } else {
        address = Address.external(url, settings);
        Reaching.reach(address, settings.startWait(), unwanted);
      }
      Migrations.apply(address, unwanted);
      Store store = new Store(embedded, address, settings, dataFolder);
      opened = true;
      return store;
    } catch (PostgresException | StoreException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    } finally {
      if (!opened && embedded != null) {
        embedded.close();
      }
    }
  }

  /** Over a database whose schema is up to date. */
  static Store over(Address address, DatabaseSettings settings) {
    return new Store(null, address, settings, Path.of("."));
  }

  /**
   * What engine and ingest do goes by key. A plan that was made while a table was empty reads all
   * of it, and is kept when the table has grown: not for them. (Where there is no index it still
   * does.)
   */
  private static final String BY_KEY = "; SET enable_seqscan = off; SET jit = off";

  /**
   * A machine that vanishes in the middle of a transaction closes nothing: what it had locked is
   * free again after some seconds.
   */
  private static final String DEAD_PEER =
      " SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 5";

  private BoundedConnections pool(String name, int size, Duration wait) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setDataSource(new PoolSource(address, name));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1); // each backend costs memory
    config.setIdleTimeout(Duration.ofMinutes(2).toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    config.setConnectionTimeout(BoundedConnections.AT_A_TIME.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(
        "SET statement_timeout = '60s'; SET lock_timeout = '20s';"
            + " SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC';"
            + DEAD_PEER
            + (name.equals("api") ? "" : BY_KEY));
    return new BoundedConnections(new HikariDataSource(config), name, wait);
  }

  /** For requests of people and programs. */
  public Jdbi api() {
    return apiJdbi;
  }

  /** For queues, schedules and everything that nobody waits for. */
  public Jdbi engine() {
    return engineJdbi;
  }

  /** For what agents report. */
  public Jdbi ingest() {
    return ingestJdbi;
  }

  /**
   * A pool's numbers of this moment.
   *
   * @param used connections in use
   * @param waiting threads that wait for one
   */
  public record Pool(String name, Supplier<Integer> used, Supplier<Integer> waiting) {}

  /** Its pools, to be measured. */
  public List<Pool> pools() {
    return List.of(
        new Pool("api", api::inUse, api::waiting),
        new Pool("engine", engine::inUse, engine::waiting),
        new Pool("ingest", ingest::inUse, ingest::waiting));
  }

  /** How full the database's disk is. */
  public DiskPressure diskPressure() {
    return diskPressure;
  }

  /**
   * Has something done after the whole content was replaced by a restore: whoever remembers rows
   * forgets them.
   */
  public void afterRestore(Runnable forget) {
    afterRestore.add(forget);
  }

  void restored() {
    restores.incrementAndGet();
    afterRestore.forEach(Runnable::run);
  }

  /** How often this process was told of a restore. */
  long restores() {
    return restores.get();
  }

  /**
   * Why the database cannot be used now; empty while it can. Answers within three seconds, and from
   * the last second's answer.
   */
  public Optional<String> trouble() {
    if (embedded != null && embedded.trouble().isPresent()) {
      return embedded.trouble();
    }
    return probe.trouble();
  }

  /** A connection outside the pools, for LISTEN and whole-database work; the caller closes it. */
  Connection direct(String purpose) throws SQLException {
    return address.connect(purpose);
  }

  /**
   * The server stops: nobody waits for a connection any more, and what a connection is used for
   * ends within two seconds, so that a database that is away keeps nobody from stopping.
   */
  public void hurry() {
    for (BoundedConnections pool : List.of(ingest, engine, api)) {
      pool.hurry(Duration.ofSeconds(2));
    }
  }

  /** The server is about to stop: if the database is away, requests under way hear of it. */
  public void stopping() {
    // Ends by itself: what it asks answers within some seconds.
    Thread.ofVirtual()
        .name("stopping")
        .start(
            () -> {
              if (trouble().isPresent()) {
                hurry();
              }
            });
  }

  /** Closes the pools, then stops the embedded database. */
  @Override
  public void close() {
    diskPressure.close();
    // At the same time: each may have to wait a moment for a database that is away.
    try (ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
      List.of(ingest, engine, api).forEach(pool -> closing.execute(pool::close));
    }
    if (embedded != null) {
      embedded.close();
    }
  }
}
