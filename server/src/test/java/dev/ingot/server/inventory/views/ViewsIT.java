package dev.ingot.server.inventory.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ViewsIT {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, 8);
      Inventory inventory =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      for (int i = 1; i < 8; i++) {
        TestNodes.store(
            inventory.writer(),
            TestNodes.id(i),
            1,
            "{\"dmi\": {\"sys_vendor\": \"%s\", \"product_name\": \"M%d\"}, \"cpu\": [{\"cores\": %d}]}"
                .formatted(i % 2 == 0 ? "Dell Inc." : "HPE", i, i));
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Answer put(String name, String definition, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri("/api/v1/views/" + name))
            .PUT(BodyPublishers.ofString(definition))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + server.adminToken());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.send(request.build());
  }

  private static Answer run(String name, String asked) {
    return server.post("/api/v1/views/" + name + "/run", asked);
  }

  private static Answer load(boolean dryRun, String... filesAndTexts) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("dryRun", dryRun);
    ArrayNode files = body.putArray("files");
    for (int i = 0; i < filesAndTexts.length; i += 2) {
      files.addObject().put("file", filesAndTexts[i]).put("text", filesAndTexts[i + 1]);
    }
    return server.post("/api/v1/views/load", body.toString());
  }

  private static Map<String, String> states(Answer loaded) {
    assertThat(loaded.status()).as("%s", loaded.body()).isEqualTo(200);
    Map<String, String> states = new LinkedHashMap<>();
    loaded
        .body()
        .path("items")
        .forEach(item -> states.put(item.path("name").asString(), item.path("state").asString()));
    return states;
  }

  private static String etag(Answer answer) {
    return answer.response().headers().firstValue("ETag").orElseThrow();
  }

  private static List<String> kinds(String name) {
    List<String> kinds = new ArrayList<>();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      store
          .api()
          .useHandle(
              handle ->
                  kinds.addAll(
                      handle
                          .createQuery(
                              "SELECT action FROM event_outbox WHERE type = 'view' AND type_id ="
                                  + " :name UNION ALL SELECT action FROM event WHERE type = 'view'"
                                  + " AND type_id = :name")
                          .bind("name", name)
                          .mapTo(String.class)
                          .list()));
    }
    return kinds;
  }

  @Test
  void aViewIsStoredShownRunAndDeletedWithItsTraces() {
    Answer made =
        put(
            "dells",
            """
            {"description": "ours", "filter": {"dmi.sys_vendor": "Dell Inc."},
             "sort": {"dmi.product_name": -1},
             "columns": [{"path": "dmi.product_name"}, {"title": "C", "path": "cpu.0.cores"}]}
            """);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.text("origin")).isEqualTo("stored");
    assertThat(made.text("kind")).isEqualTo("nodes");
    Answer rows = run("dells", "{\"limit\": 2, \"count\": true}");
    assertThat(rows.status()).as("%s", rows.body()).isEqualTo(200);
    assertThat(rows.body().path("columns").toString())
        .isEqualTo(
            "[{\"title\":\"PRODUCT NAME\",\"path\":\"dmi.product_name\"},"
                + "{\"title\":\"C\",\"path\":\"cpu.0.cores\"}]");
    assertThat(rows.body().path("items"))
        .isEqualTo(
            Json.read(
                """
                [{"mercury_id": "%s", "dmi": {"product_name": "M6"}, "cpu": [{"cores": 6}]},
                 {"mercury_id": "%s", "dmi": {"product_name": "M4"}, "cpu": [{"cores": 4}]}]
                """
                    .formatted(TestNodes.id(6), TestNodes.id(4))));
    assertThat(rows.body().path("count").asInt()).isEqualTo(3);
    Answer next = run("dells", "{\"cursor\": \"" + rows.body().path("next").asString() + "\"}");
    assertThat(next.body().path("items").size()).isEqualTo(1);
    assertThat(next.body().path("next").isNull()).isTrue();

    assertThat(server.delete("/api/v1/views/dells").status()).isEqualTo(204);
    assertThat(server.get("/api/v1/views/dells").status()).isEqualTo(404);
    assertThat(run("dells", "{}").status()).isEqualTo(404);
    assertThat(server.delete("/api/v1/views/dells").status()).isEqualTo(404);
    assertThat(kinds("dells")).containsExactlyInAnyOrder("created", "deleted");
    assertThat(
            server
                .get("/api/v1/audit")
                .body()
                .path("items")
                .valueStream()
                .filter(entry -> entry.path("target").asString().equals("view:dells"))
                .map(entry -> entry.path("action").asString()))
        .containsExactly("view.delete", "view.create");
  }

  @Test
  void anEditOfWhatHasChangedMeanwhileIsRefused() {
    String first = etag(put("edited", "{\"filter\": {\"a\": 1}}"));
    Answer second = put("edited", "{\"filter\": {\"a\": 2}}", "If-Match", first);
    assertThat(second.status()).isEqualTo(200);
    assertThat(put("edited", "{\"filter\": {\"a\": 3}}", "If-Match", first).status())
        .isEqualTo(412);
    assertThat(put("edited", "{}", "If-None-Match", "*").status()).isEqualTo(412);
    assertThat(put("nobody", "{}", "If-Match", first).status()).isEqualTo(412);
    Answer same = put("edited", "{\"filter\": {\"a\": 2}}");
    assertThat(same.status()).isEqualTo(200);
    assertThat(etag(same)).isEqualTo(etag(second));
    assertThat(kinds("edited")).containsExactlyInAnyOrder("created", "changed");
  }

  @Test
  void theOrderOfASortsKeysIsKept() {
    put("ordered", "{\"sort\": {\"z\": 1, \"a\": -1}}");
    assertThat(server.get("/api/v1/views/ordered").body().path("definition").toString())
        .isEqualTo("{\"name\":\"ordered\",\"sort\":{\"z\":1,\"a\":-1}}");
    Answer turned = put("ordered", "{\"sort\": {\"a\": -1, \"z\": 1}}");
    assertThat(turned.body().path("definition").path("sort").toString())
        .isEqualTo("{\"a\":-1,\"z\":1}");
  }

  @Test
  void aFolderIsLoadedAgainAndAgainAndSaysWhatEachFileBrought() {
    String yaml =
        """
        # what a person writes
        description: by rack
        parameters:
          rack: {description: the rack, default: r1}
        filter:
          node.location.rack: {$parameter: rack}
        columns:
        - {path: node.hostname, title: NAME}
        """;
    String json = "{\"name\": \"two\", \"filter\": {\"cpu.cores\": {\"$gte\": 2}}}";
    assertThat(states(load(true, "sub/by-rack.yaml", yaml, "b.json", json)))
        .isEqualTo(Map.of("by-rack", "created", "two", "created"));
    assertThat(server.get("/api/v1/views/by-rack").status()).isEqualTo(404);
    assertThat(states(load(false, "sub/by-rack.yaml", yaml, "b.json", json)))
        .isEqualTo(Map.of("by-rack", "created", "two", "created"));
    assertThat(states(load(false, "sub/by-rack.yaml", yaml, "b.json", json.replace("2}}", "3}}"))))
        .isEqualTo(Map.of("by-rack", "unchanged", "two", "changed"));
    assertThat(names(run("by-rack", "{}"))).containsExactly("host1", "host3", "host5", "host7");
    assertThat(names(run("by-rack", "{\"parameters\": {\"rack\": \"r0\"}}")))
        .containsExactly("host0", "host2", "host4", "host6");
    assertThat(run("by-rack", "{\"parameters\": {\"rack\": {\"$ne\": 1}}}").text("field"))
        .isEqualTo("parameters.rack");
    assertThat(run("by-rack", "{\"parameters\": {\"wreck\": \"r0\"}}").text("detail"))
        .contains("did you mean rack");
  }

  private static List<String> names(Answer rows) {
    assertThat(rows.status()).as("%s", rows.body()).isEqualTo(200);
    return rows.body()
        .path("items")
        .valueStream()
        .map(item -> item.path("node").path("hostname").asString(""))
        .toList();
  }

  @Test
  void oneBadFileKeepsTheWholeFolderOutAndEachIsNamedWithFieldAndRule() {
    Answer answer =
        load(
            false,
            "good.yaml",
            "filter: {a: 1}",
            "bad.yaml",
            "filter: {a: {$regx: x}}",
            "worse.json",
            "{\"filter\": ",
            "twice.yaml",
            "name: good");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("field")).isEqualTo("bad.yaml");
    assertThat(answer.text("detail").lines())
        .hasSize(3)
        .element(0)
        .isEqualTo("bad.yaml: filter.a.$regx: unknown operator $regx; the nearest known is $regex");
    assertThat(answer.text("detail").lines().skip(1))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("worse.json: line 1: not JSON: "),
            line -> assertThat(line).isEqualTo("twice.yaml: name: good is also in good.yaml"));
    assertThat(server.get("/api/v1/views/good").status()).isEqualTo(404);
  }

  @Test
  void whatCannotBeAViewIsOneProblemThatNamesTheField() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("{\"filter\": {\"$where\": \"1\"}}", "filter.$where");
    wrong.put("{\"filter\": {\"a\": {\"$in\": 1}}}", "filter.a.$in");
    wrong.put("{\"fliter\": {}}", "fliter");
    wrong.put("{\"name\": \"other\"}", "name");
    wrong.put("{\"sort\": {\"a\": 3}}", "sort.a");
    wrong.put("{\"projection\": {\"a\": 1, \"b\": 0}}", "projection.b");
    wrong.put("{\"description\": 1}", "description");
    wrong.put("{\"columns\": []}", "columns");
    wrong.put("{\"columns\": [{}]}", "columns.0.path");
    wrong.put("{\"columns\": [{\"path\": \"a..b\"}]}", "columns.0.path");
    wrong.put("{\"columns\": [{\"path\": \"a\", \"unit\": \"furlong\"}]}", "columns.0.unit");
    wrong.put("{\"columns\": [{\"path\": \"a\", \"titel\": \"x\"}]}", "columns.0.titel");
    wrong.put(
        "{\"projection\": {\"dmi\": 1}, \"columns\": [{\"path\": \"dmi.x\"}, {\"path\": \"cpu\"}]}",
        "columns.1.path");
    wrong.put(
        "{\"projection\": {\"dmi\": 0}, \"columns\": [{\"path\": \"dmi.x\"}]}", "columns.0.path");
    wrong.put("{\"filter\": {\"a\": {\"$parameter\": \"p\"}}}", "filter.a");
    wrong.put("{\"parameters\": {\"p\": {}}}", "parameters.p");
    wrong.put("{\"parameters\": {\"p\": {\"type\": \"list\"}}}", "parameters.p.type");
    wrong.put(
        "{\"parameters\": {\"p\": {\"type\": \"number\", \"default\": \"x\"}},"
            + " \"filter\": {\"a\": {\"$parameter\": \"p\"}}}",
        "parameters.p.default");
    wrong.put("{\"pipeline\": [], \"sort\": {\"a\": 1}}", "sort");
    wrong.put("{\"pipeline\": [{\"$grop\": {}}]}", "pipeline.0.$grop");
    wrong.put(
        "{\"pipeline\": [{\"$group\": {\"_id\": null, \"n\": {\"$sum\": 1}}}],"
            + " \"columns\": [{\"path\": \"m\"}]}",
        "columns.0.path");
    wrong.forEach(
        (definition, field) -> {
          Answer answer = put("wrong", definition);
          assertThat(answer.status()).as("%s: %s", definition, answer.body()).isEqualTo(422);
          assertThat(answer.text("field")).as(definition).isEqualTo(field);
        });
    assertThat(put("wrong", "[]").status()).isEqualTo(400);
    assertThat(put("-wrong", "{}").text("field")).isEqualTo("name");
    assertThat(put("wrong", "{\"description\": \"" + "x".repeat(70_000) + "\"}").status())
        .isEqualTo(413);
    assertThat(server.get("/api/v1/views/wrong").status()).isEqualTo(404);
    assertThat(kinds("wrong")).isEmpty();
  }

  @Test
  void aViewIsATargetUnlessItShowsNoNodes() {
    put("pair", "{\"filter\": {\"cpu.cores\": {\"$in\": [2, 5]}}, \"sort\": {\"cpu.cores\": -1}}");
    put(
        "asks",
        "{\"parameters\": {\"v\": {}}, \"filter\": {\"dmi.sys_vendor\": {\"$parameter\": \"v\"}}}");
    put("grouped", "{\"pipeline\": [{\"$count\": \"n\"}]}");
    Answer nodes = on("view:pair");
    assertThat(nodes.status()).as("%s", nodes.body()).isEqualTo(200);
    assertThat(
            nodes.body().path("items").valueStream().map(node -> node.path("hostname").asString()))
        .containsExactly("host2", "host5");
    assertThat(on("view:nobody").status()).isEqualTo(404);
    assertThat(on("view:asks").text("detail")).contains("parameter v");
    Answer refused = on("view:grouped");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("field")).isEqualTo("on");
    assertThat(refused.text("detail")).contains("view grouped").contains("no nodes");
  }

  @Test
  void aPipelineShowsAllItsGroupsAtOnceWithTheirCount() {
    Answer put =
        put(
            "vendors",
            """
            {"parameters": {"least": {"type": "number", "default": 1}},
             "filter": {"cpu.cores": {"$gte": {"$parameter": "least"}}},
             "pipeline": [{"$group": {"_id": "$dmi.sys_vendor", "n": {"$sum": 1}}},
               {"$sort": {"_id": 1}}],
             "columns": [{"path": "_id", "title": "VENDOR"}, {"path": "n"}]}
            """);
    assertThat(put.status()).as("%s", put.body()).isEqualTo(201);
    Answer all = run("vendors", "{}");
    assertThat(all.body().path("items"))
        .isEqualTo(Json.read("[{\"_id\": \"Dell Inc.\", \"n\": 3}, {\"_id\": \"HPE\", \"n\": 4}]"));
    assertThat(all.body().path("count").asInt()).isEqualTo(2);
    assertThat(all.text("kind")).isEqualTo("groups");
    Answer some = run("vendors", "{\"parameters\": {\"least\": \"6\"}, \"limit\": 1}");
    assertThat(some.body().path("items"))
        .isEqualTo(Json.read("[{\"_id\": \"Dell Inc.\", \"n\": 1}]"));
    assertThat(some.body().path("count").asInt()).isEqualTo(2);
    assertThat(run("vendors", "{\"cursor\": \"x\"}").text("field")).isEqualTo("cursor");
    assertThat(run("vendors", "{\"limit\": -1}").text("field")).isEqualTo("limit");
  }

  private static Answer on(String target) {
    return server.get("/api/v1/nodes?on=" + URLEncoder.encode(target, StandardCharsets.UTF_8));
  }

  @Test
  void aShippedViewIsThereFromTheStartAndComesBackWhenItsEditIsDeleted() {
    String path = "/api/v1/views/machines-by-switch";
    Answer shipped = server.get(path);
    assertThat(shipped.text("origin")).isEqualTo("shipped");
    assertThat(server.delete(path).status()).isEqualTo(409);
    Answer edited = put("machines-by-switch", "{\"filter\": {\"a\": 1}}");
    assertThat(edited.status()).as("%s", edited.body()).isEqualTo(200);
    assertThat(edited.text("origin")).isEqualTo("edited");
    server.restart();
    assertThat(server.get(path).body()).isEqualTo(edited.body());
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.get(path).body()).isEqualTo(shipped.body());
  }

  @Test
  void theListHasShippedAndStoredByNameInPages() {
    put("zz", "{}");
    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = server.get("/api/v1/views?limit=1" + cursor).body();
      names.add(page.path("items").path(0).path("name").asString());
      cursor = "&cursor=" + page.path("next").asString("");
    } while (cursor.length() > "&cursor=".length());
    assertThat(names).contains("machines-by-switch", "zz").isSorted().doesNotHaveDuplicates();
  }
}
