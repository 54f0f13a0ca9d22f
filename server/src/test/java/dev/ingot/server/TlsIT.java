package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.http.HttpSettings.TlsSettings;
import dev.ingot.server.problem.StartFailure;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIT {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir Path folder;

  @Test
  void withACertificateItSpeaksTlsBeyondLoopbackAndNothingElse() throws Exception {
    for (String algorithm : List.of("EC", "RSA")) {
      KeyStore store = selfSigned(algorithm);
      TlsSettings tls = pem(store);
      try (TestServer server =
          TestServer.start(
              settings ->
                  settings.with(
                      new HttpSettings("0.0.0.0", 0, false, tls, List.of("ingot.test"))))) {
        assertThat(server.server().address().getScheme()).isEqualTo("https");
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
          HttpResponse<String> answer =
              client.send(
                  HttpRequest.newBuilder(server.uri("/metrics"))
                      .header("Authorization", "Bearer " + server.adminToken())
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
          assertThat(answer.statusCode()).isEqualTo(200);
          assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
        String plain =
            RawHttp.exchange(
                server.server().address(), "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(plain).doesNotContain("200 OK");
      }
    }
  }

  @Test
  void aFileThatIsNoKeyOrNoCertificateIsNamed() throws Exception {
    TlsSettings good = pem(selfSigned("EC"));
    Path text = Files.writeString(folder.resolve("text"), "nothing");
    Path missing = folder.resolve("missing");
    Path old =
        Files.writeString(
            folder.resolve("old"),
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    try (TestServer server = TestServer.start()) {
      server.server().close();
      refused(server, new TlsSettings(good.certificate(), text), text + " holds no private key");
      refused(server, new TlsSettings(good.certificate(), missing), "cannot read " + missing);
      refused(server, new TlsSettings(good.certificate(), old), "openssl pkcs8 -topk8");
      refused(server, new TlsSettings(text, good.key()), text.toString());
      refused(server, new TlsSettings(good.certificate(), null), "needs both certificate and key");
      server.restart();
    }
  }

  private static void refused(TestServer server, TlsSettings tls, String named) {
    ServerSettings settings =
        server.settings().with(new HttpSettings("127.0.0.1", 0, false, tls, List.of()));
    assertThatThrownBy(() -> Server.start(settings))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(named);
  }

  private KeyStore selfSigned(String algorithm) throws Exception {
    Path file = folder.resolve(algorithm + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=ingot",
                "-ext",
                "san=ip:127.0.0.1,dns:ingot.test",
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

  private TlsSettings pem(KeyStore store) throws Exception {
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    Path certificate =
        Files.writeString(
            folder.resolve("certificate.pem"),
            "-----BEGIN CERTIFICATE-----\n"
                + base64.encodeToString(store.getCertificate("server").getEncoded())
                + "\n-----END CERTIFICATE-----\n");
    Path key =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PRIVATE KEY-----\n"
                + base64.encodeToString(store.getKey("server", PASSWORD).getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
    return new TlsSettings(certificate, key);
  }

  private static SSLContext trusting(KeyStore own) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", own.getCertificate("server"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
