package dev.ingot.server.store;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that another server of this database restored a backup, so that what this process
 * remembers of the rows before is forgotten too. A restore truncates every table, which gives each
 * another file; a rewrite by hand (VACUUM FULL) looks the same and costs one reading anew.
 */
public final class RestoreWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RestoreWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Store store;
  private final Repeating looking;
  private long known;
  private long ownRestores;

  private RestoreWatch(Store store) {
    this.store = store;
    this.known = file();
    this.ownRestores = store.restores();
    this.looking = Repeating.every(PAUSE, "restores", this::look);
  }

  /** Begins to look. */
  public static RestoreWatch start(Store store) {
    return new RestoreWatch(store);
  }

  private void look() {
    // Counted before the file is read: a restore of our own in between is looked at once more.
    long own = store.restores();
    long now = file();
    if (now == known) {
      return;
    }
    boolean others = own == ownRestores;
    known = now;
    ownRestores = own;
    if (others) {
      log.warn("a backup was restored into the database: what is remembered is forgotten");
      store.restored();
      ownRestores = store.restores();
    }
  }

  private long file() {
    return store
        .engine()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT pg_relation_filenode('node'::regclass)")
                    .mapTo(Long.class)
                    .one());
  }

  @Override
  public void close() {
    looking.close();
  }
}
