package dev.ingot.server.store;

import dev.ingot.configuration.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the truth is kept, {@code database} in the configuration.
 *
 * @param url {@code jdbc:postgresql://host:port/database} or {@code postgresql://…}, PostgreSQL 15
 *     or newer, without user and password; null runs the embedded one in the data folder
 * @param user for an external database
 * @param password for an external database, as {@code password-file} or {@code
 *     INGOT_DATABASE_PASSWORD}
 * @param startWait how long a start waits for an external database that does not answer
 * @param apiConnections most connections that requests use at a time
 * @param engineConnections most connections of queues and background work
 * @param ingestConnections most connections that store what agents report
 * @param apiWait how long a request waits for a connection before it is answered 503
 * @param backgroundWait how long engine and ingest wait for one
 */
public record DatabaseSettings(
    @Nullable String url,
    @Nullable String user,
    @Nullable Secret password,
    Duration startWait,
    int apiConnections,
    int engineConnections,
    int ingestConnections,
    Duration apiWait,
    Duration backgroundWait) {

  private static final int MOST_CONNECTIONS = 1000;

  public static final DatabaseSettings DEFAULT =
      new DatabaseSettings(
          null,
          null,
          null,
          Duration.ofSeconds(60),
          6,
          4,
          4,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30));

  public DatabaseSettings {
    atLeastOne("api-connections", apiConnections);
    atLeastOne("engine-connections", engineConnections);
    atLeastOne("ingest-connections", ingestConnections);
    if (apiWait.toMillis() < 1 || backgroundWait.toMillis() < 1 || startWait.isNegative()) {
      throw new IllegalArgumentException("api-wait and background-wait must be at least 1ms");
    }
  }

  private static void atLeastOne(String key, int connections) {
    if (connections < 1 || connections > MOST_CONNECTIONS) {
      throw new IllegalArgumentException(key + " must be from 1 to " + MOST_CONNECTIONS);
    }
  }

  /** The same pools over an external database. */
  public DatabaseSettings external(String otherUrl, String otherUser, String otherPassword) {
    return new DatabaseSettings(
        otherUrl,
        otherUser,
        new Secret(otherPassword),
        startWait,
        apiConnections,
        engineConnections,
        ingestConnections,
        apiWait,
        backgroundWait);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return url == null ? "embedded PostgreSQL" : "PostgreSQL at " + url;
  }
}
