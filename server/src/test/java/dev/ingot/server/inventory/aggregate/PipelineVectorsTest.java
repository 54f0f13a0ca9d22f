package dev.ingot.server.inventory.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.filter.Matching;
import dev.ingot.server.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Pipelines against what mingo makes of them; src/test/mingo makes the vectors. */
class PipelineVectorsTest {
  @Test
  void everyPipelineAnswersAsMingoDoes() throws IOException {
    List<ObjectNode> documents = new ArrayList<>();
    lines("pipeline-documents.jsonl").forEach(line -> documents.add((ObjectNode) Json.read(line)));
    Map<String, String> wrong = new TreeMap<>();
    int count = 0;
    for (String line : lines("pipelines.jsonl")) {
      JsonNode vector = Json.read(line);
      String answer;
      try {
        List<JsonNode> items = run(vector.path("pipeline"), documents);
        answer = same(items, vector.path("items")) ? "" : items.toString();
      } catch (Problem e) {
        answer = e.field() + ": " + e.detail();
      }
      if (!answer.isEmpty()) {
        wrong.put(vector.path("pipeline").toString(), answer + "\n  not " + vector.path("items"));
      }
      count++;
    }
    assertThat(count).isGreaterThan(1000);
    assertThat(wrong).as("of " + count).isEmpty();
  }

  static List<JsonNode> run(JsonNode pipeline, List<ObjectNode> documents) {
    Pipeline parsed = PipelineParser.parse(pipeline, "pipeline");
    Matching first = new Matching(parsed.match(), "pipeline");
    List<JsonNode> items = new ArrayList<>();
    Run run = new Run(new Held(), Duration.ofMinutes(1));
    Sink start = Stages.chain(parsed.stages(), items::add, run);
    for (ObjectNode document : documents) {
      if (first.matches(document) && !start.take(document)) {
        break;
      }
    }
    start.end();
    return items;
  }

  private static boolean same(List<JsonNode> items, JsonNode expected) {
    if (items.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < items.size(); i++) {
      if (!Matching.same(items.get(i), expected.path(i))) {
        return false;
      }
    }
    return true;
  }

  /** From the resources, or from another campaign's folder: {@code -Dingot.test.vectors=FOLDER}. */
  static List<String> lines(String name) throws IOException {
    String folder = System.getProperty("ingot.test.vectors");
    Path file = Path.of(folder == null ? "src/test/resources/mingo" : folder).resolve(name);
    return Files.readAllLines(file);
  }
}
