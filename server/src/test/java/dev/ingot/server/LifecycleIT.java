package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.http.HttpSettings;
import dev.ingot.server.problem.StartFailure;
import dev.ingot.server.store.DatabaseSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
  void aStartThatIsNoLongerWantedEndsAndLeavesNothingOpen() {
    try (TestServer server = TestServer.start()) {
      server.server().close();
      assertThatThrownBy(() -> Server.start(server.settings(), () -> true))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("stopped");
      AtomicInteger parts = new AtomicInteger();
      assertThatThrownBy(() -> Server.start(server.settings(), () -> parts.incrementAndGet() > 9))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("stopped after the start of");
      server.restart();
      assertThat(server.get("/health/ready").status()).isEqualTo(200);
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
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(lines.body().count()).isPositive(); // it ended, and not by an error
      server.restart();
    }
  }

  @Test
  void withoutItsDatabaseItSaysSoAndStopsAllTheSame() {
    try (TestServer server = TestServer.start(settings -> impatient(settings, 4))) {
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
      long start = System.nanoTime();
      server.server().close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
    }
  }

  @Test
  void whenNoConnectionIsFreeARequestIsAnsweredToComeAgain() throws Exception {
    try (TestServer server = TestServer.start(settings -> impatient(settings, 1))) {
      assertThat(server.get("/api/v1/tokens").status()).isEqualTo(200);
      try (Connection connection = server.database().connect();
          Statement statement = connection.createStatement();
          ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
        connection.setAutoCommit(false);
        statement.execute("lock table audit in access exclusive mode");
        Future<TestServer.Answer> stuck = others.submit(() -> server.get("/api/v1/audit"));
        await().until(() -> waiting(statement));
        TestServer.Answer refused = server.get("/api/v1/audit");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        connection.rollback();
        assertThat(stuck.get().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aRequestThatIsUnderWayIsFinishedWhenItStops() throws Exception {
    try (TestServer server = TestServer.start()) {
      try (Connection connection = server.database().connect();
          Statement statement = connection.createStatement();
          ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
        connection.setAutoCommit(false);
        statement.execute("lock table audit in access exclusive mode");
        Future<TestServer.Answer> underWay = others.submit(() -> server.get("/api/v1/audit"));
        await().until(() -> waiting(statement));
        URI address = server.server().address();
        Future<?> stopping = others.submit(() -> server.server().close());
        await().until(() -> refusesConnections(address));
        connection.rollback();
        assertThat(underWay.get().status()).isEqualTo(200);
        stopping.get();
      }
      server.restart();
    }
  }

  private static boolean waiting(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select count(*) from pg_locks join pg_class on pg_class.oid = relation"
                + " where not granted and relname = 'audit'")) {
      row.next();
      return row.getInt(1) > 0;
    }
  }

  private static boolean refusesConnections(URI address) {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  private static ServerSettings impatient(ServerSettings settings, int connections) {
    DatabaseSettings database = settings.database();
    return settings.with(
        new DatabaseSettings(
            database.url(),
            database.user(),
            database.password(),
            database.startWait(),
            connections,
            database.engineConnections(),
            database.ingestConnections(),
            Duration.ofSeconds(1),
            database.backgroundWait()));
  }

  private static ServerSettings http(
      ServerSettings settings, String host, int port, boolean insecure) {
    return settings.with(
        new HttpSettings(host, port, insecure, HttpSettings.DEFAULT.tls(), List.of()));
  }
}
