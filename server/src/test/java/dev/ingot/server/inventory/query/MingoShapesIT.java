package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.store.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Projections and sorts whose answers the manual gave, and mingo where it agrees. */
@ParameterizedClass
@ValueSource(strings = {"", "shapes"})
class MingoShapesIT {
  private static final Path FOLDER =
      Path.of(System.getProperty("ingot.test.vectors", "src/test/resources/mingo"));

  private static TestStore database;
  private static Queries queries;

  @Parameter private String folder;

  @BeforeParameterizedClassInvocation
  static void open(String folder) throws IOException {
    database = TestStore.open();
    Facets facets =
        new Facets(
            List.of("cpu.cores", "interfaces.mtu", "odd", "dmi.sys_vendor", "m", "s", "rows.a"));
    queries = new Queries(facets, Duration.ofSeconds(30));
    List<JsonNode> documents = read(folder, "documents.jsonl");
    TestNodes.make(database.jdbi(), 0, documents.size());
    database
        .jdbi()
        .useHandle(
            handle -> {
              for (int i = 0; i < documents.size(); i++) {
                handle.execute(
                    "INSERT INTO inventory (node, doc, facet, revision, changed)"
                        + " VALUES (?, ?::jsonb, ?::jsonb, 1, now())",
                    TestNodes.id(i),
                    Json.write(documents.get(i)),
                    Json.write(facets.of(documents.get(i))));
              }
            });
  }

  @AfterParameterizedClassInvocation
  static void close() {
    database.close();
  }

  private static List<JsonNode> read(String folder, String file) throws IOException {
    List<JsonNode> values = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve(folder).resolve(file))) {
      values.add(Json.read(line));
    }
    return values;
  }

  private static List<JsonNode> ask(ObjectNode body) {
    QueryBody read = Json.MAPPER.treeToValue(body, QueryBody.class);
    return database.jdbi().withHandle(handle -> queries.answer(handle, read)).items();
  }

  @Test
  void everyProjectionShowsWhatTheOracleSays() throws IOException {
    List<JsonNode> vectors = read(folder, "projections.jsonl");
    for (JsonNode vector : vectors) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.putObject("filter").put("mercury_id", TestNodes.id(vector.path("of").intValue()));
      body.set("projection", vector.path("projection"));
      ObjectNode shown = (ObjectNode) ask(body).getFirst();
      assertThat(shown.remove("mercury_id").isString()).isTrue();
      assertThat(MongoSemantics.same(shown, vector.path("shows")))
          .as("%s shows %s, not %s", vector.path("projection"), shown, vector.path("shows"))
          .isTrue();
    }
    assertThat(vectors).hasSizeGreaterThan(100);
  }

  @Test
  void everySortHasTheOrderThatTheOracleSays() throws IOException {
    List<JsonNode> vectors = read(folder, "sorts.jsonl");
    for (JsonNode vector : vectors) {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.set("sort", vector.path("sort"));
      body.putObject("projection").put("mercury_id", 1);
      body.put("limit", 1000);
      List<Integer> ids =
          ask(body).stream().map(item -> number(item.path("mercury_id").stringValue())).toList();
      List<Integer> expected = vector.path("ids").valueStream().map(JsonNode::intValue).toList();
      assertThat(ids).as("%s", vector.path("sort")).isEqualTo(expected);
    }
    assertThat(vectors).hasSizeGreaterThan(50);
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.length() - 4), 16);
  }
}
