package dev.ingot.server.access;

import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who a bearer token speaks for. What the database said is believed for five seconds, so a token
 * that another server process revokes works there no longer than that; this process forgets it at
 * once.
 */
public final class Authentication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
  private static final Duration BELIEVED = Duration.ofSeconds(5);
  private static final Duration WRITTEN = Duration.ofSeconds(30);
  private static final int REMEMBERED = 4096;

  private record Known(long id, Principal principal, Instant from, Instant until) {}

  private final Jdbi jdbi;
  private final InstantSource clock;
  private final FailedAttempts failedAttempts;
  private final AtomicInteger forgotten = new AtomicInteger();
  private final Set<Long> used = ConcurrentHashMap.newKeySet();
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > REMEMBERED;
        }
      };

  private @Nullable Thread thread;

  public Authentication(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
    this.failedAttempts = new FailedAttempts(clock);
  }

  /** Starts its thread, which writes when tokens were last used until {@link #close}. */
  public void start() {
    thread = Thread.ofVirtual().name("token-last-used").start(this::run);
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(Duration.ofSeconds(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    boolean ended = false;
    while (!ended) {
      try {
        TimeUnit.NANOSECONDS.sleep(WRITTEN.toNanos());
      } catch (InterruptedException e) {
        ended = true;
      }
      try {
        writeLastUsed();
      } catch (RuntimeException e) {
        LOG.warn("when tokens were last used is not written: {}", e.getMessage());
      }
    }
  }

  /**
   * The principal of a live token.
   *
   * @param address where the request comes from, to slow down who guesses
   * @throws Problem unauthenticated, or too many for an address that has shown many unknown ones; a
   *     token that was seen lately is still served there
   */
  public Principal authenticate(String secret, String address) {
    String hash = HexFormat.of().formatHex(new TokenSecret(secret).hash());
    Known found = remembered(hash);
    if (found == null) {
      Duration waiting = failedAttempts.waiting(address);
      if (waiting != null) {
        throw Problem.tooMany("too many unknown tokens from " + address, waiting);
      }
      int before = forgotten.get();
      found = lookUp(hash).orElseThrow(() -> refused(address));
      synchronized (known) {
        if (forgotten.get() == before) { // else it may be what was to be forgotten
          known.put(hash, found);
        }
      }
    }
    used.add(found.id);
    return found.principal;
  }

  /** Forgets what it knows, so that a revocation counts from the next request on. */
  public void forget() {
    synchronized (known) {
      forgotten.incrementAndGet();
      known.clear();
    }
  }

  /** Writes when tokens were last used; every half minute and at the end. */
  void writeLastUsed() {
    Long[] ids = used.toArray(Long[]::new);
    if (ids.length > 0) {
      jdbi.useHandle(
          handle ->
              handle
                  .createUpdate("update token set last_used = now() where id = any(:ids)")
                  .bindArray("ids", Long.class, (Object[]) ids)
                  .execute());
      used.removeAll(Set.of(ids));
    }
  }

  private @Nullable Known remembered(String hash) {
    Instant now = clock.instant();
    synchronized (known) {
      Known found = known.get(hash);
      return found != null && now.isBefore(found.until) && !now.isBefore(found.from) ? found : null;
    }
  }

  private Optional<Known> lookUp(String hash) {
    Instant asked = clock.instant();
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select t.id, t.name as token, t.role, r.*,"
                        + " extract(epoch from t.expires - now()) as remaining"
                        + " from token t left join access_role r on r.name = t.role"
                        + " where t.hash = decode(:hash, 'hex') and t.revoked is null"
                        + " and (t.expires is null or t.expires > now())"
                        + " and (r.name is not null"
                        + " or t.role in ('admin', 'operator', 'reader'))")
                .bind("hash", hash)
                .map(
                    (row, context) -> {
                      double remaining = row.getDouble("remaining");
                      Instant until = asked.plus(BELIEVED);
                      if (!row.wasNull() && remaining < BELIEVED.toSeconds()) {
                        until = asked.plusMillis((long) (remaining * 1000));
                      }
                      return new Known(row.getLong("id"), principal(row), asked, until);
                    })
                .findOne());
  }

  private static Principal principal(ResultSet row) throws SQLException {
    String name = row.getString("token");
    if (row.getString("base") == null) {
      return new Principal(name, Role.of(row.getString("role")));
    }
    CustomRole role = CustomRole.of(row);
    return new Principal(name, Role.of(role.base()), role.name(), role.segment());
  }

  private Problem refused(String address) {
    if (failedAttempts.failed(address)) {
      LOG.warn("refused an unknown, expired or revoked token from {}", address);
    }
    return Problem.unauthenticated("the token is unknown, expired or revoked");
  }
}
