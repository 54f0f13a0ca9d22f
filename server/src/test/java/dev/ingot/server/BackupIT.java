package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class BackupIT {
  @Test
  void whatIsBackedUpComesBackOnAnotherServerWithItsTokensAndEvents() throws Exception {
    byte[] backup;
    String reader;
    try (TestServer first = TestServer.start()) {
      reader =
          first.post("/api/v1/tokens", "{\"name\":\"keeps\",\"role\":\"reader\"}").text("secret");
      backup = backup(first);
    }
    try (TestServer second = TestServer.start()) {
      second.post("/api/v1/tokens", "{\"name\":\"goes\",\"role\":\"reader\"}");
      TestServer.Answer restored = restore(second, backup);
      assertThat(restored.status()).as(restored.response().body()).isEqualTo(200);
      assertThat(restored.body().path("rows").asLong()).isPositive();

      assertThat(second.send("GET", "/metrics", null, reader).status()).isEqualTo(200);
      assertThat(names(second)).contains("keeps").doesNotContain("goes");
      assertThat(second.get("/health/ready").status()).isEqualTo(200);
      try (EventStreamClient client = new EventStreamClient(second, "", "0")) {
        assertThat(client.next().event()).isEqualTo("server.started");
        assertThat(client.next().event()).isEqualTo("server.restored");
      }
      List<String> actions = new ArrayList<>();
      second
          .get("/api/v1/audit")
          .body()
          .path("items")
          .forEach(entry -> actions.add(entry.path("action").asString()));
      assertThat(actions).contains("server.restore", "server.backup", "token.create");
    }
  }

  @Test
  void aDamagedBackupChangesNothing() throws Exception {
    try (TestServer server = TestServer.start()) {
      byte[] backup = backup(server);
      server.post("/api/v1/tokens", "{\"name\":\"stays\",\"role\":\"reader\"}");
      for (byte[] damaged :
          List.of(
              new byte[0],
              new byte[100],
              Arrays.copyOf(backup, backup.length / 2),
              new byte[] {120})) {
        TestServer.Answer answer = restore(server, damaged);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("detail")).contains("nothing was changed");
      }
      assertThat(names(server)).contains("stays");
      assertThat(server.post("/api/v1/restore", "{}").status()).isEqualTo(415);
    }
  }

  @Test
  void theDiskIsToldTableByTableWithWhatIsKept() {
    try (TestServer server = TestServer.start()) {
      JsonNode disk = server.get("/api/v1/server/disk").body();
      assertThat(disk.path("pressure").asString()).isEqualTo("normal");
      assertThat(disk.path("databaseBytes").asLong()).isPositive();
      List<String> budgeted = new ArrayList<>();
      for (JsonNode table : disk.path("tables")) {
        assertThat(table.path("bytes").asLong()).isNotNegative();
        if (!table.path("keptBytes").isNull()) {
          budgeted.add(table.path("name").asString());
        }
      }
      assertThat(budgeted).contains("audit", "event");
    }
  }

  private static byte[] backup(TestServer server) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/backup"))
            .header("Authorization", "Bearer " + server.adminToken())
            .build();
    var answer = server.client().send(request, BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static TestServer.Answer restore(TestServer server, byte[] backup) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/api/v1/restore"))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(backup))
            .build());
  }

  private static List<String> names(TestServer server) {
    List<String> names = new ArrayList<>();
    server
        .get("/api/v1/tokens")
        .body()
        .path("items")
        .forEach(token -> names.add(token.path("name").asString()));
    return names;
  }
}
