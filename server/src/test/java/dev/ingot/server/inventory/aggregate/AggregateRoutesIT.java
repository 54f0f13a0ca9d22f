package dev.ingot.server.inventory.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.filter.Matching;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AggregateRoutesIT {
  private static final String AGGREGATE = "/api/v1/inventory/aggregate";
  private static final String DISTINCT = "/api/v1/inventory/distinct";
  private static final int EXAMPLES = 3;
  private static final Pattern DOCUMENTS = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|.*\\| `(\\[.*\\])` \\| `(\\[.*\\])` \\|$");

  private static TestServer server;
  private static String page;

  /** The documents of the page are the first three, the oracle's follow; one has none. */
  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start();
    page = Files.readString(Path.of("../docs/aggregate.md"));
    List<String> documents = new ArrayList<>();
    Matcher block = DOCUMENTS.matcher(page);
    assertThat(block.find()).isTrue();
    Json.read(block.group(1)).forEach(document -> documents.add(Json.write(document)));
    assertThat(documents).hasSize(EXAMPLES);
    for (String line : PipelineVectorsTest.lines("pipeline-documents.jsonl")) {
      documents.add(Json.write(((ObjectNode) Json.read(line)).without("mercury_id")));
    }
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 0, documents.size() + 1);
      InventoryWriter writer =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT).writer();
      for (int i = 0; i < documents.size(); i++) {
        TestNodes.store(writer, TestNodes.id(i), 1, documents.get(i));
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode items(String pipeline) {
    Answer answer = server.post(AGGREGATE, "{\"pipeline\": " + pipeline + "}");
    assertThat(answer.status()).as("%s: %s", pipeline, answer.body()).isEqualTo(200);
    return answer.body().path("items");
  }

  private static String among(String first, String stages) {
    return "[{\"$match\": {\"mercury_id\": " + first + "}}," + stages.strip().substring(1);
  }

  @Test
  void everyExampleOfThePageAnswersWhatItSays() {
    Matcher row = ROW.matcher(page);
    String ids =
        "{\"$in\": [\"%s\", \"%s\", \"%s\"]}"
            .formatted(TestNodes.id(0), TestNodes.id(1), TestNodes.id(2));
    int count = 0;
    while (row.find()) {
      JsonNode expected = Json.read(row.group(2));
      JsonNode found = items(among(ids, row.group(1)));
      assertThat(Matching.same(found, expected)).as("%s: %s", row.group(1), found).isTrue();
      count++;
    }
    assertThat(count).isGreaterThan(9);
  }

  /** The same pipelines in memory are held to the oracle; here the database selects and reads. */
  @Test
  void overTheDatabaseAPipelineAnswersAsInMemory() throws IOException {
    List<ObjectNode> stored = new ArrayList<>();
    for (JsonNode document : items("[{\"$skip\": 0}]")) {
      stored.add((ObjectNode) document);
    }
    assertThat(stored).hasSizeGreaterThan(20);
    List<String> vectors = PipelineVectorsTest.lines("pipelines.jsonl");
    for (int i = 0; i < vectors.size(); i += 12) {
      JsonNode pipeline = Json.read(vectors.get(i)).path("pipeline");
      List<JsonNode> expected = PipelineVectorsTest.run(pipeline, stored);
      JsonNode found = items(pipeline.toString());
      assertThat(Matching.same(found, Json.MAPPER.valueToTree(expected)))
          .as("%s: %s, not %s", pipeline, found, expected)
          .isTrue();
    }
  }

  @Test
  void whatStandsBesideTheDocumentIsGroupedToo() {
    assertThat(
            items(
                    """
                    [{"$match": {"node.hostname": {"$in": ["host0", "host1", "host2"]}}},
                     {"$group": {"_id": "$node.location.rack", "names": {"$push": "$node.hostname"}}}]
                    """)
                .toString())
        .isEqualTo(
            "[{\"_id\":\"r0\",\"names\":[\"host0\",\"host2\"]},{\"_id\":\"r1\",\"names\":[\"host1\"]}]");
  }

  /** They are handed on as the database writes them. */
  @Test
  void wholeDocumentsOfAPageAreThoseThatArePruned() {
    String query = "/api/v1/inventory/query";
    JsonNode whole = server.post(query, "{\"limit\": 1000}").body().path("items");
    JsonNode read =
        server
            .post(query, "{\"limit\": 1000, \"projection\": {\"nothing\": 0}}")
            .body()
            .path("items");
    assertThat(whole.size()).isGreaterThan(EXAMPLES);
    assertThat(Matching.same(whole, read)).isTrue();
  }

  @Test
  void namesOfSectionsAreNeverSql() {
    for (String name : List.of("a\"b", "a'b", "a?b", "a:b", "a\\\\b", "x".repeat(100), "é")) {
      assertThat(
              items("[{\"$group\": {\"_id\": \"$%s.c\"}}]".formatted(name.replace("\"", "\\\"")))
                  .toString())
          .as(name)
          .isEqualTo("[{\"_id\":null}]");
    }
  }

  @Test
  void distinctValuesComeInOrderOnceEach() {
    Answer answer =
        server.post(
            DISTINCT,
            "{\"path\": \"cpu.cores\", \"filter\": {\"node.hostname\": {\"$in\": [\"host0\","
                + " \"host1\", \"host2\"]}}}");
    assertThat(answer.body().toString()).isEqualTo("{\"values\":[2,8,16]}");
    assertThat(server.post(DISTINCT, "{\"path\": \"nothing.here\"}").body().toString())
        .isEqualTo("{\"values\":[]}");
  }

  @Test
  void pathsAreDeclaredAndGivenUpOverTheApi() {
    String indexes = "/api/v1/inventory/indexes";
    Answer added = server.post(indexes, "{\"path\": \"odd.x\"}");
    assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
    assertThat(added.text("state")).isEqualTo("building");
    assertThat(server.post(indexes, "{\"path\": \"odd.x\"}").status()).isEqualTo(409);
    assertThat(server.post(indexes, "{\"path\": \"odd.y\", \"kind\": \"hash\"}").text("field"))
        .isEqualTo("kind");
    assertThat(server.get(indexes).body().path("items").size()).isGreaterThan(30);
    assertThat(server.delete(indexes + "/odd.x").status()).isEqualTo(204);
    assertThat(server.delete(indexes + "/odd.x").status()).isEqualTo(404);
    Answer explained =
        server.post("/api/v1/inventory/query", "{\"filter\": {\"odd.x\": 1}, \"explain\": true}");
    assertThat(explained.body().path("explain").path("undeclared").toString())
        .isEqualTo("[\"odd.x\"]");
  }

  @Test
  void whatCannotBeAskedIsRefusedByName() {
    Map<String, String> asked =
        Map.ofEntries(
            Map.entry("[{\"$lookup\": {}}]", "pipeline.0.$lookup"),
            Map.entry("[{\"$limit\": 1}, {\"$function\": {}}]", "pipeline.1.$function"),
            Map.entry("[{\"$match\": {\"$where\": \"1\"}}]", "pipeline.0.$match.$where"),
            Map.entry("[{\"$group\": {}}]", "pipeline.0.$group"),
            Map.entry(
                "[{\"$group\": {\"_id\": 1, \"n\": {\"$median\": 1}}}]",
                "pipeline.0.$group.n.$median"),
            Map.entry(
                "[{\"$group\": {\"_id\": {\"$function\": {}}}}]",
                "pipeline.0.$group._id.$function"),
            Map.entry("[{\"$group\": {\"_id\": \"$a..b\"}}]", "pipeline.0.$group._id"),
            Map.entry("[{\"$group\": {\"_id\": \"$$NOW\"}}]", "pipeline.0.$group._id"),
            Map.entry(
                "[{\"$group\": {\"_id\": 1, \"a.b\": {\"$sum\": 1}}}]", "pipeline.0.$group.a.b"),
            Map.entry("[{\"$sort\": {\"a\": 2}}]", "pipeline.0.$sort.a"),
            Map.entry("[{\"$limit\": 0}]", "pipeline.0.$limit"),
            Map.entry("[{\"$skip\": -1}]", "pipeline.0.$skip"),
            Map.entry("[{\"$project\": {}}]", "pipeline.0.$project"),
            Map.entry("[{\"$project\": {\"a\": 1, \"b\": 0}}]", "pipeline.0.$project.b"),
            Map.entry("[{\"$project\": {\"a\": 1, \"a.b\": 1}}]", "pipeline.0.$project.a.b"),
            Map.entry("[{\"$unwind\": \"a\"}]", "pipeline.0.$unwind"),
            Map.entry("[{\"$unwind\": {\"path\": \"$a\", \"x\": 1}}]", "pipeline.0.$unwind.x"),
            Map.entry("[{\"$count\": \"$n\"}]", "pipeline.0.$count"),
            Map.entry("[{\"$match\": {}, \"$limit\": 1}]", "pipeline.0"),
            Map.entry("[1]", "pipeline.0"),
            Map.entry("{}", "pipeline"),
            Map.entry(
                "[{\"$project\": {\"n\": {\"$size\": \"$dmi\"}}}]", "pipeline.0.$project.n.$size"));
    asked.forEach(
        (pipeline, field) -> {
          Answer answer = server.post(AGGREGATE, "{\"pipeline\": " + pipeline + "}");
          assertThat(answer.status()).as("%s: %s", pipeline, answer.body()).isEqualTo(422);
          assertThat(answer.text("field")).as("%s: %s", pipeline, answer.body()).isEqualTo(field);
        });
    assertThat(
            server.post(AGGREGATE, "{\"pipeline\": [{\"$gruop\": {\"_id\": 1}}]}").text("detail"))
        .isEqualTo("unknown stage $gruop; the nearest known is $group");
    assertThat(server.post(AGGREGATE, "{}").status()).isEqualTo(422);
  }
}
