package dev.ingot.server.eve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.configuration.Secret;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.resources.ResourcesSettings;
import dev.ingot.server.resources.ResourcesSettings.EveSettings;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** A server with the face of ResourceManager switched on, and how its clients ask. */
abstract class EveScene {
  static final EveSettings ON = new EveSettings(2014, "admin", new Secret("admin"));
  static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(settings -> settings.with(ResourcesSettings.DEFAULT.with(ON)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Answer ask(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.replace('\'', '"')));
    boolean account = true;
    boolean type = body != null;
    for (int i = 0; i < headers.length; i += 2) {
      account &= !headers[i].equals("Authorization");
      type &= !headers[i].equals("Content-Type");
      if (!headers[i + 1].isEmpty()) {
        request.header(headers[i], headers[i + 1]);
      }
    }
    if (account) {
      request.header("Authorization", basic("admin:admin"));
    }
    if (type) {
      request.header("Content-Type", "application/json");
    }
    return server.send(request.build());
  }

  static String basic(String account) {
    return "Basic " + Base64.getEncoder().encodeToString(account.getBytes(StandardCharsets.UTF_8));
  }

  static Answer ok(Answer answer, int status) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    return answer;
  }

  static Answer error(Answer answer, int status) {
    ok(answer, status);
    assertThat(answer.text("_status")).isEqualTo("ERR");
    assertThat(answer.body().path("_error").path("code").asInt()).isEqualTo(status);
    return answer;
  }

  static JsonNode make(String hostname) {
    return ok(ask("POST", "/machines", "{'hostname':'" + hostname + "'}"), 201).body();
  }

  static String encoded(String where) {
    return URLEncoder.encode(where.replace('\'', '"'), StandardCharsets.UTF_8);
  }
}
