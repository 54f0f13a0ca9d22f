package dev.ingot.server.inventory.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Filters in memory against the vectors that those in the database are held to. */
class MatchingTest {
  private static final Path VECTORS =
      Path.of(System.getProperty("ingot.test.vectors", "src/test/resources/mingo"));

  @ParameterizedTest
  @ValueSource(strings = {"", "shapes"})
  void inMemoryAFilterFindsWhatItFindsInTheDatabase(String folder) throws IOException {
    Path vectors = VECTORS.resolve(folder);
    List<JsonNode> documents = new ArrayList<>();
    Files.readAllLines(vectors.resolve("documents.jsonl"))
        .forEach(line -> documents.add(Json.read(line)));
    Map<String, String> wrong = new TreeMap<>();
    List<String> lines = Files.readAllLines(vectors.resolve("filters.jsonl"));
    for (String line : lines) {
      JsonNode vector = Json.read(line);
      Matching matching =
          new Matching(FilterParser.parse(vector.path("filter"), "filter"), "filter");
      String finds = vector.path("finds").stringValue();
      for (int i = 0; i < documents.size(); i++) {
        int digit = Character.digit(finds.charAt(i / 4), 16);
        boolean expected = (digit >> (3 - i % 4) & 1) == 1;
        if (matching.matches(documents.get(i)) != expected) {
          wrong.putIfAbsent(vector.path("filter").toString(), expected + " " + documents.get(i));
        }
      }
    }
    assertThat(lines).hasSizeGreaterThan(1000);
    assertThat(wrong).isEmpty();
  }

  @Test
  void anExpressionThatTriesEveryWayIsStopped() {
    Filter filter =
        FilterParser.parse(Json.read("{\"a\": {\"$regex\": \"a*a*a*a*a*a*a*a*y\"}}"), "filter");
    Matching matching = new Matching(filter, "filter");
    JsonNode document = Json.read("{\"a\": \"" + "a".repeat(61) + "\"}");
    assertThatThrownBy(() -> matching.matches(document))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.detail()).contains("takes too long on a text of 61"));
  }
}
