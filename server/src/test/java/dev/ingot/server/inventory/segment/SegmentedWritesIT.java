package dev.ingot.server.inventory.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SegmentedWritesIT {
  private static final String SECRET = "/api/v1/nodes/01%s/inventory".formatted("aa".repeat(20));
  private static final String OWN = "/api/v1/nodes/01%s/inventory".formatted("ab".repeat(20));
  private static TestServer server;
  private static String token;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.put(SECRET, "{\"site\": {\"name\": \"b\"}}");
    server.put(OWN, "{\"site\": {\"name\": \"a\"}, \"hidden\": {\"x\": 1}, \"seen\": 1}");
    Segments segments = new Segments(server);
    segments.role(
        "keeper",
        "operator",
        "{\"site.name\": \"a\"}",
        List.of("site", "asset", "seen", "mixed.open"),
        List.of("asset", "mixed.open"));
    token = segments.token("keeper");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer send(String method, String path, String body) {
    return server.send(method, path, body, token);
  }

  @Test
  void aPartIsWrittenWhereItIsGrantedAndNowhereElse() {
    assertThat(send("PUT", OWN + "/asset", "{\"a\": 1}").status()).isEqualTo(200);
    assertThat(send("PATCH", OWN, "{\"mixed\": {\"open\": 1}}").status()).isEqualTo(200);
    for (String body :
        List.of(
            "{\"site\": {\"name\": \"b\"}}", "{\"hidden\": null}", "{\"hidden\": {\"x\": 2}}")) {
      String before = server.get(OWN).response().body();
      Answer refused = send("PATCH", OWN, body);
      assertThat(server.get(OWN).response().body()).isEqualTo(before);
      assertThat(refused.status()).as("%s: %s", body, refused.body()).isIn(200, 403);
      if (refused.status() == 200) {
        assertThat(refused.text("status")).isEqualTo("unchanged");
      }
    }
    Answer mixed = send("PATCH", OWN, "{\"mixed\": {\"open\": 2, \"shut\": 1}}");
    assertThat(mixed.status()).isEqualTo(403);
    assertThat(mixed.text("field")).isEqualTo("inventory.mixed.shut");
    assertThat(send("DELETE", OWN + "/hidden", null).status()).isEqualTo(404);
    assertThat(send("DELETE", OWN + "/seen", null).status()).isEqualTo(403);
  }

  @Test
  void aWholeDocumentLeavesWhatIsHidden() {
    Answer put = send("PUT", OWN, "{\"site\": {\"name\": \"a\"}, \"seen\": 1, \"asset\": 2}");
    assertThat(put.status()).as("%s", put.body()).isEqualTo(200);
    assertThat(put.body().has("revision")).isFalse();
    assertThat(server.get(OWN).body().path("hidden")).isEqualTo(Json.read("{\"x\": 1}"));
    Answer whole = send("PUT", OWN, "{\"asset\": 3}");
    assertThat(whole.status()).isEqualTo(403);
    assertThat(whole.text("field")).isIn("inventory.seen", "inventory.site.name");
  }

  @Test
  void nodesOutsideAreNowhere() {
    assertThat(send("PUT", SECRET + "/asset", "1").status()).isEqualTo(404);
    assertThat(send("PUT", SECRET.replace("aa", "ac"), "{\"asset\": 1}").status()).isEqualTo(404);
    assertThat(server.get(SECRET).body().has("asset")).isFalse();
  }

  @Test
  void whatSourcesSayIsPrunedToo() {
    Answer view = server.send("GET", OWN + "?sources=true", null, token);
    assertThat(view.status()).isEqualTo(200);
    assertThat(view.body().toString()).contains("site").doesNotContain("hidden");
  }
}
