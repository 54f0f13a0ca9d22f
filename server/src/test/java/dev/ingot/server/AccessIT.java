package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class AccessIT {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyRouteButHealthAsksForATokenAlsoOnLoopback() {
    for (Map.Entry<String, String> route : server.server().routes().entrySet()) {
      String[] words = route.getKey().split(" ", 2);
      TestServer.Answer answer =
          server.send(words[0], words[1].replaceAll("\\{.*?}", "1"), null, null);
      if (route.getValue().equals("none")) {
        // There is no bundle of the agent here, and the callback has no body.
        int open =
            route.getKey().contains("/agent-bundle")
                ? 404
                : route.getKey().contains("/callbacks/") ? 415 : 200;
        assertThat(answer.status()).as(route.getKey()).isEqualTo(open);
      } else {
        assertThat(answer.status()).as(route.getKey()).isEqualTo(401);
        assertThat(answer.text("type")).isEqualTo("urn:ingot:problem:unauthenticated");
        assertThat(answer.response().headers().firstValue("WWW-Authenticate")).isPresent();
      }
      assertThat(answer.response().headers().firstValue("Set-Cookie")).isEmpty();
      assertThat(answer.response().headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(server.send("GET", "/nothing", null, null).status()).isEqualTo(401);
    assertThat(server.send("HEAD", "/api/v1/tokens", null, null).status()).isEqualTo(401);
    assertThat(server.send("OPTIONS", "/api/v1/tokens", null, null).status()).isEqualTo(401);
  }

  @Test
  void aRoleMayWhatItMayAndNoMore() {
    String reader = make("reads", "reader");
    String operator = make("operates", "operator");
    assertThat(server.send("GET", "/metrics", null, reader).status()).isEqualTo(200);
    assertThat(server.send("GET", "/metrics", null, operator).status()).isEqualTo(200);
    for (String token : List.of(reader, operator)) {
      TestServer.Answer answer = server.send("GET", "/api/v1/tokens", null, token);
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.text("detail")).contains("role admin");
      assertThat(server.send("POST", "/api/v1/tokens", "{}", token).status()).isEqualTo(403);
    }
  }

  @Test
  void aRevokedTokenIsRefusedFromTheNextRequestOn() {
    TestServer.Answer made =
        server.post("/api/v1/tokens", "{\"name\":\"leaver\",\"role\":\"reader\"}");
    assertThat(made.status()).isEqualTo(201);
    String secret = made.text("secret");
    assertThat(secret).matches("ingot_[A-Za-z0-9_-]{43}");
    assertThat(server.send("GET", "/metrics", null, secret).status()).isEqualTo(200);
    assertThat(server.delete("/api/v1/tokens/" + made.text("id")).status()).isEqualTo(204);
    assertThat(server.send("GET", "/metrics", null, secret).status()).isEqualTo(401);
    assertThat(server.delete("/api/v1/tokens/" + made.text("id")).status()).isEqualTo(404);
    assertThat(server.delete("/api/v1/tokens/x").status()).isEqualTo(404);
  }

  @Test
  void aTokenExpiresByTheDatabasesClock() {
    TestServer.Answer made =
        server.post(
            "/api/v1/tokens", "{\"name\":\"brief\",\"role\":\"reader\",\"expiresInSeconds\":1}");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.send("GET", "/metrics", null, made.text("secret")).status() == 401);
  }

  @Test
  void twoLiveTokensOfOneNameAreAConflict() {
    make("twin", "reader");
    TestServer.Answer again =
        server.post("/api/v1/tokens", "{\"name\":\"twin\",\"role\":\"reader\"}");
    assertThat(again.status()).isEqualTo(409);
  }

  @Test
  void listsArePagedWithoutLossOrRepetition() {
    for (int i = 0; i < 5; i++) {
      make("page" + i, "reader");
    }
    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      TestServer.Answer page = server.get("/api/v1/tokens?limit=2" + cursor);
      page.body().path("items").forEach(item -> names.add(item.path("name").asString()));
      assertThat(page.response().body()).doesNotContain("hash").doesNotContain("secret");
      cursor = "&cursor=" + page.text("next");
    } while (!cursor.equals("&cursor="));
    assertThat(names).doesNotHaveDuplicates().contains("page0", "page1", "page2", "page3", "page4");
  }

  @Test
  void everyWriteHasItsAuditRow() {
    String id =
        server.post("/api/v1/tokens", "{\"name\":\"watched\",\"role\":\"operator\"}").text("id");
    server.delete("/api/v1/tokens/" + id);
    List<String> actions = new ArrayList<>();
    for (JsonNode entry : server.get("/api/v1/audit").body().path("items")) {
      if (entry.path("target").asString().equals("token:" + id)) {
        actions.add(entry.path("action").asString());
        assertThat(entry.path("principal").asString()).startsWith("admin@");
        assertThat(entry.toString()).doesNotContain("ingot_");
      }
    }
    assertThat(actions).containsExactly("token.revoke", "token.create");
  }

  @Test
  void noSecretIsStored() throws SQLException {
    try (Connection connection = server.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select token::text from token")) {
      int count = 0;
      while (rows.next()) {
        count++;
        assertThat(rows.getString(1)).doesNotContain("ingot_");
      }
      assertThat(count).isPositive();
    }
  }

  @Test
  void theAdministratorsFileIsPrivateAndKeptAndRemadeOnlyByAStart() throws IOException {
    try (TestServer other = TestServer.start()) {
      assertThat(Files.getPosixFilePermissions(other.folder().resolve("admin.token")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      String first = other.adminToken();
      other.restart();
      assertThat(other.adminToken()).isEqualTo(first);
      String id = other.get("/api/v1/tokens").body().path("items").path(0).path("id").asString();
      assertThat(other.delete("/api/v1/tokens/" + id).status()).isEqualTo(204);
      assertThat(other.get("/metrics").status()).isEqualTo(401);
      other.restart();
      assertThat(other.adminToken()).isNotEqualTo(first);
      assertThat(other.get("/metrics").status()).isEqualTo(200);
      Files.delete(other.folder().resolve("admin.token"));
      other.restart();
      assertThat(other.get("/metrics").status()).isEqualTo(200);
      assertThat(other.get("/api/v1/tokens").body().path("items").size()).isEqualTo(1);
    }
  }

  @Test
  void whoGuessesIsSlowedDownWhileWhoIsKnownIsServed() {
    try (TestServer other = TestServer.start()) {
      assertThat(other.get("/metrics").status()).isEqualTo(200);
      int guesses = 0;
      TestServer.Answer answer = other.send("GET", "/metrics", null, "ingot_guess");
      while (answer.status() == 401 && guesses < 1000) {
        guesses++;
        answer = other.send("GET", "/metrics", null, "ingot_guess" + guesses);
      }
      assertThat(answer.status()).isEqualTo(429);
      assertThat(guesses).isLessThan(100);
      assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
      assertThat(other.get("/metrics").status()).isEqualTo(200);
    }
  }

  @Test
  void aWebPageCannotReachTheServer() throws IOException {
    String start = "GET /api/v1/tokens HTTP/1.1\r\nConnection: close\r\n";
    String token = "Authorization: Bearer " + server.adminToken() + "\r\n";
    assertThat(raw(start + "Host: evil.example\r\n" + token + "\r\n")).startsWith("HTTP/1.1 403");
    assertThat(raw(start + "Host: localhost.evil.example:8080\r\n" + token + "\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw(start + "Host: localhost\r\nOrigin: http://evil.example\r\n" + token + "\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw(start + "Host: localhost\r\nOrigin: null\r\n" + token + "\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(raw(start + "Host: 127.0.0.1:8080\r\n" + token + "\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw(start + "Host: LOCALHOST:1\r\n" + token + "\r\n")).startsWith("HTTP/1.1 200");
    assertThat(raw("GET /health/live HTTP/1.1\r\nConnection: close\r\nHost: evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
  }

  private static String raw(String request) throws IOException {
    return RawHttp.exchange(server.server().address(), request);
  }

  private static String make(String name, String role) {
    TestServer.Answer made =
        server.post("/api/v1/tokens", "{\"name\":\"%s\",\"role\":\"%s\"}".formatted(name, role));
    assertThat(made.status()).as(made.response().body()).isEqualTo(201);
    return made.text("secret");
  }
}
