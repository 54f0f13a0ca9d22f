package dev.ingot.server.nodes.presence;

import dev.ingot.server.events.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes this server's lease and finds the nodes that were lost without a word: their connection
 * went silent, or their server died. Every server does it for all; the database's clock decides.
 */
public final class PresenceKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PresenceKeeper.class);

  /** Lost nodes per transaction, so that none of them is long. */
  private static final int BATCH = 2_000;

  private final Jdbi jdbi;
  private final Outbox outbox;
  private final ServerIdentity server;
  private final PresenceSettings settings;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  public PresenceKeeper(
      Jdbi jdbi, Outbox outbox, ServerIdentity server, PresenceSettings settings) {
    this.jdbi = jdbi;
    this.outbox = outbox;
    this.server = server;
    this.settings = settings;
    // Stopped by close().
    this.thread = Thread.ofVirtual().name("presence").unstarted(this::run);
  }

  /** Writes the lease of this incarnation, which begins the grace of its former sessions. */
  public void start() {
    jdbi.useTransaction(this::renew);
    thread.start();
  }

  private void run() {
    boolean failing = false;
    do {
      try {
        tick();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.warn("presence cannot be kept, trying again: {}", e.getMessage());
        }
        failing = true;
      }
    } while (!closedWithin(settings.interval()));
  }

  private boolean closedWithin(Duration wait) {
    try {
      return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** One round; returns how many nodes were found lost. */
  int tick() {
    jdbi.useTransaction(this::renewOwn);
    int found = 0;
    int batch;
    do {
      batch = jdbi.inTransaction(this::reap);
      found += batch;
    } while (batch == BATCH);
    return found;
  }

  /** Renews the lease, and says when another process has it: a data folder was copied. */
  private void renewOwn(Handle handle) {
    boolean taken =
        handle
            .createQuery(
                "SELECT incarnation <> :incarnation FROM server_lease WHERE server = :server")
            .bind("server", server.name())
            .bind("incarnation", server.incarnation())
            .mapTo(Boolean.class)
            .findOne()
            .orElse(false);
    if (taken) {
      LOG.error(
          "another server of this database is called {} too: stop one, delete server.id in its data"
              + " folder and start it again",
          server.name());
    }
    renew(handle);
    handle.execute("DELETE FROM server_lease WHERE seen < now() - interval '30 days'");
  }

  private void renew(Handle handle) {
    handle
        .createUpdate(
            """
            INSERT INTO server_lease AS l (server, incarnation) VALUES (:server, :incarnation)
            ON CONFLICT (server) DO UPDATE SET incarnation = :incarnation, seen = now(),
              -- After a pause (a stopped process, a lost database) agents get their grace again.
              started = CASE WHEN l.incarnation = :incarnation
                              AND l.seen > now() - :lease * interval '1 millisecond'
                             THEN l.started ELSE now() END
            """)
        .bind("server", server.name())
        .bind("incarnation", server.incarnation())
        .bind("lease", settings.lease().toMillis())
        .execute();
  }

  private int reap(Handle handle) {
    List<DatabasePresence.Lost> lost =
        handle
            .createQuery(
                """
                WITH gone AS (
                  SELECT s.node, l.server IS NOT NULL AS silent
                  FROM agent_session s
                  CROSS JOIN (SELECT started FROM server_lease WHERE server = :server) AS mine
                  LEFT JOIN server_lease l
                    ON l.server = s.server AND l.incarnation = s.server_incarnation
                   AND l.seen > now() - :lease * interval '1 millisecond'
                  LEFT JOIN server_lease before ON before.server = s.server
                  WHERE s.online
                    AND s.seen < now() - :silence * interval '1 millisecond'
                    AND CASE WHEN l.server IS NOT NULL
                      -- Its server lives, and has for long enough to have heard from it.
                      THEN l.started < now() - :silence * interval '1 millisecond'
                      -- Its server is dead or another process: time to come back to it or to us.
                      ELSE coalesce(
                             CASE WHEN before.incarnation = s.server_incarnation
                                  THEN before.seen + :lease * interval '1 millisecond'
                                  ELSE before.started END,
                             s.seen) < now() - :grace * interval '1 millisecond'
                           AND mine.started < now() - :grace * interval '1 millisecond' END
                  ORDER BY s.node LIMIT :batch FOR NO KEY UPDATE OF s SKIP LOCKED)
                UPDATE agent_session SET online = false, since = now(),
                  lost_reason = CASE WHEN silent THEN 'silent' ELSE 'server-lost' END
                FROM gone WHERE gone.node = agent_session.node
                RETURNING agent_session.node, lost_reason, seen
                """)
            .bind("server", server.name())
            .bind("lease", settings.lease().toMillis())
            .bind("silence", settings.silence().toMillis())
            .bind("grace", settings.grace().toMillis())
            .bind("batch", BATCH)
            .map((row, context) -> DatabasePresence.lost(row))
            .list();
    DatabasePresence.tell(handle, outbox, lost);
    return lost.size();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
