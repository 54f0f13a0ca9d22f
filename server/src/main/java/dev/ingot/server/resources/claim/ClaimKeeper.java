package dev.ingot.server.resources.claim;

import dev.ingot.server.access.Principal;
import dev.ingot.server.events.Severity;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.address.Seen;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Links;
import dev.ingot.server.store.AdvisoryLock;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.WakeUps;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to claims by itself: those that wait are served in turn, those that end are warned
 * of and then released. Every server does it, one at a time, by the database's clock.
 */
public final class ClaimKeeper implements AutoCloseable {
  /** Woken when something may be free. */
  public static final String TOPIC = "resources";

  private static final Logger LOG = LoggerFactory.getLogger(ClaimKeeper.class);
  private static final Duration TURN = Duration.ofSeconds(1);
  private static final int LINKED_EVERY = 10;
  private static final int BATCH = 200;

  private final Jdbi jdbi;
  private final Kinds kinds;
  private final Claims claims;
  private final Releases releases;
  private final Tidings tidings;
  private final Object something = new Object();
  private boolean woken;
  private int turns;
  private @Nullable Repeating repeating;
  private @Nullable Thread server;
  private volatile boolean closed;

  ClaimKeeper(Jdbi jdbi, Kinds kinds, Claims claims, Releases releases, Tidings tidings) {
    this.jdbi = jdbi;
    this.kinds = kinds;
    this.claims = claims;
    this.releases = releases;
    this.tidings = tidings;
  }

  /** Starts its threads, which {@link #close} ends. */
  public void start(WakeUps wakeUps) {
    wakeUps.on(TOPIC, this::wake);
    server = Thread.ofVirtual().name("claims").start(this::serveWhenWoken);
    repeating = Repeating.every(TURN, "expiry of claims", this::turn);
  }

  private void wake() {
    synchronized (something) {
      woken = true;
      something.notifyAll();
    }
  }

  private void serveWhenWoken() {
    while (!closed) {
      try {
        synchronized (something) {
          while (!woken && !closed) {
            something.wait();
          }
          woken = false;
        }
        serve();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("claims that wait are looked at again in a second: {}", e.toString());
        }
      }
    }
  }

  private void turn() {
    kinds.forget();
    warn(); // first: what has ended was warned of, however late this comes
    expire();
    timeOut();
    if (turns++ % LINKED_EVERY == 0) {
      jdbi.useTransaction(
          handle -> {
            kinds.all(handle).forEach(kind -> Links.find(handle, kind));
            Seen.forget(handle);
          });
    }
    wake();
  }

  /** Serves those that wait, in the order in which they came, as far as there is something. */
  void serve() {
    for (String kind : jdbi.withHandle(ClaimQueue::kinds)) {
      long after = 0;
      List<Long> waiting;
      do {
        long from = after;
        waiting =
            jdbi.withHandle(
                handle ->
                    ClaimQueue.anyFree(handle, kind)
                        ? ClaimQueue.waiting(handle, kind, from, BATCH)
                        : List.of());
        for (long claim : waiting) {
          jdbi.useTransaction(handle -> serve(handle, kind, claim));
          after = claim;
        }
      } while (waiting.size() == BATCH && !closed);
    }
  }

  private void serve(Handle handle, String name, long id) {
    // One server at a time, and in order.
    if (!AdvisoryLock.inTransaction(handle, "claims.serve")) {
      return;
    }
    // Before the claim is locked: who frees something passes over what is locked.
    AdvisoryLock.awaitInTransaction(handle, "claims." + name);
    Turns.locked(handle, id)
        .filter(Claim::isWaiting)
        .ifPresent(
            claim -> {
              Optional<Kind> kind = kinds.find(handle, claim.kind());
              if (kind.isPresent()) {
                try {
                  Tidings.News news = new Tidings.News();
                  claims.again(handle, kind.get(), Turns.principal(handle, id), claim, news);
                  tidings.write(handle, news);
                } catch (Problem e) {
                  if (e.kind() == Problem.Kind.UNAVAILABLE) {
                    throw e;
                  }
                  // What it asks for is no question any more, e.g. of a pool that is gone.
                  releases.end(
                      handle,
                      Principal.SYSTEM,
                      kind.get(),
                      claim,
                      Releases.End.CANCELLED,
                      true,
                      e.detail());
                }
              }
            });
  }

  /** Releases what has come to its end. */
  void expire() {
    each(
        "SELECT id FROM claim WHERE state = 'held' AND until <= now() ORDER BY until LIMIT ",
        (handle, claim) -> {
          if (claim.isHeld() && isOver(handle, claim)) {
            end(handle, claim, Releases.End.EXPIRED, "it held until " + claim.until());
          }
        });
  }

  /** Warns of those that come to their end soon. */
  void warn() {
    each(
        "SELECT id FROM claim WHERE state = 'held' AND warn <= now() ORDER BY warn LIMIT ",
        (handle, claim) -> {
          handle.execute("UPDATE claim SET warn = NULL WHERE id = ?", Long.parseLong(claim.id()));
          tidings.tell(handle, "expiring", Severity.WARNING, claim, Principal.SYSTEM, null);
        });
  }

  /** Ends the waiting of those whose deadline has come, with what is the matter then. */
  void timeOut() {
    each(
        "SELECT id FROM claim WHERE state = 'waiting' AND deadline <= now()"
            + " ORDER BY deadline LIMIT ",
        (handle, claim) -> {
          if (claim.isWaiting()) {
            String why =
                kinds
                    .find(handle, claim.kind())
                    .map(kind -> claims.explain(handle, kind, claim).sentence())
                    .orElse("its kind is gone");
            end(handle, claim, Releases.End.TIMED_OUT, why);
          }
        });
  }

  private void end(Handle handle, Claim claim, Releases.End end, String detail) {
    releases.end(
        handle, Principal.SYSTEM, kinds.require(handle, claim.kind()), claim, end, false, detail);
  }

  private interface Doing {
    void to(Handle handle, Claim claim);
  }

  /** All that a query finds, some at a time; what cannot be done is left for the next turn. */
  private void each(String query, Doing doing) {
    Set<Long> done = new HashSet<>();
    List<Long> ids;
    do {
      ids = jdbi.withHandle(handle -> handle.createQuery(query + BATCH).mapTo(Long.class).list());
      ids = ids.stream().filter(done::add).toList();
      for (long id : ids) {
        try {
          jdbi.useTransaction(
              handle -> Turns.locked(handle, id).ifPresent(claim -> doing.to(handle, claim)));
        } catch (Problem e) {
          LOG.warn("claim {}: {}", id, e.detail()); // the others go on
        }
      }
    } while (!ids.isEmpty() && !closed);
  }

  /** Whether a claim that is locked is over, by the database's clock. */
  private static boolean isOver(Handle handle, Claim claim) {
    return handle
        .createQuery("SELECT coalesce(until <= now(), false) FROM claim WHERE id = :id")
        .bind("id", Long.parseLong(claim.id()))
        .mapTo(Boolean.class)
        .one();
  }

  @Override
  public void close() {
    closed = true;
    synchronized (something) {
      something.notifyAll();
    }
    if (repeating != null) {
      repeating.close();
    }
    if (server != null) {
      try {
        // It looks whether it is closed between two claims; an interrupt would break a connection.
        if (!server.join(Duration.ofSeconds(5))) {
          server.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
