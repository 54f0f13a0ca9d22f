package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** A server, and names that no other test uses. */
abstract class ResourceScene {
  static final String MACHINES = "/api/v1/resources/machines";
  private static final AtomicInteger NAMES = new AtomicInteger();

  static TestServer server;
  static Jdbi jdbi;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    jdbi =
        Jdbi.create(
            server.database().url(), server.database().user(), server.database().password());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static String name() {
    return "m" + NAMES.incrementAndGet();
  }

  static Answer ok(Answer answer, int status) {
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
    return answer;
  }

  /** A refusal: its status, its field, and a detail that says the words. */
  static void refused(Answer answer, int status, String field, String words) {
    ok(answer, status);
    assertThat(answer.text("field")).as(answer.response().body()).isEqualTo(field);
    assertThat(answer.text("detail")).contains(words);
  }

  static String json(String text) {
    return text.replace('\'', '"');
  }

  static Answer make(String hostname, String more) {
    return ok(server.post(MACHINES, json("{'hostname':'" + hostname + "'" + more + "}")), 201);
  }

  /** A kind of its own, so that what is free is known. */
  static String kind(int count) {
    String kind = "kind-" + NAMES.incrementAndGet();
    ok(
        server.put(
            "/api/v1/resource-kinds/" + kind,
            json(
                "{'key':'serial','schema':{'properties':{'size':{'type':'integer'}}},"
                    + "'states':{'idle':['in_use','broken'],'in_use':['idle','broken'],"
                    + "'broken':['idle']},'initial':'idle','claim':{'from':['idle'],"
                    + "'to':'in_use'},'release':{'from':['in_use'],'to':'idle'}}")),
        201);
    if (count > 0) {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        items.add("{\"serial\":\"s%03d\",\"size\":%d}".formatted(i, i));
      }
      ok(server.post("/api/v1/resources/" + kind, items.toString()), 201);
    }
    return kind;
  }

  static Answer claim(String kind, String body) {
    return server.post("/api/v1/resources/" + kind + "/claims", json(body));
  }

  static Answer release(String claim) {
    return server.post("/api/v1/claims/" + claim + "/release", "{}");
  }

  static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  static JsonNode list(String kind, String where) {
    String encoded = URLEncoder.encode(json(where), StandardCharsets.UTF_8);
    return ok(server.get("/api/v1/resources/" + kind + "?count=true&where=" + encoded), 200).body();
  }

  static Answer with(String header, String value, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + server.adminToken())
            .header(header, value);
    return server.send(request.build());
  }

  static long count(String query) {
    return jdbi.withHandle(handle -> handle.createQuery(query).mapTo(Long.class).one());
  }

  static JsonNode read(String text) {
    return Json.read(json(text));
  }
}
