package dev.ingot.server.http;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param insecure lets it listen beyond loopback without TLS: tokens then cross the network in the
 *     clear
 * @param allowedHosts names by which it may be called (the Host header), beside its own addresses
 */
public record HttpSettings(
    String host, int port, boolean insecure, TlsSettings tls, List<String> allowedHosts) {
  public static final HttpSettings DEFAULT =
      new HttpSettings("127.0.0.1", 8080, false, new TlsSettings(null, null), List.of());

  /** The same at another place. */
  HttpSettings on(String address, int otherPort) {
    return new HttpSettings(address, otherPort, insecure, tls, allowedHosts);
  }

  /**
   * PEM files; both or none.
   *
   * @param certificate the server's certificate and then those that signed it
   * @param key its private key, PKCS #8, not encrypted
   */
  public record TlsSettings(@Nullable Path certificate, @Nullable Path key) {}
}
