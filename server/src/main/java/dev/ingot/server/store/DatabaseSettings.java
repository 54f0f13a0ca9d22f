package dev.ingot.server.store;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the truth is kept, {@code database} in the configuration.
 *
 * @param url {@code jdbc:postgresql://host:port/database} or {@code postgresql://…}, PostgreSQL 15
 *     or newer, without user and password; null runs the embedded one in the data folder
 * @param user for an external database
 * @param passwordFile file that holds the password of an external database and nothing else
 * @param password from the environment only ({@code INGOT_DATABASE_PASSWORD}); wins over the file
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
    @Nullable Path passwordFile,
    @Nullable String password,
    Duration startWait,
    int apiConnections,
    int engineConnections,
    int ingestConnections,
    Duration apiWait,
    Duration backgroundWait) {

  public static final DatabaseSettings DEFAULT =
      new DatabaseSettings(
          null,
          null,
          null,
          null,
          Duration.ofSeconds(60),
          6,
          4,
          4,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30));

  /** The same pools over an external database. */
  public DatabaseSettings external(String otherUrl, String otherUser, String otherPassword) {
    return new DatabaseSettings(
        otherUrl,
        otherUser,
        null,
        otherPassword,
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
