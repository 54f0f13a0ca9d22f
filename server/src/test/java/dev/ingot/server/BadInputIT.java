package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever is sent: one clear problem that names the field, nothing changed, server up. */
final class BadInputIT {
  private static final String TOKENS = "/api/v1/tokens";
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingChangedAndTheServerIsUp() {
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    assertThat(server.get(TOKENS).body().path("items").size()).isEqualTo(1);
  }

  @Test
  void anUnknownPathIsNotFound() {
    problem(server.get("/api/v1/nothing"), 404, "not-found", "");
  }

  @Test
  void aMethodThatIsNotAnsweredNamesThoseThatAre() {
    TestServer.Answer answer = server.send("PUT", TOKENS, "{}", server.adminToken());
    problem(answer, 405, "method-not-allowed", "");
    assertThat(answer.response().headers().firstValue("Allow")).contains("GET, HEAD, POST");
    TestServer.Answer odd = server.send("FROBNICATE", TOKENS, null, server.adminToken());
    problem(odd, 405, "method-not-allowed", "");
  }

  @Test
  void anUnknownQueryParameterIsNamedWithTheNearestKnown() {
    TestServer.Answer answer = server.get(TOKENS + "?limt=3");
    problem(answer, 422, "invalid", "limt");
    assertThat(answer.text("detail")).contains("did you mean limit?");
    problem(server.get(TOKENS + "?limit=1&limit=2"), 422, "invalid", "limit");
    problem(server.get(TOKENS + "?limit=0"), 422, "invalid", "limit");
    problem(server.get(TOKENS + "?limit=99999999999"), 422, "invalid", "limit");
    problem(server.get(TOKENS + "?cursor=abc"), 422, "invalid", "cursor");
    problem(server.get(TOKENS + "?cursor=%5B"), 422, "invalid", "cursor");
  }

  @Test
  void anUnknownFieldIsNamedWithTheNearestKnown() {
    TestServer.Answer answer = server.post(TOKENS, "{\"name\":\"a\",\"rôle\":\"reader\"}");
    problem(answer, 422, "invalid", "rôle");
    assertThat(answer.text("detail")).contains("did you mean role?");
  }

  @Test
  void missingAndWrongFieldsAreNamed() {
    problem(server.post(TOKENS, "{\"name\":\"a\"}"), 422, "invalid", "role");
    problem(server.post(TOKENS, "{\"name\":null,\"role\":\"admin\"}"), 422, "invalid", "name");
    problem(server.post(TOKENS, "{\"name\":\"\",\"role\":\"admin\"}"), 422, "invalid", "name");
    problem(server.post(TOKENS, "{\"name\":7,\"role\":\"admin\"}"), 422, "invalid", "name");
    TestServer.Answer role = server.post(TOKENS, "{\"name\":\"a\",\"role\":\"king\"}");
    problem(role, 422, "invalid", "role");
    assertThat(role.text("detail"))
        .isEqualTo("must be admin, operator, reader or the name of a role");
    String[] wrong = {"\"x\"", "-1", "1.5", "1e400", "99999999999999999999", "true", "[]", "{}"};
    for (String value : wrong) {
      problem(
          server.post(
              TOKENS, "{\"name\":\"a\",\"role\":\"reader\",\"expiresInSeconds\":" + value + "}"),
          422,
          "invalid",
          "expiresInSeconds");
    }
    problem(server.post(TOKENS, "[]"), 422, "invalid", "");
    problem(server.post(TOKENS, "null"), 422, "invalid", "");
  }

  @Test
  void malformedJsonIsNamedByLineAndColumn() {
    TestServer.Answer answer = server.post(TOKENS, "{\"name\":\"a\",\n  \"role\" \"reader\"}");
    problem(answer, 400, "malformed", "");
    assertThat(answer.text("detail")).contains("line 2, column 1");
    problem(server.post(TOKENS, ""), 400, "malformed", "");
    problem(server.post(TOKENS, "{\"a\":1,\"a\":2}"), 400, "malformed", "");
    problem(server.post(TOKENS, "{} {}"), 400, "malformed", "");
  }

  @Test
  void tenThousandLevelsAreRefusedByTheirDepth() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    TestServer.Answer answer = server.post(TOKENS, deep);
    problem(answer, 400, "malformed", "");
    assertThat(answer.text("detail")).isEqualTo("the body nests deeper than 100 levels");
  }

  @Test
  void anotherContentTypeIsRefused() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(TOKENS))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    problem(server.send(request), 415, "unsupported-media-type", "Content-Type");
  }

  @Test
  void aHundredMegabytesAreRefusedEarly() throws IOException {
    long start = System.nanoTime();
    String answer =
        RawHttp.exchange(
            server.server().address(),
            head("POST", TOKENS)
                + "Content-Type: application/json\r\nContent-Length: 104857600\r\n\r\n{");
    assertThat(answer).startsWith("HTTP/1.1 413").contains("larger than 4 MiB");
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  @Test
  void aHundredMegabytesInChunksAreRefusedWhenTheBoundIsReached() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri(TOKENS))
            .header("Authorization", "Bearer " + server.adminToken())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new Endless(5 << 20)))
            .build();
    problem(answered(request), 413, "too-large", "");
  }

  /**
   * Asks again when the answer was lost: a client that still sends when the server has answered and
   * closed may find the connection reset before it reads (RFC 9112 section 9.6).
   */
  private static TestServer.Answer answered(HttpRequest request) {
    for (int tried = 1; true; tried++) {
      try {
        return server.send(request);
      } catch (UncheckedIOException reset) {
        if (tried == 5) {
          throw reset;
        }
      }
    }
  }

  @Test
  void whatIsNotHttpIsAProblemToo() throws IOException {
    assertThat(RawHttp.exchange(server.server().address(), "GET\r\n\r\n"))
        .contains(" 400 ")
        .contains("application/problem+json")
        .contains("urn:ingot:problem:malformed");
    String large = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(40_000) + "\r\n\r\n";
    assertThat(RawHttp.exchange(server.server().address(), large))
        .contains(" 431 ")
        .contains("application/problem+json");
    assertThat(RawHttp.exchange(server.server().address(), head("GET", TOKENS + "?%zz=1") + "\r\n"))
        .contains(" 4")
        .contains("application/problem+json");
    assertThat(
            RawHttp.exchange(
                server.server().address(), head("GET", "/" + "a".repeat(40_000)) + "\r\n"))
        .contains(" 414 ")
        .contains("application/problem+json");
  }

  @Test
  void randomBytesNeverMakeAServerFailure() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      StringBuilder body = new StringBuilder("{\"name\":\"a\",\"role\":\"reader\",\"x\":[1,{}]}");
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        body.setCharAt(random.nextInt(body.length()), (char) random.nextInt(256));
      }
      String answer =
          RawHttp.exchange(
              server.server().address(),
              head("POST", TOKENS)
                  + "Content-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body);
      assertThat(answer).as(body.toString()).startsWith("HTTP/1.1 4").doesNotContain("Exception");
    }
  }

  private static String head(String method, String path) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
        + server.adminToken()
        + "\r\n";
  }

  private static void problem(TestServer.Answer answer, int status, String slug, String field) {
    assertThat(answer.response().body()).doesNotContain("Exception").doesNotContain("dev.ingot");
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .contains("application/problem+json");
    assertThat(answer.text("type")).isEqualTo("urn:ingot:problem:" + slug);
    assertThat(answer.body().path("status").asInt()).isEqualTo(status);
    assertThat(answer.text("detail")).isNotBlank();
    assertThat(answer.text("field")).as(answer.response().body()).isEqualTo(field);
  }

  /** That many spaces. */
  private static final class Endless extends InputStream {
    private int left;

    Endless(int bytes) {
      left = bytes;
    }

    @Override
    public int read() {
      return left-- > 0 ? ' ' : -1;
    }
  }
}
