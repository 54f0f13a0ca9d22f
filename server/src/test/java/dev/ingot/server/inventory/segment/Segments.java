package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Roles and tokens of a server under test. */
final class Segments {
  private final TestServer server;
  private int made;

  Segments(TestServer server) {
    this.server = server;
  }

  /** Sets a role; the nodes as JSON, null for all. */
  void role(
      String name, String base, @Nullable String nodes, List<String> read, List<String> write) {
    Answer set = put(name, base, nodes, read, write);
    assertThat(set.status()).as("%s", set.body()).isIn(200, 201);
  }

  Answer put(
      String name, String base, @Nullable String nodes, List<String> read, List<String> write) {
    String body =
        "{\"base\":\"%s\",\"nodes\":%s,\"read\":%s,\"write\":%s}"
            .formatted(base, nodes, Json.write(read), Json.write(write));
    return server.send("PUT", "/api/v1/roles/" + name, body, server.adminToken());
  }

  /** A token's secret. */
  String token(String role) {
    Answer answer =
        server.post("/api/v1/tokens", "{\"name\":\"t%d\",\"role\":\"%s\"}".formatted(++made, role));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.text("secret");
  }

  Answer query(String token, String body) {
    return server.send("POST", "/api/v1/inventory/query", body, token);
  }

  Answer get(String token, String path) {
    return server.send("GET", path, null, token);
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
