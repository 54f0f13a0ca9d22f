package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.problem.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LifecycleIT {
  @Test
  void aPortInUseIsNamedWithTheProcessThatHasItAndLeavesNothingOpen() throws IOException {
    try (TestServer first = TestServer.start();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      first.server().close();
      ServerSettings settings = http(first.settings(), "127.0.0.1", taken.getLocalPort(), false);
      assertThatThrownBy(() -> Server.start(settings))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("http.port " + taken.getLocalPort())
          .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
      first.restart(); // the folder's lock was given back
      assertThat(first.get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void beyondLoopbackWithoutTlsItStartsOnlyWhenTold() {
    try (TestServer server = TestServer.start()) {
      server.server().close();
      assertThatThrownBy(() -> Server.start(http(server.settings(), "0.0.0.0", 0, false)))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("http.insecure: true");
      Server.start(http(server.settings(), "0.0.0.0", 0, true)).close();
      server.restart();
    }
  }

  @Test
  void aSecondServerOnOneDataFolderIsRefused() {
    try (TestServer server = TestServer.start()) {
      assertThatThrownBy(() -> Server.start(server.settings()))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("another server")
          .hasMessageContaining(server.folder().toString());
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
    }
  }

  @Test
  void itStopsWithinTenSecondsWhileAStreamIsOpen() throws Exception {
    try (TestServer server = TestServer.start()) {
      HttpRequest request =
          HttpRequest.newBuilder(server.uri("/api/v1/events"))
              .header("Authorization", "Bearer " + server.adminToken())
              .build();
      var lines = server.client().send(request, BodyHandlers.ofLines());
      assertThat(lines.statusCode()).isEqualTo(200);
      long start = System.nanoTime();
      server.server().close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      assertThat(lines.body().count()).isPositive(); // it ended, and not by an error
      server.restart();
    }
  }

  @Test
  void withoutItsDatabaseItSaysSo() {
    try (TestServer server = TestServer.start()) {
      assertThat(server.get("/api/v1/tokens").status()).isEqualTo(200);
      server.database().close();
      TestServer.Answer ready = server.send("GET", "/health/ready", null, null);
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.body().path("components").path("database").asString()).isNotEqualTo("ready");
      assertThat(server.send("GET", "/health/live", null, null).status()).isEqualTo(200);
      TestServer.Answer tokens = server.get("/api/v1/tokens");
      assertThat(tokens.status()).as(tokens.response().body()).isEqualTo(503);
      assertThat(tokens.response().headers().firstValue("Retry-After")).isPresent();
      assertThat(tokens.response().body()).doesNotContain("jdbc").doesNotContain("test_");
    }
  }

  private static ServerSettings http(
      ServerSettings settings, String host, int port, boolean insecure) {
    return settings.with(
        new HttpSettings(host, port, insecure, HttpSettings.DEFAULT.tls(), List.of()));
  }
}
