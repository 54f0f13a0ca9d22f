package dev.ingot.client;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is and who asks.
 *
 * @param server e.g. {@code http://127.0.0.1:8080}
 * @param token the bearer token, null for the few calls that need none
 * @param certificates PEM file of the only authorities (or the server's own certificate) to trust;
 *     null for those of the JDK
 * @param timeout how long one ordinary call may take; backups, restores and streams have no limit
 */
public record ClientSettings(
    URI server, @Nullable String token, @Nullable Path certificates, Duration timeout) {
  /** Refuses an address that is none. */
  public ClientSettings {
    String scheme = String.valueOf(server.getScheme());
    if (!(scheme.equals("http") || scheme.equals("https")) || server.getHost() == null) {
      throw new IllegalArgumentException(
          "a server is http://HOST:PORT or https://HOST:PORT, not " + server);
    }
  }

  @Override
  public String toString() {
    return "ClientSettings[server=" + server + "]";
  }
}
