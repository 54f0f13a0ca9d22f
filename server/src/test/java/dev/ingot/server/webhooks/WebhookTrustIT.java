package dev.ingot.server.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.ingot.server.Server;
import dev.ingot.server.TestServer;
import dev.ingot.server.problem.StartFailure;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver whose certificate no public authority signed. */
class WebhookTrustIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void aReceiverIsTrustedByTheFileThatNamesItsCertificateAndByNothingElse() throws Exception {
    KeyStore store = selfSigned();
    Path pem = folder.resolve("ca.pem");
    Files.writeString(
        pem,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(store.getCertificate("server").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    HttpsServer receiver = receiver(store);
    String url = "https://127.0.0.1:" + receiver.getAddress().getPort() + "/hook";
    try (TestServer server = TestServer.start(settings -> settings.with(trusting(pem)))) {
      assertThat(tried(server, url).body().path("delivered").asBoolean()).isTrue();
      // The name counts: localhost is none of the certificate's.
      TestServer.Answer other = tried(server, url.replace("127.0.0.1", "localhost"));
      assertThat(other.text("reason")).startsWith("TLS:");

      server.server().close();
      assertThatThrownBy(
              () -> Server.start(server.settings().with(trusting(folder.resolve("missing")))))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("webhooks.ca-file")
          .hasMessageContaining("missing");
      server.restart();
    }
    try (TestServer server = TestServer.start()) {
      TestServer.Answer answer = tried(server, url);
      assertThat(answer.body().path("delivered").asBoolean()).isFalse();
      assertThat(answer.text("reason")).startsWith("TLS:");
    } finally {
      receiver.stop(0);
    }
  }

  private static TestServer.Answer tried(TestServer server, String url) {
    String name = "tls" + url.hashCode();
    TestServer.Answer added =
        server.post("/api/v1/webhooks", "{\"name\": \"%s\", \"url\": \"%s\"}".formatted(name, url));
    assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
    return server.send("POST", "/api/v1/webhooks/" + name + "/test", null, server.adminToken());
  }

  private static WebhooksSettings trusting(Path pem) {
    WebhooksSettings usual = WebhooksSettings.DEFAULT;
    return new WebhooksSettings(
        usual.targets(),
        pem,
        usual.timeout(),
        usual.firstPause(),
        usual.longestPause(),
        usual.attempts(),
        usual.retryFor(),
        usual.backlog(),
        usual.lease());
  }

  private static HttpsServer receiver(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    return server;
  }

  private KeyStore selfSigned() throws Exception {
    Path file = folder.resolve("receiver.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=receiver",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }
}
