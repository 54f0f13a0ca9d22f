package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.DeclaredPaths;
import dev.ingot.server.inventory.DocumentStore;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every route is tried by somebody who sees one node of two and a part of its document. A route
 * that does not say that it answers in part is closed; one that says so stands below with what is
 * tried of it, and nothing that is hidden may be in its answers.
 */
final class SegmentedRoutesIT {
  private static final String SEEN = TestNodes.id(1);
  private static final String UNSEEN = TestNodes.id(2);

  /** In every hidden value, and in every name of the hidden node. */
  private static final String HIDDEN = "unseen";

  /**
   * One request.
   *
   * @param statuses what it may be answered with
   */
  record Try(String path, @Nullable String body, Set<Integer> statuses) {}

  static Try ok(String path) {
    return new Try(path, null, Set.of(200));
  }

  static Try ok(String path, String body) {
    return new Try(path, body, Set.of(200));
  }

  static Try gone(String path, @Nullable String body) {
    return new Try(path, body, Set.of(404));
  }

  static Try forbidden(String path, @Nullable String body) {
    return new Try(path, body, Set.of(403));
  }

  private static String node(String id, String rest) {
    return "/api/v1/nodes/" + id + rest;
  }

  private static final String FILTER =
      "%7B%22dmi.product_serial%22%3A%7B%22%24exists%22%3Atrue%7D%7D";
  private static final String WHERE = "{\"filter\": {\"dmi.product_serial\": {\"$exists\": true}}}";

  /** What is tried of each route that answers in part. */
  private static final Map<String, List<Try>> TRIES = tries();

  private static Map<String, List<Try>> tries() {
    Map<String, List<Try>> tries = new TreeMap<>();
    tries.put("GET /api/v1/openapi.json", List.of(ok("/api/v1/openapi.json")));
    tries.put(
        "GET /api/v1/nodes",
        List.of(
            ok("/api/v1/nodes"),
            ok("/api/v1/nodes?on=all"),
            ok("/api/v1/nodes?on=tag:t2"),
            gone("/api/v1/nodes?on=host2-unseen", null),
            forbidden("/api/v1/nodes?filter=" + FILTER, null),
            forbidden("/api/v1/nodes?on=" + FILTER, null)));
    tries.put("GET /api/v1/nodes/{id}", List.of(ok(node(SEEN, "")), gone(node(UNSEEN, ""), null)));
    tries.put(
        "GET /api/v1/nodes/{id}/inventory",
        List.of(
            ok(node(SEEN, "/inventory")),
            ok(node(SEEN, "/inventory?sources=true")),
            ok(node(SEEN, "/inventory?as-of=now")),
            gone(node(UNSEEN, "/inventory?as-of=now"), null),
            gone(node(UNSEEN, "/inventory"), null)));
    tries.put(
        "GET /api/v1/nodes/{id}/history",
        List.of(
            ok(node(SEEN, "/history")),
            ok(node(SEEN, "/history?path=dmi.sys_vendor")),
            ok(node(SEEN, "/history?change=informational")),
            forbidden(node(SEEN, "/history?path=secret"), null),
            forbidden(node(SEEN, "/history?path=dmi"), null),
            gone(node(UNSEEN, "/history"), null)));
    tries.put(
        "GET /api/v1/nodes/{id}/diff",
        List.of(
            ok(node(SEEN, "/diff?from=now")),
            ok(node(SEEN, "/diff?with=" + SEEN)),
            gone(node(SEEN, "/diff?from=1h%20ago"), null),
            gone(node(SEEN, "/diff?with=" + UNSEEN), null),
            gone(node(UNSEEN, "/diff?from=now"), null)));
    tries.put(
        "POST /api/v1/inventory/query",
        List.of(
            ok("/api/v1/inventory/query", "{\"projection\": {\"node\": 1, \"dmi\": 1}}"),
            ok("/api/v1/inventory/query", "{\"count\": true}"),
            forbidden("/api/v1/inventory/query", WHERE),
            forbidden("/api/v1/inventory/query", "{\"explain\": true}"),
            forbidden("/api/v1/inventory/query", "{\"sort\": {\"node.class\": 1}}"),
            forbidden("/api/v1/inventory/query", "{\"sort\": {\"dmi\": 1}}")));
    tries.put(
        "POST /api/v1/inventory/aggregate",
        List.of(
            ok("/api/v1/inventory/aggregate", "{\"pipeline\": []}"),
            ok(
                "/api/v1/inventory/aggregate",
                "{\"pipeline\": [{\"$group\": {\"_id\": \"$dmi.sys_vendor\"}}]}"),
            ok(
                "/api/v1/inventory/aggregate",
                "{\"pipeline\": [{\"$project\": {\"dmi\": 1, \"node\": 1}}]}"),
            forbidden(
                "/api/v1/inventory/aggregate",
                "{\"pipeline\": [{\"$group\": {\"_id\": \"$dmi.product_serial\"}}]}"),
            forbidden(
                "/api/v1/inventory/aggregate",
                "{\"pipeline\": [{\"$group\": {\"_id\": null,"
                    + " \"n\": {\"$addToSet\": \"$secret\"}}}]}"),
            forbidden(
                "/api/v1/inventory/aggregate", "{\"pipeline\": [{\"$sort\": {\"dmi\": 1}}]}")));
    tries.put(
        "POST /api/v1/inventory/distinct",
        List.of(
            ok("/api/v1/inventory/distinct", "{\"path\": \"dmi.sys_vendor\"}"),
            ok("/api/v1/inventory/distinct", "{\"path\": \"node.hostname\"}"),
            forbidden("/api/v1/inventory/distinct", "{\"path\": \"dmi\"}"),
            forbidden("/api/v1/inventory/distinct", "{\"path\": \"secret.a\"}")));
    tries.put(
        "GET /api/v1/lookup",
        List.of(
            ok("/api/v1/lookup?key=host1"),
            gone("/api/v1/lookup?key=host2-unseen", null),
            gone("/api/v1/lookup?key=02:00:00:00:00:01", null)));
    tries.put("GET /api/v1/plugins", List.of(ok("/api/v1/plugins")));
    tries.put(
        "GET /api/v1/nodes/{id}/plugins",
        List.of(ok(node(SEEN, "/plugins")), gone(node(UNSEEN, "/plugins"), null)));
    tries.put(
        "GET /api/v1/nodes/{id}/plugins/{name}",
        List.of(gone(node(SEEN, "/plugins/x"), null), gone(node(UNSEEN, "/plugins/x"), null)));
    tries.put(
        "GET /api/v1/nodes/{id}/plugins/{name}/history",
        List.of(
            gone(node(SEEN, "/plugins/x/history"), null),
            gone(node(UNSEEN, "/plugins/x/history"), null)));
    tries.put("GET /api/v1/views", List.of(ok("/api/v1/views")));
    tries.put("GET /api/v1/views/{name}", List.of(ok("/api/v1/views/probe")));
    tries.put(
        "POST /api/v1/views/{name}/run",
        List.of(
            ok("/api/v1/views/probe/run", "{\"count\": true}"),
            forbidden("/api/v1/views/probe-hidden/run", "{}")));
    for (String verb : List.of("approve", "revoke", "readmit")) {
      tries.put(
          "POST /api/v1/nodes/{id}/" + verb,
          List.of(
              gone(node(UNSEEN, "/" + verb), null),
              new Try(node(SEEN, "/" + verb), null, Set.of(200, 409))));
    }
    tries.put(
        "PATCH /api/v1/nodes/{id}",
        List.of(
            gone(node(UNSEEN, ""), "{\"tags\": {\"x\": true}}"),
            ok(node(SEEN, ""), "{\"tags\": {\"x\": true}}")));
    tries.put(
        "GET /api/v1/inventory/export",
        List.of(
            ok("/api/v1/inventory/export"),
            gone("/api/v1/inventory/export?on=host2-unseen", null),
            forbidden("/api/v1/inventory/export?filter=" + FILTER, null)));
    tries.put(
        "POST /api/v1/inventory/bulk",
        List.of(ok("/api/v1/inventory/bulk", "{\"mercury_id\": \"" + SEEN + "\", \"rack\": {}}")));
    String inventory = "/api/v1/nodes/{id}/inventory";
    tries.put(
        "PUT " + inventory,
        List.of(
            gone(node(UNSEEN, "/inventory"), "{\"rack\": {}}"),
            forbidden(node(SEEN, "/inventory"), "{\"secret\": {}}")));
    tries.put(
        "PATCH " + inventory,
        List.of(
            gone(node(UNSEEN, "/inventory"), "{\"rack\": {}}"),
            forbidden(node(SEEN, "/inventory"), "{\"dmi\": {\"product_serial\": null}}")));
    tries.put("DELETE " + inventory, List.of(gone(node(UNSEEN, "/inventory"), null)));
    tries.put(
        "PUT " + inventory + "/{section}",
        List.of(
            gone(node(UNSEEN, "/inventory/rack"), "{}"),
            forbidden(node(SEEN, "/inventory/dmi"), "{}")));
    tries.put(
        "DELETE " + inventory + "/{section}",
        List.of(
            gone(node(UNSEEN, "/inventory/dmi"), null),
            gone(node(SEEN, "/inventory/secret"), null),
            forbidden(node(SEEN, "/inventory/dmi"), null)));
    tries.put("DELETE /api/v1/nodes/{id}", List.of(gone(node(UNSEEN, ""), null)));
    tries.putAll(SegmentedJobs.tries(SEEN, UNSEEN));
    return tries;
  }

  /** Followed by a test of its own: an answer of it does not end. */
  private static final Set<String> STREAMS = Set.of("GET /api/v1/events");

  private static TestServer server;
  private static String nosy;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 1, 3);
      store
          .api()
          .useHandle(
              handle ->
                  handle.execute(
                      "UPDATE node SET hostname = 'host2-unseen', site = 'unseen' WHERE id = ?",
                      UNSEEN));
      SegmentedJobs.publish(store, SEEN, UNSEEN);
      DocumentStore documents =
          new DocumentStore(store.ingest(), new OutboxTable(() -> {}), DeclaredPaths.DEFAULT);
      for (int version = 1; version < 3; version++) {
        for (String id : List.of(SEEN, UNSEEN)) {
          TestNodes.store(
              documents,
              id,
              version,
              """
              {"dmi": {"sys_vendor": "Dell %1$d", "product_serial": "unseen-%1$d"},
               "interfaces": [{"address": "02:00:00:00:00:01", "x": "unseen"}],
               "secret": {"a": "unseen-%1$d", "unseen": 1}}
              """
                  .formatted(version));
        }
      }
    }
    assertThat(
            server
                .post(
                    "/api/v1/jobs",
                    "{\"on\": \"all\", \"capability\": \"echo\", \"arguments\": {}}")
                .text("id"))
        .isEqualTo("1");
    role("nosy", "{\"node.tags\": \"t1\"}");
    nosy = token("nosy");
    String rule =
        "{\"filter\": {\"dmi.product_serial\": {\"$regex\": \"unseen\"}}, \"priority\": 1}";
    assertThat(
            server.send("PUT", "/api/v1/classes/unseen-class", rule, server.adminToken()).status())
        .isEqualTo(201);
    Awaitility.await().until(() -> server.get(node(SEEN, "")).text("class").equals("unseen-class"));
    view(
        "probe",
        "{\"filter\": {}, \"columns\": [{\"path\": \"dmi.sys_vendor\", \"title\": \"V\"}]}");
    view(
        "probe-hidden",
        "{\"filter\": {\"dmi.product_serial\": \"x\"}, \"columns\": [{\"path\": \"dmi.sys_vendor\","
            + " \"title\": \"V\"}]}");
  }

  private static void role(String name, String nodes) {
    String body =
        "{\"base\": \"operator\", \"nodes\": %s, \"read\": [\"dmi.sys_vendor\"], \"write\": []}"
            .formatted(nodes);
    assertThat(server.send("PUT", "/api/v1/roles/" + name, body, server.adminToken()).status())
        .isEqualTo(201);
  }

  private static String token(String role) {
    return server
        .post("/api/v1/tokens", "{\"name\": \"%s\", \"role\": \"%s\"}".formatted(role, role))
        .text("secret");
  }

  private static void view(String name, String definition) {
    Answer answer = server.send("PUT", "/api/v1/views/" + name, definition, server.adminToken());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyRouteThatAnswersInPartIsTried() {
    Set<String> tried = new TreeSet<>(TRIES.keySet());
    tried.addAll(STREAMS);
    assertThat(server.server().segmented()).isEqualTo(tried);
  }

  @Test
  void everyOtherRouteIsClosed() {
    Set<String> segmented = server.server().segmented();
    for (Map.Entry<String, String> route : server.server().routes().entrySet()) {
      if (!segmented.contains(route.getKey()) && !route.getValue().equals("none")) {
        String[] words = route.getKey().split(" ", 2);
        String path = words[1].replaceAll("\\{.*?}", SEEN);
        Answer answer = server.send(words[0], path, words[0].equals("GET") ? null : "{}", nosy);
        assertThat(answer.status()).as(route.getKey()).isEqualTo(403);
      }
    }
  }

  private static Answer ask(String route, Try tried) {
    if (!route.endsWith("/bulk")) {
      return server.send(route.split(" ", 2)[0], tried.path, tried.body, nosy);
    }
    return server.send(
        HttpRequest.newBuilder(server.uri(tried.path))
            .header("Authorization", "Bearer " + nosy)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.valueOf(tried.body)))
            .build());
  }

  @Test
  void noAnswerHasWhatIsHidden() {
    TRIES.forEach(
        (route, tries) -> {
          for (Try tried : tries) {
            Answer answer = ask(route, tried);
            String told = answer.response().body() + answer.response().headers().map();
            assertThat(answer.status())
                .as("%s %s %s: %s", route, tried.path, tried.body, told)
                .isIn(tried.statuses);
            if (answer.status() < 400) {
              assertThat(told).as(route).doesNotContain(HIDDEN, UNSEEN);
            } else {
              String asked = tried.path + tried.body;
              assertThat(told.replace(asked, ""))
                  .as(route)
                  .doesNotContain("host2-unseen\",", "unseen-");
            }
          }
        });
  }

  @Test
  void theWholeStoryOfEventsHasNothingHidden() throws IOException, InterruptedException {
    try (EventStreamClient stream = new EventStreamClient(server, "", "0", nosy)) {
      int heard = 0;
      for (EventStreamClient.Message message = stream.next();
          message != null;
          message = stream.soon()) {
        assertThat(Json.write(message.data())).doesNotContain(HIDDEN, UNSEEN, "serial");
        heard++;
      }
      assertThat(heard).isPositive();
    }
  }
}
