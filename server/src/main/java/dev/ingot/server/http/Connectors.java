package dev.ingot.server.http;

import dev.ingot.server.problem.StartFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.UUID;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The listening socket, plain or TLS, with its bounds. */
final class Connectors {
  /** Jetty's default of 50 leaves thousands unconnected when all agents dial at once. */
  private static final int ACCEPT_QUEUE = 4096;

  private static final int HEADERS = 16 << 10;
  private static final long IDLE_MILLIS = 30_000;

  private Connectors() {}

  /** Refuses to listen where tokens would cross the network in the clear. */
  static void check(HttpSettings settings) {
    HttpSettings.TlsSettings tls = settings.tls();
    if ((tls.certificate() == null) != (tls.key() == null)) {
      throw StartFailure.ofSettings("http.tls needs both certificate and key", null);
    }
    if (settings.port() < 0 || settings.port() > 65535) {
      throw StartFailure.ofSettings("http.port must be from 0 to 65535", null);
    }
    if (tls.certificate() == null && !settings.insecure() && !isLoopback(settings.host())) {
      throw StartFailure.ofSettings(
          "http.host "
              + settings.host()
              + " is beyond loopback and there is no TLS: set http.tls.certificate and"
              + " http.tls.key, or http.insecure: true",
          null);
    }
  }

  static boolean secure(HttpSettings settings) {
    return settings.tls().certificate() != null;
  }

  static ServerConnector of(Server server, HttpConfiguration configuration, HttpSettings settings) {
    configuration.setRequestHeaderSize(HEADERS);
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(false);
    HttpConnectionFactory http = new HttpConnectionFactory(configuration);
    ConnectionFactory[] factories = {http};
    if (settings.tls().certificate() != null && settings.tls().key() != null) {
      configuration.addCustomizer(new SecureRequestCustomizer(false));
      factories =
          new ConnectionFactory[] {
            new SslConnectionFactory(
                tls(settings.tls().certificate(), settings.tls().key()),
                HttpVersion.HTTP_1_1.asString()),
            http
          };
    }
    ServerConnector connector = new ServerConnector(server, 1, 1, factories);
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(IDLE_MILLIS);
    return connector;
  }

  private static SslContextFactory.Server tls(Path certificate, Path key) {
    String password = UUID.randomUUID().toString(); // of a key store that never leaves memory
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setKeyStore(TlsFiles.read(certificate, key, password.toCharArray()));
    factory.setKeyStorePassword(password);
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    return factory;
  }

  static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw StartFailure.ofSettings("http.host " + host + " is no address of this machine", e);
    }
  }
}
